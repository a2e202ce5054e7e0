import type { z } from 'zod';
import type { Hash, PublicKey } from '../../base/bytes.ts';
import type { Json, JsonObject } from '../../base/canonical.ts';
import type { ChainIdentity } from '../chain-identity.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { VerifySignature } from '../crypto/signature.ts';
import type { CountedState, GovernedState, StateAccess, ToldState } from '../state/access.ts';
import type { EnvironmentRecord, MemberRecord, Policy, ProposalRecord, StoredPolicy } from '../state/records.ts';

/** The places an action moves between (the seed's `sender` and `recipient`). */
export const ZONES = ['blue_state', 'green_state', 'governance'] as const;
export type Zone = (typeof ZONES)[number];

/** What the first block holds, and no other. */
export const GENESIS_ACTION = 'genesis';

/** Who acts, as the state knows them at execution. */
export interface Actor {
  /** In whose name it is done: the signer, or the proposer where a proposal is executed. */
  readonly memberId: string;
  /** Whose approvals execute a proposal, the newest last; empty where a transaction does it directly. */
  readonly approvers: readonly string[];
}

/** Who answers for it: the member whose approval completed the proposal, or the signer. */
export function authoriserOf({ memberId, approvers }: Actor): string {
  return approvers.at(-1) ?? memberId;
}

export interface ActionContext<State extends StateAccess = StateAccess> {
  /** That signatures in the payload must be for. */
  readonly chain: ChainIdentity;
  readonly state: State;
  /** Of the block, Unix milliseconds: the only time there is. */
  readonly timestamp: number;
  /** When the transaction says that it was signed; within the window of the block's time. */
  readonly signedAt: number;
  readonly transactionId: Hash;
  readonly actor: Actor;
  /** For signatures that a payload carries. Every verifier answers the same; a node takes a fast one. */
  readonly verify: VerifySignature;
}

export interface Zones {
  readonly sender: Zone;
  readonly recipient: Zone;
}

/**
 * `environment` actions stop while the chain is frozen, unless they say otherwise. `governance` actions change who may do what, and are always
 * approved by several. `control` actions are how the others come about; their policy is fixed.
 */
export type ActionKind = 'environment' | 'governance' | 'control';

/** A policy that is to take the place of another. */
export interface WantedPolicy {
  readonly subject: PolicySubject;
  readonly policy: StoredPolicy;
}

/** A proposal as a transaction leaves it, and what there is to say of it. */
export interface VotedOn {
  readonly state: ToldState;
  readonly proposal: ProposalRecord;
  /** What it would do, as a short phrase. */
  readonly title: string;
  /** What it still lacks, as a phrase: "2 more of the administrators must approve". */
  readonly missing: string;
}

/** How a person is asked to sign what makes a proposal or votes on it. */
export interface VoteAsked {
  /** Stands before what the proposal does, where that does not happen at once. */
  readonly lead: string;
  /** Above what the proposal changes: "What will change". */
  readonly changes: string;
  /** What is signed, as in "Sign the approval"; null where there is nothing to say but "Sign". */
  readonly what: string | null;
}

/** Of what makes a proposal or votes on it: what is said of that, in addition to what the proposal does. */
export interface Voting<Payload> {
  /** Whether it makes the proposal. */
  readonly opens: boolean;
  /** Whether it is for the proposal, so that it can make it happen. */
  readonly approves: boolean;
  readonly asks: VoteAsked;
  /** The result of it, as a sentence. */
  describe(about: VotedOn): string;
  /** What it says beyond yes or no, as a sentence; empty where it says nothing. */
  said?(payload: Payload, about: VotedOn): string;
  warnings?(about: VotedOn, actor: Pick<Actor, 'memberId'>): readonly string[];
}

/** Of what makes a proposal, votes on it or speaks of it: how a row of the log tells it. */
export interface OfProposal<Payload> {
  /** What was done, before the proposal's title: "Approved". */
  readonly done: string;
  /** Words that are shown in the row too. */
  quoted?(payload: Payload): string;
}

/** What an action is in the history of its environment. */
export interface LineageStep {
  readonly kind: 'create' | 'update' | 'merge' | 'promote' | 'checkpoint' | 'archive' | 'recall' | 'rollback';
  readonly lane: 'blue' | 'green';
  /** Whether Blue gets its next version by it. */
  readonly makesVersion: boolean;
}

/** What people identify an environment by: its id, and the name in its metadata where it has one. */
export interface NamedEnvironment {
  readonly env_id: string;
  readonly name: string | null;
}

/** The actions that there are, for those that carry others. */
export interface ActionTable {
  find(name: string): Action | undefined;
  all(): Iterable<Action>;
}

/**
 * One transaction type: its payload, the zones that it moves between, how it is authorised where the chain has no
 * policy of its own, and what it does. `apply` verifies first, then writes; a refusal leaves no trace.
 */
export interface Action {
  readonly name: string;
  readonly kind: ActionKind;
  /** What it is, as a policy speaks of it: "A promotion to Green". */
  readonly subject: string;
  /** Made of other operations: its policy is that of each of them. */
  readonly isComposed: boolean;
  /** What stops everything else is never held up: it is sealed with the time that is known. */
  readonly isUrgent: boolean;
  /**
   * What a proposal of it rests on: the values that it reads or changes, as they were when it was made, or a past block that
   * its payload names, so that whatever was decided since is part of what it does.
   */
  readonly restsOn: 'present' | 'past';
  /** Whether it waits until a frozen chain is unfrozen. The payload was checked. */
  isHeldByFreeze(payload: JsonObject): boolean;
  /** Null for what makes no proposal and votes on none. */
  readonly voting: Voting<JsonObject> | null;
  /** Null for what is about no proposal. Whatever does not make its proposal names it by `proposal_id`. */
  readonly ofProposal: OfProposal<JsonObject> | null;
  /** Null for an action that is not a step of an environment. */
  readonly lineage: LineageStep | null;
  readonly defaultPolicy: Policy;
  zones(payload: JsonObject): Zones;
  /** Null when the payload fits. */
  checkPayload(payload: JsonObject): Rejection | null;
  /** The parts that are authorised each by itself: a batch's operations, or the action alone. */
  operations(payload: JsonObject): readonly Operation[];
  /**
   * Everything that it does, as what the policies speak of: itself first, then the other actions that would have the same
   * effect on this state. All their policies must be met, so that no policy can be got round by another name.
   */
  effects(payload: JsonObject, state: CountedState): readonly PolicySubject[];
  /** What else it may do, for a question that is asked before there is a payload. */
  readonly others: readonly PossibleEffect[];
  /** Whether the signer does this to what is its own, which needs no policy. */
  isOwnAffair(payload: JsonObject, signer: Signer): boolean;
  apply(context: ActionContext<GovernedState>, payload: JsonObject, signer: PublicKey): Rejection | null;
  /** What it would do, as a short phrase in the imperative: "Add validator authority-2". The payload was checked. */
  title(payload: JsonObject): string;
  /** One plain sentence, in the past tense. The payload was checked. */
  summarize(payload: JsonObject): string;
  /** What it would do to this state, in a plain sentence or two. The payload was checked. */
  describe(payload: JsonObject, before: ToldState): string;
  /** Things to look at before signing. The payload was checked. */
  warnings(payload: JsonObject, before: ToldState, actor: Pick<Actor, 'memberId'>): readonly string[];
  /** The environments that it gives an id or a name. The payload was checked. */
  named(payload: JsonObject): readonly NamedEnvironment[];
  /** Whether it changes who may do what, alone or by one of its operations. The payload was checked. */
  governs(payload: JsonObject): boolean;
  /** The policies that it would put in force. The payload was checked. */
  wantedPolicies(payload: JsonObject): readonly WantedPolicy[];
  /**
   * Fills in what a payload rests on, from what its author looked at; what is there already stays. It may not be whole
   * yet.
   */
  bind(payload: JsonObject, read: ReadEnvironment): JsonObject;
}

/** An environment as its author looked at it. */
export type ReadEnvironment = (envId: Json | undefined) => EnvironmentRecord | undefined;

export interface Signer {
  readonly member: MemberRecord;
  readonly publicKey: PublicKey;
}

/** What a policy applies to: an action, in one environment or in all. */
export interface PolicySubject {
  readonly action: string;
  readonly envId: string | null;
}

export interface Operation extends PolicySubject {
  readonly payload: JsonObject;
}

/** Another action that would have the same effect. */
export interface PossibleEffect {
  /** Null where the payload names it. */
  readonly action: string | null;
  /** When that is so, as one says it after "where"; null where it always is. */
  readonly when: string | null;
  /** Whether its policy is then asked in place of the action's own, and not besides. */
  readonly isInstead?: boolean;
}

export interface OtherEffect<Payload> extends PossibleEffect {
  /** What this payload does by it on this state; nothing where it does not. */
  of(payload: Payload, state: CountedState): PolicySubject | readonly PolicySubject[] | null;
}

/** An action that changes the state by key alone, so that everything it rests on can be named. */
export interface ActionOptions<Payload> {
  readonly name: string;
  readonly kind: ActionKind;
  readonly subject: string;
  readonly isUrgent?: boolean;
  readonly restsOn?: Action['restsOn'];
  /** Whether it continues while the chain is frozen, though it is about an environment. */
  readonly worksWhileFrozen?: boolean;
  readonly lineage?: LineageStep;
  readonly voting?: Voting<Payload>;
  readonly ofProposal?: OfProposal<Payload>;
  readonly zones: Zones;
  readonly payload: z.ZodType<Payload>;
  readonly defaultPolicy: Policy;
  envId?(payload: Payload): string;
  /** What else it does (see `Action.effects`). */
  readonly others?: readonly OtherEffect<Payload>[];
  isOwnAffair?(payload: Payload, signer: Signer): boolean;
  apply(context: ActionContext<GovernedState>, payload: Payload, signer: PublicKey): Rejection | null;
  title(payload: Payload): string;
  summarize(payload: Payload): string;
  /** Where nothing more can be said than what `summarize` says, it is left out. */
  describe?(payload: Payload, before: ToldState): string;
  warnings?(payload: Payload, before: ToldState, actor: Pick<Actor, 'memberId'>): readonly string[];
  named?(payload: Payload): readonly NamedEnvironment[];
  wantedPolicy?(payload: Payload): WantedPolicy;
  bind?(payload: JsonObject, read: ReadEnvironment): JsonObject;
}

export function describeIssues(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'invalid';
  const path = issue.path.map(String).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** Makes an action of typed parts. */
export function defineAction<Payload>(options: ActionOptions<Payload>): Action {
  // Every payload reaches the typed parts only after `checkPayload` let it through.
  const typed = (payload: JsonObject): Payload => payload as Payload;
  const subject = (payload: JsonObject): PolicySubject => ({
    action: options.name,
    envId: options.envId?.(typed(payload)) ?? null,
  });
  const others = options.others ?? [];
  const isReplaced = (payload: Payload, state: CountedState): boolean =>
    others.some((other) => other.isInstead === true && other.of(payload, state) !== null);
  return {
    name: options.name,
    kind: options.kind,
    subject: options.subject,
    isComposed: false,
    isUrgent: options.isUrgent ?? false,
    restsOn: options.restsOn ?? 'present',
    isHeldByFreeze: () => options.kind === 'environment' && options.worksWhileFrozen !== true,
    lineage: options.lineage ?? null,
    // Their payload is typed like the action's.
    voting: (options.voting as Voting<JsonObject> | undefined) ?? null,
    ofProposal: (options.ofProposal as OfProposal<JsonObject> | undefined) ?? null,
    defaultPolicy: options.defaultPolicy,
    zones: () => options.zones,
    checkPayload(payload) {
      const result = options.payload.safeParse(payload);
      return result.success ? null : reject('PAYLOAD_INVALID', describeIssues(result.error));
    },
    operations: (payload) => [{ ...subject(payload), payload }],
    effects: (payload, state) => [
      ...(isReplaced(typed(payload), state) ? [] : [subject(payload)]),
      ...others.flatMap((other) => other.of(typed(payload), state) ?? []),
    ],
    others,
    isOwnAffair: (payload, signer) => options.isOwnAffair?.(typed(payload), signer) ?? false,
    apply: (context, payload, signer) => options.apply(context, typed(payload), signer),
    title: (payload) => options.title(typed(payload)),
    summarize: (payload) => options.summarize(typed(payload)),
    describe: (payload, before) => options.describe?.(typed(payload), before) ?? options.summarize(typed(payload)),
    warnings: (payload, before, actor) => options.warnings?.(typed(payload), before, actor) ?? [],
    named: (payload) => options.named?.(typed(payload)) ?? [],
    governs: () => options.kind === 'governance',
    wantedPolicies: (payload) => {
      const wanted = options.wantedPolicy?.(typed(payload));
      return wanted === undefined ? [] : [wanted];
    },
    bind: (payload, read) => options.bind?.(payload, read) ?? payload,
  };
}
