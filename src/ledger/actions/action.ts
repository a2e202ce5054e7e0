import type { z } from 'zod';
import type { Hash } from '../../base/bytes.ts';
import type { Json, JsonObject } from '../../base/canonical.ts';
import { reject, type Rejection } from '../rejections.ts';
import type { Namespace, Policy } from '../state-types.ts';
import type { Zone } from '../transaction-types.ts';

/** Who acts, as the state knows them at execution. */
export interface Actor {
  readonly memberId: string;
}

/** The state as one transaction sees it: reads fall through to the block and the chain, writes stay its own. */
export interface StateAccess {
  get(namespace: Namespace, key: string): Json | undefined;
  put(namespace: Namespace, key: string, value: Json): void;
}

export interface ActionContext {
  readonly state: StateAccess;
  /** Of the block, Unix milliseconds: the only time there is. */
  readonly timestamp: number;
  readonly transactionId: Hash;
  readonly actor: Actor;
}

export interface Zones {
  readonly sender: Zone;
  readonly recipient: Zone;
}

/**
 * One transaction type: its payload, the zones that it moves between, how it is authorised where the chain has no
 * policy of its own, and what it does. `apply` verifies first, then writes; a refusal leaves no trace.
 */
export interface Action {
  readonly name: string;
  readonly defaultPolicy: Policy;
  zones(payload: JsonObject): Zones;
  /** Null when the payload fits. */
  checkPayload(payload: JsonObject): Rejection | null;
  /** The parts that are authorised each by itself: a batch's operations, or the action alone. */
  operations(payload: JsonObject): readonly Operation[];
  apply(context: ActionContext, payload: JsonObject): Rejection | null;
  /** One plain sentence, in the past tense. The payload was checked. */
  summarize(payload: JsonObject): string;
}

export interface Operation {
  readonly action: string;
  readonly envId: string | null;
  readonly payload: JsonObject;
}

export interface ActionOptions<Payload> {
  readonly name: string;
  readonly zones: Zones;
  readonly payload: z.ZodType<Payload>;
  readonly defaultPolicy: Policy;
  envId(payload: Payload): string | null;
  apply(context: ActionContext, payload: Payload): Rejection | null;
  summarize(payload: Payload): string;
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
  return {
    name: options.name,
    defaultPolicy: options.defaultPolicy,
    zones: () => options.zones,
    checkPayload(payload) {
      const result = options.payload.safeParse(payload);
      return result.success ? null : reject('PAYLOAD_INVALID', describeIssues(result.error));
    },
    operations: (payload) => [{ action: options.name, envId: options.envId(typed(payload)), payload }],
    apply: (context, payload) => options.apply(context, typed(payload)),
    summarize: (payload) => options.summarize(typed(payload)),
  };
}
