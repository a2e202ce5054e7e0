import { expect } from 'vitest';

import {
  equal,
  fieldsIn,
  LEVELS,
  levelWith,
  textOf,
  textsIn,
  type Fields,
  type State,
} from '../vectors/independent-values.ts';

/**
 * Who had to agree to a change, judged by nothing but what has changed in the state: not by the name of any action. So an
 * action that does what another one does cannot pass under a policy of its own.
 */

/** A policy that a change is under: `<action>` or `<action>/<env_id>`. */
interface Subject {
  readonly action: string;
  readonly envId: string | null;
}

const GOVERNED: Fields = { mode: 'multisig', role: 'administrator', threshold: { numerator: 2, denominator: 3 } };
const DIRECT: Readonly<Record<string, string>> = {
  create_environment: 'write_blue_state',
  update_environment: 'write_blue_state',
  merge_environments: 'write_blue_state',
  promote_environment: 'promote_to_green',
  checkpoint_state: 'promote_to_green',
  archive_environment: 'promote_to_green',
  recall_environment: 'promote_to_green',
  freeze: 'emergency_rollback',
};

function policyOf(state: State, { action, envId }: Subject): Fields {
  for (const place of envId === null ? [action] : [`${action}/${envId}`, action]) {
    const stored = state.get('policies', place);
    if (stored !== undefined && stored['mode'] !== 'default') return stored;
  }
  const permission = DIRECT[action];
  return permission === undefined ? GOVERNED : { mode: 'direct', permission };
}

const rank = (level: unknown): number => LEVELS.indexOf(textOf(level as string));

function environmentChange(envId: string, before: Fields | undefined, after: Fields | undefined): Subject[] {
  const on = (action: string): Subject => ({ action, envId });
  const back: Subject = { action: 'rollback', envId: null };
  if (after === undefined) return [back];
  if (after['rollback'] !== null && !equal(before?.['rollback'] ?? null, after['rollback'])) {
    const isGreen = after['green'] !== null && !equal(before?.['green'] ?? null, after['green']);
    return [back, ...(isGreen ? [on('promote_environment')] : [])];
  }
  if (!equal(before?.['recalled'] ?? null, after['recalled'] ?? null) && before !== undefined) {
    const { emergency } = after['recalled'] as Fields;
    return emergency === true
      ? [{ action: 'freeze', envId: null }]
      : [on('recall_environment'), on('promote_environment')];
  }
  const differs = (field: string): boolean => !equal(before?.[field] ?? null, after[field] ?? null);
  return [
    ...(differs('blue') ? [on(before === undefined ? 'create_environment' : 'update_environment')] : []),
    ...(differs('green') ? [on('promote_environment')] : []),
    ...(differs('checkpoint') ? [on('checkpoint_state')] : []),
    ...(differs('archived_at') ? [on('archive_environment')] : []),
  ];
}

/** `own` is a key that its holder replaces by itself. */
function memberChange(before: Fields | undefined, after: Fields, own: string | null): Subject[] {
  const say = (member: Fields | undefined): number => (member?.['status'] === 'active' ? rank(member['level']) : -1);
  const level = (member: Fields | undefined): number => (member === undefined ? -1 : rank(member['level']));
  const [then, now] = [textsIn(before?.['keys']), textsIn(after['keys'])];
  const isReplaced = after['status'] !== 'removed' && before !== undefined && !equal(then, now);
  const isOwn = own !== null && then.includes(own) && !now.includes(own);
  const replaced = isReplaced && !isOwn;
  const comes = say(after) > say(before) || (before !== undefined && level(after) > level(before));
  const goes = say(after) < say(before) || level(after) < level(before) || after['status'] === 'removed';
  return [...(comes || replaced ? ['add_member'] : []), ...(goes || replaced ? ['remove_member'] : [])].map(
    (action) => ({
      action,
      envId: null,
    }),
  );
}

function validatorChange(before: Fields | undefined, after: Fields): Subject[] {
  const comes = before?.['public_key'] !== after['public_key'];
  const goes = before !== undefined && (comes || after['status'] === 'removed');
  return [...(comes ? ['add_validator'] : []), ...(goes ? ['remove_validator'] : [])].map((action) => ({
    action,
    envId: null,
  }));
}

/** A floor comes with whatever makes it necessary. */
function parameterChange(key: string, after: Fields | undefined, isReset: boolean): Subject {
  if (key === 'checkpoint_key' || key.startsWith('checkpoint_key:'))
    return { action: 'set_checkpoint_key', envId: null };
  if (key === 'freeze') return { action: after?.['frozen'] === true ? 'freeze' : 'unfreeze', envId: null };
  const isOfReset = key === 'clock' || (key === 'transaction_floor_at' && isReset);
  return { action: isOfReset ? 'reset_clock' : 'set_parameter', envId: null };
}

function effectsBetween(before: State, after: State, own: string | null): Subject[] {
  const changed = after.changedSince(before);
  return changed.flatMap((place): Subject[] => {
    const [namespace, key] = [place.slice(0, place.indexOf(' ')), place.slice(place.indexOf(' ') + 1)];
    if (namespace === 'parameters')
      return [parameterChange(key, after.get(namespace, key), changed.includes('parameters clock'))];
    const was = before.get(namespace, key);
    if (namespace === 'environments')
      return key.includes(':') ? [] : environmentChange(key, was, after.get(namespace, key));
    const is = after.get(namespace, key) as Fields;
    if (namespace === 'members' && key.startsWith('member/')) return memberChange(was, is, own);
    if (namespace === 'validators' && !key.startsWith('key/')) return validatorChange(was, is);
    if (namespace !== 'policies') return [];
    const cut = key.indexOf('/');
    return [
      { action: 'set_policy', envId: null },
      cut === -1 ? { action: key, envId: null } : { action: key.slice(0, cut), envId: key.slice(cut + 1) },
    ];
  });
}

/** Whoever agreed: those who approved the proposal that was executed, or the one who signed alone. */
export function checkByEffect(
  before: State,
  after: State,
  { signer, executed }: { readonly signer: string; readonly executed: Fields | null },
): void {
  const rankOf = (key: string): number => {
    const record = before.get('members', `key/${key}`);
    const member = before.get('members', `member/${textOf(record?.['member_id'])}`);
    return record?.['status'] === 'active' && member?.['status'] === 'active' ? rank(member['level']) : -1;
  };
  const keys =
    executed === null
      ? [signer]
      : fieldsIn(executed['votes'])
          .filter(({ decision }) => decision === 'approve')
          .map(({ public_key }) => textOf(public_key));
  const ranks = keys.map(rankOf);
  const electorate = before
    .entries('members')
    .filter(([key, value]) => key.startsWith('member/') && (value as Fields)['status'] === 'active')
    .map(([, value]) => rank((value as Fields)['level']));
  for (const subject of effectsBetween(before, after, executed === null ? signer : null)) {
    const policy = policyOf(before, subject);
    const what = `${subject.action} ${subject.envId ?? ''}`;
    if (policy['mode'] === 'direct') {
      expect(Math.max(...ranks), `${what}: somebody who may`).toBeGreaterThanOrEqual(
        rank(levelWith(policy['permission'])),
      );
      continue;
    }
    expect(executed, `${what}: by a proposal`).not.toBeNull();
    const role = rank(policy['role']);
    const { count, numerator, denominator } = policy['threshold'] as Fields;
    const holders = BigInt(electorate.filter((one) => one >= role).length);
    const given = BigInt(ranks.filter((one) => one >= role).length);
    const isMet =
      typeof count === 'number'
        ? given >= BigInt(count)
        : given >= 1n && given * BigInt(Number(denominator)) >= holders * BigInt(Number(numerator));
    expect(isMet, `${what}: ${given} of ${holders} under ${JSON.stringify(policy)}`).toBe(true);
  }
}
