import type { PostureCheck } from '../../api/chain/governance.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { ACTION_NAMES, findAction } from '../../ledger/actions/registry.ts';
import { policyKey } from '../../ledger/governance/policy-rules.ts';
import { policyOf } from '../../ledger/transactions/authorise.ts';
import { activeValidators } from '../../ledger/governance/invariants.ts';
import { holdersOf, requirementOf } from '../../ledger/governance/requirement.ts';
import type { LedgerState } from '../../ledger/state/ledger-state.ts';
import { promoteEnvironment } from '../../ledger/actions/promote-environment.ts';
import { roleWords } from '../../ledger/governance/policy-words.ts';
import { durationWords } from '../../base/duration-words.ts';
import { MISSED_MAX } from '../monitoring/rules/backup-overdue.ts';
import { listKeys, readMember } from '../../ledger/state/readers.ts';

/** How old a key may grow before it is worth replacing: NIST SP 800-57 part 1, §5.3.6, has one to three years for signing. */
const KEY_AGE_MS_MAX = 365 * 24 * 60 * 60 * 1000;
const NAMES_MAX = 5;

export interface PostureOptions {
  readonly state: LedgerState;
  /** Unix milliseconds. */
  readonly now: number;
  readonly greenEnvironments: () => readonly string[];
}

/** How safe the present set-up is, as named checks with what to do. */
export function findPosture(options: PostureOptions): PostureCheck[] {
  return [
    administrators(options),
    thresholds(options),
    everyoneNeeded(options),
    sharedKeys(options),
    staleKeys(options),
    validators(options),
    protectedGreen(options),
  ];
}

function names(all: readonly string[]): string {
  const more = all.length - NAMES_MAX;
  return all.slice(0, NAMES_MAX).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function administrators({ state }: PostureOptions): PostureCheck {
  const found = holdersOf(state, 'administrator').map(({ name }) => name);
  const check = { code: 'ADMINISTRATORS', title: 'Enough administrators' };
  if (found.length === 1)
    return {
      ...check,
      level: 'bad',
      finding: `${found[0]} decides everything alone, and nobody can if that key is lost.`,
      advice: 'Add two more administrators, each with a key on a separate machine.',
    };
  if (found.length === 2)
    return {
      ...check,
      level: 'look',
      finding: `There are two administrators (${names(found)}): if one key is lost, nothing can be decided.`,
      advice: 'Add a third administrator.',
    };
  return { ...check, level: 'good', finding: `${found.length} administrators: ${names(found)}.`, advice: '' };
}

/** The governance actions with what each asks for today. */
function governance(state: LedgerState) {
  return ACTION_NAMES.filter((name) => findAction(name)?.kind === 'governance').map((action) => {
    const { role, needed } = requirementOf(state, policyOf(state, { action, envId: null }));
    return { action, role, needed, holders: holdersOf(state, role).length };
  });
}

function thresholds({ state }: PostureOptions): PostureCheck {
  const all = governance(state);
  const weak = all.filter(({ needed, holders }) => holders > 1 && needed * 2 <= holders);
  const check = { code: 'THRESHOLDS', title: 'Decisions need a majority' };
  if (all.every(({ holders }) => holders <= 1))
    return { ...check, level: 'nothing_to_check', finding: 'One person decides: there is no majority.', advice: '' };
  return weak.length === 0
    ? {
        ...check,
        level: 'good',
        finding: 'Every governance action needs more than half of those who decide it.',
        advice: '',
      }
    : {
        ...check,
        level: 'bad',
        finding: `A minority can decide: ${names(weak.map(({ action, needed, holders }) => `${action} (${needed} of ${holders})`))}.`,
        advice: 'Raise these policies above half of their approvers.',
      };
}

function everyoneNeeded({ state }: PostureOptions): PostureCheck {
  const rigid = governance(state).filter(({ needed, holders }) => needed >= holders);
  const check = { code: 'EVERYONE_NEEDED', title: 'One lost key blocks nothing' };
  const [first] = rigid;
  if (first !== undefined && rigid.some(({ holders }) => holders === 1))
    return {
      ...check,
      level: 'bad',
      finding: `One person alone can decide ${names(rigid.filter(({ holders }) => holders === 1).map(({ action }) => action))}: if that key is lost, nobody can.`,
      advice: 'Add two more administrators, each with a key on a separate machine.',
    };
  return first === undefined
    ? { ...check, level: 'good', finding: 'No decision needs every one of its approvers.', advice: '' }
    : {
        ...check,
        level: 'look',
        finding: `Every one of the ${first.holders} ${roleWords(first.role, first.holders)} is needed for ${names(rigid.map(({ action }) => action))}.`,
        advice: 'Add an approver, or lower these policies by one.',
      };
}

/** Members with several keys are stronger targets; a key each is enough. */
function sharedKeys({ state }: PostureOptions): PostureCheck {
  const many = holdersOf(state, 'validator').filter(({ keys }) => keys.length > 1);
  const check = { code: 'KEYS_PER_MEMBER', title: 'One key for each person who decides' };
  return many.length === 0
    ? { ...check, level: 'good', finding: 'Nobody who promotes or decides has more than one key.', advice: '' }
    : {
        ...check,
        level: 'look',
        finding: `More than one key: ${names(many.map(({ name, keys }) => `${name} (${keys.length})`))}. Each of them can speak for its member.`,
        advice:
          'Where one key is enough, add the person again with that one, under another id, and remove this member.',
      };
}

/** Several members whose keys one machine holds are one person's to speak for, whatever the thresholds count. */
export function oneMachine(deciders: readonly string[]): PostureCheck {
  const check = { code: 'ONE_MACHINE', title: 'Different people decide' };
  return deciders.length < 2
    ? {
        ...check,
        level: 'unknown',
        finding:
          'This machine holds the keys of no two who decide. A chain cannot show whether one person has several keys elsewhere.',
        advice: 'Ask each of them for their words.',
      }
    : {
        ...check,
        level: 'bad',
        finding: `The keys of ${names(deciders)} are on this machine: anyone who controls it can act as all of them, and counts as ${deciders.length} approvals.`,
        advice: 'Ask each of them to create a key on a separate machine, and replace these keys.',
      };
}

/** Whether what is here could be had again: by the age of the last verified backup, and of the last rehearsal. */
export function backedUp(backups: BackupAges | QuantumLockError | null, now: number): PostureCheck {
  const check = { code: 'BACKUPS', title: 'What is here could be had again' };
  if (backups === null)
    return {
      ...check,
      level: 'look',
      finding: 'No backups are scheduled on this machine.',
      advice: 'Schedule them to a place apart from it, and rehearse a restore.',
    };
  if (backups instanceof QuantumLockError)
    return {
      ...check,
      level: 'unknown',
      finding: `Whether backups are scheduled cannot be read: ${backups.message}.`,
      advice: backups.advice,
    };
  const { verifiedAt, drilledAt, everyHours, isEncrypted } = backups;
  // Whole hours: to the millisecond nobody reads it.
  const age = (at: number): string =>
    now - at < HOUR_MS ? 'less than an hour' : durationWords(Math.floor((now - at) / HOUR_MS) * HOUR_MS);
  // What is encrypted cannot be opened here: its content was verified before, and its bytes afterwards.
  const what = isEncrypted ? 'A backup was verified, encrypted and its copy compared' : 'A backup was verified';
  const verified = verifiedAt === null ? 'No backup was verified yet' : `${what} ${age(verifiedAt)} ago`;
  const drilled = drilledAt === null ? 'no restore was rehearsed' : `a restore was rehearsed ${age(drilledAt)} ago`;
  const finding = `${verified}, and ${drilled}.`;
  if (verifiedAt === null || now - verifiedAt > MISSED_MAX * everyHours * HOUR_MS)
    return { ...check, level: 'bad', finding, advice: 'Back up now, and see that a destination can be reached.' };
  return drilledAt === null
    ? {
        ...check,
        level: 'look',
        finding,
        advice: 'Rehearse a restore: a backup that was never restored may not be one.',
      }
    : { ...check, level: 'good', finding, advice: '' };
}

interface BackupAges {
  readonly everyHours: number;
  readonly verifiedAt: number | null;
  readonly drilledAt: number | null;
  readonly isEncrypted: boolean;
}

const HOUR_MS = 60 * 60 * 1000;

function staleKeys({ state, now }: PostureOptions): PostureCheck {
  const old = listKeys(state)
    .filter(({ status, added_at }) => status === 'active' && now - added_at > KEY_AGE_MS_MAX)
    .map(({ member_id }) => readMember(state, member_id)?.name ?? member_id);
  const check = { code: 'KEY_AGE', title: 'Keys are replaced in time' };
  return old.length === 0
    ? { ...check, level: 'good', finding: 'No key is older than a year.', advice: '' }
    : {
        ...check,
        level: 'look',
        finding: `Older than a year: the keys of ${names([...new Set(old)])}.`,
        advice: 'Replace them: each member can do so for itself.',
      };
}

function validators({ state }: PostureOptions): PostureCheck {
  const count = activeValidators(state).length;
  const check = { code: 'VALIDATORS', title: 'Validators' };
  return count === 1
    ? {
        ...check,
        level: 'look',
        finding:
          'One validator seals everything: while it is down, nothing is accepted. Existing data stays safe and provable.',
        advice: 'Keep a verified backup, and its key in a second safe place.',
      }
    : { ...check, level: 'good', finding: `${count} validators may seal.`, advice: '' };
}

/**
 * Which environments one person can promote alone. Few have a policy of their own: only what has one is looked up, not each of a
 * hundred thousand.
 */
function isOpenIn(state: LedgerState): (envId: string) => boolean {
  const isOpen = (envId: string | null): boolean =>
    policyOf(state, { action: promoteEnvironment.name, envId }).mode === 'direct';
  const isOpenElsewhere = isOpen(null);
  const places = state.list('policies');
  return (envId) =>
    places.has(policyKey({ action: promoteEnvironment.name, envId })) ? isOpen(envId) : isOpenElsewhere;
}

function protectedGreen({ state, greenEnvironments }: PostureOptions): PostureCheck {
  const green = greenEnvironments();
  const check = { code: 'PROTECTED_GREEN', title: 'Green environments are protected' };
  if (green.length === 0)
    return { ...check, level: 'nothing_to_check', finding: 'No environment is Green yet.', advice: '' };
  const open = green.filter(isOpenIn(state));
  return open.length === 0
    ? { ...check, level: 'good', finding: `All ${green.length} need approvals for a promotion.`, advice: '' }
    : {
        ...check,
        level: 'look',
        finding: `${open.length} of ${green.length} can be promoted by one person alone: ${names(open)}.`,
        advice: 'Protect them: let promotions need two approvals.',
      };
}
