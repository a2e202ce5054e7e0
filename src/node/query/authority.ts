import type { AuthorityView } from '../../api/chain/governance.ts';
import { QuantumLockError } from '../../base/errors.ts';
import type { Action, PolicySubject } from '../../ledger/governance/action.ts';
import { isEnvironmentId } from '../../ledger/actions/fields.ts';
import { proposingPermission } from '../../ledger/actions/propose.ts';
import { ACTION_NAMES, ACTION_TABLE, findAction } from '../../ledger/actions/registry.ts';
import { policyOf } from '../../ledger/transactions/authorise.ts';
import { isFrozen } from '../../ledger/governance/freeze-state.ts';
import { hasPolicy } from '../../ledger/governance/policy-rules.ts';
import { holdersOf, holdsRole, requirementOf, type Requirement } from '../../ledger/governance/requirement.ts';
import { requirementsOf } from '../../ledger/governance/settle.ts';
import type { LedgerState } from '../../ledger/state/ledger-state.ts';
import { levelHolds } from '../../ledger/permissions.ts';
import type { EnvironmentRecord, MemberRecord } from '../../ledger/state/records.ts';
import { roleWords, subjectWords } from '../../ledger/governance/policy-words.ts';
import { personOf } from './person-of.ts';
import { readEnvironment } from '../../ledger/state/readers.ts';

/** What an action does on this state, each as what a policy speaks of, and when. */
interface Effect extends PolicySubject {
  readonly when: string | null;
}

/**
 * Who could do something today, and how many must agree: by everything that the action does, not by its name alone. What it
 * does in some cases only counts as well, and the sentence says what is asked for in the others.
 * @throws INPUT_INVALID for what is not an action that has a policy, or not about an environment; NOT_FOUND for an environment
 *   that does not exist
 */
export function authorityOn(
  state: LedgerState,
  { action: name, envId }: { readonly action: string; readonly envId: string | null },
): AuthorityView {
  const action = findAction(name);
  if (action === undefined || !(action.isUrgent || hasPolicy(action)))
    throw new QuantumLockError('INPUT_INVALID', `"${name.slice(0, 64)}" is not an action that has a policy`, {
      advice: `Name one of: ${ACTION_NAMES.filter((one) => hasPolicy(findAction(one))).join(', ')}.`,
    });
  if (envId !== null && action.kind !== 'environment')
    throw new QuantumLockError('INPUT_INVALID', `${name} is not about one environment`, {
      advice: 'Ask without an environment.',
    });
  const environment = envId === null ? undefined : findEnvironment(state, action, envId);
  const obstacle = obstacleOf(state, action, environment);
  const effects = effectsOn(action, envId, environment);
  const asked = askedFor(state, effects);
  const always = askedFor(
    state,
    effects.filter(({ when }) => when === null),
  );
  const active = holdersOf(state, 'read_only').sort(byId);
  const alone = active.filter(({ level }) => canAlone(level, asked));
  const instead = insteadOf(action).map((effect) => {
    const one = askedFor(state, [effect]);
    return { effect, one, alone: active.filter(({ level }) => canAlone(level, one)) };
  });
  return {
    action: name,
    env_id: envId,
    sentence: [
      sentenceOf(subjectWords(action, { action: name, envId }), { asked, always, effects, alone: alone.length, state }),
      ...instead.map(({ effect, one, alone: able }) =>
        sentenceOf(`Where ${effect.when}, it`, {
          asked: one,
          always: one,
          effects: [effect],
          alone: able.length,
          state,
        }),
      ),
      ...(action.others.some((other) => other.action === null)
        ? ['The policy that it changes, and the new one, must be met too.']
        : []),
      ...(obstacle === null ? [] : [`Nobody can do it now: ${obstacle}.`]),
    ].join(' '),
    alone: active.filter((one) => [alone, ...instead.map((other) => other.alone)].flat().includes(one)).map(personOf),
    requirements: asked.approvals.map(({ role, needed }) => ({
      role,
      needed,
      approvers: holdersOf(state, role).sort(byId).map(personOf),
    })),
    proposers:
      action.kind === 'control'
        ? []
        : active
            .filter(({ level }) => levelHolds(level, proposingPermission(action.kind === 'governance')))
            .map(personOf),
    possible: obstacle === null,
    obstacle,
  };
}

function byId(left: MemberRecord, right: MemberRecord): number {
  return left.member_id < right.member_id ? -1 : 1;
}

/** Whether an action makes what it is about, and changes nothing that is there. */
function makesEnvironment(name: string | null): boolean {
  return name !== null && findAction(name)?.lineage?.kind === 'create';
}

/** Whether an action can make the environment that it is about. */
function canMake({ name, others }: Action): boolean {
  return [name, ...others.map(({ action }) => action)].some(makesEnvironment);
}

/** @throws NOT_FOUND where it has to be there */
function findEnvironment(state: LedgerState, action: Action, envId: string): EnvironmentRecord | null {
  const found = isEnvironmentId(envId) ? readEnvironment(state, envId) : undefined;
  if (found !== undefined) return found;
  if (canMake(action) && isEnvironmentId(envId)) return null;
  throw new QuantumLockError('NOT_FOUND', `there is no environment "${envId.slice(0, 64)}"`);
}

/** Why it is not possible now, no matter who agrees; null where it is. */
function obstacleOf(
  state: LedgerState,
  { name, kind, lineage }: Action,
  environment: EnvironmentRecord | null | undefined,
): string | null {
  // Also of an archived environment, and while the chain is frozen.
  if (lineage?.kind === 'recall') return environment?.green === null ? `${environment.env_id} is not Green` : null;
  if (environment !== undefined && environment !== null) {
    if (makesEnvironment(name)) return `${environment.env_id} is registered already`;
    if (environment.archived_at !== null) return `${environment.env_id} is archived`;
  }
  return kind === 'environment' && isFrozen(state) ? 'the chain is frozen' : null;
}

/** What decides in the place of all that an action does otherwise. */
function insteadOf({ others }: Action): Effect[] {
  return others.flatMap(({ action, when, isInstead }) =>
    isInstead === true && action !== null ? [{ action, envId: null, when }] : [],
  );
}

/**
 * What counts together: without what decides in its place, which is told apart.
 * `environment`: undefined where none is named, null where one is named that is not there.
 */
function effectsOn(
  { name, others }: Action,
  envId: string | null,
  environment: EnvironmentRecord | null | undefined,
): Effect[] {
  const effects: Effect[] = [{ action: name, envId, when: null }];
  const isSplit = others.some(({ isInstead }) => isInstead === true);
  for (const { action, when, isInstead } of others) {
    if (action === null || isInstead === true) continue;
    // What makes an environment is not what changes one; which of both is known once it is named.
    if (environment !== undefined && makesEnvironment(action) === (environment !== null)) continue;
    effects.push({ action, envId, when: environment === undefined && !isSplit ? when : null });
  }
  return effects;
}

interface Asked {
  /** What approvals must come together; empty where each effect is one member's to do. */
  readonly approvals: readonly Requirement[];
  /** What a member who does it alone must hold, as the lowest level for each. */
  readonly levels: readonly Requirement[];
}

function askedFor(state: LedgerState, effects: readonly Effect[]): Asked {
  const policies = effects.map((effect) => policyOf(state, effect));
  const isDirect = policies.every(({ mode }) => mode === 'direct');
  return {
    approvals: isDirect ? [] : requirementsOf(state, ACTION_TABLE, effects),
    levels: isDirect ? policies.map((policy) => requirementOf(state, policy)) : [],
  };
}

/**
 * One approval of each required kind is enough, and the member who gives it proposes it: it takes effect immediately.
 */
function canAlone(level: MemberRecord['level'], { approvals, levels }: Asked): boolean {
  return [...approvals, ...levels].every(({ role, needed }) => needed === 1 && holdsRole(level, role));
}

function isSame(left: Asked, right: Asked): boolean {
  const text = ({ approvals, levels }: Asked): string => JSON.stringify([approvals, levels.length > 0]);
  return text(left) === text(right);
}

function sentenceOf(
  what: string,
  {
    asked,
    always,
    effects,
    alone,
    state,
  }: {
    readonly asked: Asked;
    readonly always: Asked;
    readonly effects: readonly Effect[];
    readonly alone: number;
    readonly state: LedgerState;
  },
): string {
  if (asked.approvals.length === 0)
    return alone === 0
      ? `${what} needs nobody's approval, but no active member may do it.`
      : `${what} needs nobody's approval: ${alone} ${alone === 1 ? 'member' : 'members'} can do it alone.`;
  const words = (one: Asked): string =>
    one.approvals.length === 0
      ? "nobody's approval"
      : `${one.approvals
          .map(({ role, needed }) => {
            const count = holdersOf(state, role).length;
            return `${needed} of the ${count} ${roleWords(role, count)}`;
          })
          .join(' and ')} to agree`;
  if (isSame(asked, always)) return `${what} needs ${words(asked)}.`;
  const when = effects.flatMap((effect) =>
    effect.when !== null && !isSame(always, askedFor(state, [...effects.filter((one) => one.when === null), effect]))
      ? [effect.when]
      : [],
  );
  return `${what} needs ${words(asked)} where ${when.join(' or ')}, and ${words(always)} where not.`;
}
