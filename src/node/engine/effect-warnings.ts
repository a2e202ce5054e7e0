import { isoTime } from '../../base/iso-time.ts';
import { isLookalike } from '../../base/lookalike.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import type { PublicKey } from '../../base/bytes.ts';
import type { JsonObject } from '../../base/canonical.ts';
import type { SetPolicyPayload } from '../../ledger/actions/set-policy.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { Level } from '../../ledger/permissions.ts';
import { readClock } from '../../ledger/governance/era.ts';
import { holdersOf, holdsRole, neededOf } from '../../ledger/governance/requirement.ts';
import type { EnvironmentRecord, MemberRecord } from '../../ledger/state-types.ts';
import type { ToldState } from './describe-effect.ts';
import { textOf } from './payload-text.ts';
import { policyWords, roleWords } from './policy-words.ts';

/** Things to look at before signing. */
export function effectWarnings(
  state: ToldState,
  action: string,
  payload: JsonObject,
  signer: { readonly memberId: string },
): string[] {
  switch (action) {
    case 'promote_environment':
    case 'archive_environment':
      return environmentWarnings(state, action, payload, signer);
    case 'add_validator':
      return [
        unseenKey(payload['public_key'] as PublicKey, `the operator of ${textOf(payload['validator_id'])}`),
        ...validatorLookalikes(state, textOf(payload['validator_id'])),
      ];
    case 'rotate_validator':
      return [unseenKey(payload['public_key'] as PublicKey, `the operator of ${textOf(payload['validator_id'])}`)];
    case 'add_member':
      return [
        ...memberLookalikes(state, payload),
        ...(payload['keys'] as unknown as readonly { readonly public_key: PublicKey }[]).map(({ public_key }) =>
          unseenKey(public_key, textOf(payload['name'])),
        ),
        ...(payload['level'] === 'administrator'
          ? [`${textOf(payload['name'])} can vote on every governance decision of this chain, and can freeze it alone.`]
          : []),
      ];
    case 'rotate_key':
      return [unseenKey(payload['new_key'] as PublicKey, textOf(payload['member_id']))];
    case 'update_member':
      return [...memberLookalikes(state, payload), ...leavingWarnings(state, action, payload)];
    case 'remove_member':
      return leavingWarnings(state, action, payload);
    case 'reset_clock':
      return resetWarnings(state, payload);
    case 'set_policy':
      return policyWarnings(state, payload as unknown as SetPolicyPayload);
    default:
      return [];
  }
}

function resetWarnings(state: ToldState, payload: JsonObject): string[] {
  const time = payload['time'] as number;
  const earlier = readClock(state);
  return [
    `Compare this time with a clock that you trust: ${isoTime(time)}.`,
    'Correct the clock of the machine that seals first. It would seal the wrong time again.',
    ...(earlier === null ? [] : [`The clock was reset before, ${isoTime(earlier.time)}: ${earlier.reason}`]),
  ];
}

function unseenKey(key: PublicKey, holder: string): string {
  return `This key was never seen on this chain. Compare its fingerprint with ${holder} by voice: ${fingerprintWords(key).join(' ')}.`;
}

/** Who is called almost the same, also of those who were removed: what they signed stays under their name. */
function memberLookalikes(state: ToldState, payload: JsonObject): string[] {
  const [id, name] = [textOf(payload['member_id']), textOf(payload['name'])];
  const members = [...(state.list?.call(state, 'members') ?? [])]
    .filter(([key]) => key.startsWith('member/'))
    .map(([, value]) => value as unknown as MemberRecord);
  const known = members.find(({ member_id }) => member_id === id);
  return members
    .filter((member) => member.member_id !== id)
    .flatMap((member) => {
      const isAlike = [member.member_id, member.name].some((one) =>
        // The id stays as it is when a member is changed: it was looked at when it was given.
        (known === undefined ? [id, name] : [name]).some((other) => isLookalike(one, other)),
      );
      return isAlike
        ? [
            `${name} (${id}) looks like ${member.name} (${member.member_id}), who is another member: make sure who this is.`,
          ]
        : [];
    });
}

function validatorLookalikes(state: ToldState, id: string): string[] {
  return [...(state.list?.call(state, 'validators') ?? [])].flatMap(([key]) =>
    !key.startsWith('key/') && key !== id && isLookalike(key, id)
      ? [`${id} looks like ${key}, which is another validator: make sure which this is.`]
      : [],
  );
}

function environmentWarnings(
  state: ToldState,
  action: string,
  payload: JsonObject,
  signer: { readonly memberId: string },
): string[] {
  const record = state.get('environments', textOf(payload['env_id'])) as EnvironmentRecord | undefined;
  if (record === undefined) return [];
  const warnings: string[] = [];
  if (action === 'promote_environment') {
    if (record.blue.updated_by === signer.memberId)
      warnings.push(`${signer.memberId} made this version too: nobody else has signed for it.`);
    if (record.green !== null && record.blue.version > record.green.version + 1) {
      warnings.push(
        `${record.blue.version - record.green.version} Blue versions become Green at once; look through the difference.`,
      );
    }
  }
  if (action === 'archive_environment' && record.green !== null)
    warnings.push(`${record.env_id} is Green: what relies on it keeps its content, but no new version can follow.`);
  return warnings;
}

/** The state's own list of holders, where it has one. */
function holders(state: ToldState, role: Level): readonly MemberRecord[] | null {
  const { list } = state;
  return list === undefined ? null : holdersOf({ list: list.bind(state) }, role);
}

function leavingWarnings(state: ToldState, action: string, payload: JsonObject): string[] {
  const member = state.get('members', `member/${textOf(payload['member_id'])}`) as MemberRecord | undefined;
  if (member === undefined) return [];
  const isLeaving = action === 'remove_member' || payload['status'] === 'suspended';
  const warnings: string[] = [];
  for (const role of ['validator', 'administrator'] as const) {
    const loses =
      member.status === 'active' &&
      holdsRole(member.level, role) &&
      (isLeaving || !holdsRole(payload['level'] as Level, role));
    const left = (holders(state, role)?.length ?? Number.NaN) - 1;
    if (!loses || !(left <= 1)) continue;
    warnings.push(
      left === 0
        ? `${member.name} is the last of the ${roleWords(role, 2)}.`
        : `Only one of the ${roleWords(role, 2)} is left after this: nobody else can check what they do, or step in for them.`,
    );
    break;
  }
  if (
    action === 'update_member' &&
    holdsRole(payload['level'] as Level, 'administrator') &&
    member.level !== 'administrator'
  )
    warnings.push(`${member.name} can vote on every governance decision of this chain, and can freeze it alone.`);
  return warnings;
}

function isGovernance(action: string): boolean {
  return findAction(action)?.kind === 'governance';
}

function policyWarnings(state: ToldState, { action, env_id, policy }: SetPolicyPayload): string[] {
  if (policy.mode === 'default') return [];
  const what = env_id === null ? action : `${action} for ${env_id}`;
  if (policy.mode === 'direct') return [`${what} then needs ${policyWords(policy, null)}: nobody else checks it.`];
  const count = holders(state, policy.role)?.length;
  if (count === undefined) return [];
  const needed = neededOf(policy.threshold, count);
  const warnings: string[] = [];
  if (needed * 2 <= count)
    warnings.push(
      `${needed} of ${count} is not a majority: two groups could decide opposite things about the same matter.`,
    );
  const several = holders(state, 'administrator')?.length ?? 0;
  if (needed === 1)
    warnings.push(
      isGovernance(action) && several > 1
        ? `ONE PERSON ALONE CAN THEN DECIDE THIS, and the chain has ${several} administrators: any of the ${count} ${roleWords(policy.role, count)} could change who may do what without asking anybody.`
        : 'One person alone can then decide this.',
    );
  if (needed === count && count > 1)
    warnings.push(`Every one of the ${count} is then needed: one lost key, and this can never be decided again.`);
  return warnings;
}
