import { isoTime } from '../../base/iso-time.ts';
import type { JsonObject } from '../../base/canonical.ts';
import { durationWords } from '../../base/duration-words.ts';
import type { SetPolicyPayload } from '../../ledger/actions/set-policy.ts';
import { policyOf } from '../../ledger/authorise.ts';
import { activeValidators } from '../../ledger/governance/invariants.ts';
import { holdersOf, neededOf } from '../../ledger/governance/requirement.ts';
import type { Level } from '../../ledger/permissions.ts';
import type { MemberRecord, Policy } from '../../ledger/state-types.ts';
import type { ToldState } from './describe-effect.ts';
import { textOf } from './payload-text.ts';
import { actionWords, policyWords } from './policy-words.ts';

const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  read_only: 'a reader: may look at everything and change nothing',
  blue_state: 'at level Blue state: may register and change Blue environments',
  validator: 'at level Validator: may also promote to Green',
  administrator: 'an administrator: has a say in every decision about the chain',
};

/** What a governance action does, in plain words; null for what is none. */
export function governanceSentence(state: ToldState, action: string, payload: JsonObject): string | null {
  const name = (key: string): string => textOf(payload[key]);
  const member = state.get('members', `member/${name('member_id')}`) as MemberRecord | undefined;
  switch (action) {
    case 'add_member':
      return `${name('name')} (${name('member_id')}) becomes ${LEVEL_WORDS[payload['level'] as Level]}.`;
    case 'update_member':
      return updateSentence(member, payload);
    case 'remove_member':
      return `${member?.name ?? name('member_id')} is removed: their keys never act again, and their approvals of open proposals no longer count. What they did stays in the log.`;
    case 'rotate_key':
      return `A key of ${member?.name ?? name('member_id')} is replaced: from then on the new one signs, and the old one signs nothing.`;
    case 'add_validator':
      return `${name('validator_id')} becomes a validator.${validatorCount(state, 1)}`;
    case 'remove_validator':
      return `${name('validator_id')} is no longer a validator: blocks that it seals are invalid from the next block on.${validatorCount(state, -1)}`;
    case 'rotate_validator':
      return `${name('validator_id')} seals with a new key from the next block on; the old key never seals again.`;
    case 'set_policy':
      return policySentence(state, payload as unknown as SetPolicyPayload);
    case 'set_parameter':
      return parameterSentence(state, payload);
    case 'reset_clock':
      return `The chain's time is set back to ${isoTime(payload['time'] as number)}, and a new era begins. Whatever was signed before is void from the next block on: open proposals end, and approvals and key cards that were not brought in must be made again. Nothing of the history is removed.`;
    case 'freeze':
      return 'The chain is frozen: no environment can be registered, changed, promoted or archived until the administrators unfreeze it. Governance continues.';
    case 'unfreeze':
      return 'The chain is unfrozen: environments can change again.';
    default:
      return null;
  }
}

function updateSentence(member: MemberRecord | undefined, payload: JsonObject): string {
  const name = textOf(payload['name']);
  const parts: string[] = [];
  if (member?.name !== name)
    parts.push(`${member?.name ?? textOf(payload['member_id'])} is called ${name} from then on.`);
  if (member?.level !== payload['level']) parts.push(`${name} becomes ${LEVEL_WORDS[payload['level'] as Level]}.`);
  if (member?.status !== payload['status'])
    parts.push(
      payload['status'] === 'suspended'
        ? `${name} is suspended: nothing that they sign is accepted, and their approvals no longer count, until this is taken back.`
        : `${name} may act again.`,
    );
  return parts.join(' ');
}

function validatorCount(state: ToldState, change: number): string {
  const { list } = state;
  if (list === undefined) return '';
  const count = activeValidators({ list: list.bind(state) }).length + change;
  return ` The chain then has ${count} ${count === 1 ? 'validator' : 'validators'}.`;
}

/** A policy with what it means today, where the state can be counted. */
export function policyToday(state: ToldState, policy: Policy): string {
  const { list } = state;
  if (policy.mode === 'direct' || list === undefined) return policyWords(policy, null);
  const holders = holdersOf({ list: list.bind(state) }, policy.role).length;
  return policyWords(policy, { needed: neededOf(policy.threshold, holders), holders });
}

function policySentence(state: ToldState, { action, env_id: envId, policy }: SetPolicyPayload): string {
  const subject = { action, envId };
  const now = policyToday(state, policyOf(state, subject));
  const isEnvironmentDefault = policy.mode === 'default' && envId !== null;
  const next =
    policy.mode === 'default'
      ? policyOf(
          // What holds where this says nothing.
          {
            get: (namespace, key) =>
              namespace === 'policies' && key === (envId === null ? action : `${action}/${envId}`)
                ? undefined
                : state.get(namespace, key),
          },
          subject,
        )
      : policy;
  return `${actionWords(action, envId)} then needs ${policyToday(state, next)}${isEnvironmentDefault ? ', as everywhere' : ''}. Until now: ${now}.`;
}

function parameterSentence(state: ToldState, { name, value }: JsonObject): string {
  const before = state.get('parameters', textOf(name));
  const was = typeof before === 'number' ? ` Until now: ${durationWords(before)}.` : '';
  return name === 'transaction_window_ms'
    ? `A transaction's time may be at most ${durationWords(value as number)} from its block's.${was} What was signed before the change and not yet accepted must be signed again.`
    : `A proposal may stay open for at most ${durationWords(value as number)}.${was}`;
}
