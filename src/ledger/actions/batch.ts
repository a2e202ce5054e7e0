import { z } from 'zod';
import type { JsonObject } from '../../base/canonical.ts';
import { BATCH_OPERATIONS_MAX } from '../../base/limits.ts';
import { reject } from '../rejections.ts';
import { describeIssues, type Action } from '../governance/action.ts';
import { listIn } from './fields.ts';

const operationSchema = z.strictObject({
  action: z.string(),
  payload: z.custom<JsonObject>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'an object',
  ),
});
const payloadSchema = z.strictObject({ operations: z.array(operationSchema).min(1).max(BATCH_OPERATIONS_MAX) });
type BatchPayload = z.infer<typeof payloadSchema>;

/** What does these: a batch of several, or the one by itself. */
export function batchOf(operations: readonly BatchPayload['operations'][number][]): {
  readonly action: string;
  readonly payload: JsonObject;
} {
  const [first, second] = operations;
  return first === undefined || second !== undefined
    ? { action: 'batch', payload: { operations: operations.map((one) => ({ ...one })) } }
    : first;
}

/**
 * Many operations in one transaction, or one proposal: all apply, in order, or none. Each is authorised by its own policy; a
 * proposal asks for those of all. A batch goes from the sender of its first operation to the recipient of its last. Batches do
 * not nest.
 */
export function defineBatch(find: (name: string) => Action | undefined): Action {
  const parts = (payload: JsonObject): { action: Action; payload: JsonObject }[] =>
    (payload as unknown as BatchPayload).operations.flatMap((operation) => {
      const action = find(operation.action);
      return action === undefined ? [] : [{ action, payload: operation.payload }];
    });
  return {
    name: 'batch',
    kind: 'environment',
    subject: 'A batch',
    isComposed: true,
    isUrgent: false,
    restsOn: 'present',
    isHeldByFreeze: (payload) => parts(payload).some((part) => part.action.isHeldByFreeze(part.payload)),
    lineage: null,
    voting: null,
    ofProposal: null,
    isOwnAffair: () => false,
    defaultPolicy: { mode: 'direct', permission: 'write_blue_state' },
    checkPayload(payload) {
      const result = payloadSchema.safeParse(payload);
      if (!result.success) return reject('PAYLOAD_INVALID', describeIssues(result.error));
      for (const [index, operation] of result.data.operations.entries()) {
        const action = find(operation.action);
        if (action === undefined)
          return reject(
            'PAYLOAD_INVALID',
            `operations.${index}: ${operation.action.slice(0, 64)} cannot be part of a batch`,
          );
        const refusal = action.checkPayload(operation.payload);
        if (refusal !== null) return { ...refusal, message: `operations.${index}: ${refusal.message}` };
        if (action.wantedPolicies(operation.payload).some(({ subject }) => subject.envId === null))
          return reject('PAYLOAD_INVALID', `operations.${index}: a policy for all environments is set by itself`);
      }
      return null;
    },
    zones(payload) {
      const all = parts(payload);
      const first = all.at(0);
      const last = all.at(-1);
      return {
        sender: first?.action.zones(first.payload).sender ?? 'blue_state',
        recipient: last?.action.zones(last.payload).recipient ?? 'blue_state',
      };
    },
    others: [],
    effects: (payload, state) => parts(payload).flatMap((part) => part.action.effects(part.payload, state)),
    operations: (payload) => parts(payload).flatMap((part) => part.action.operations(part.payload)),
    apply(context, payload, signer) {
      for (const [index, part] of parts(payload).entries()) {
        const refusal = part.action.apply(context, part.payload, signer);
        if (refusal !== null) return { ...refusal, message: `operations.${index}: ${refusal.message}` };
      }
      return null;
    },
    title(payload) {
      const all = parts(payload);
      const first = all.at(0);
      const more = all.length > 1 ? ` and ${all.length - 1} more` : '';
      return first === undefined ? 'Do nothing' : first.action.title(first.payload) + more;
    },
    summarize(payload) {
      const all = parts(payload);
      const first = all.at(0);
      const more = all.length > 1 ? ` (and ${all.length - 1} more, all or none)` : '';
      return first === undefined
        ? 'Did nothing.'
        : first.action.summarize(first.payload).replace(/\.$/, '') + more + '.';
    },
    // Each operation meets the state that the ones before it left: a description of a batch describes them one by one.
    describe: (payload) =>
      parts(payload)
        .map((part) => part.action.title(part.payload))
        .join('; '),
    warnings: () => [],
    governs: (payload) => parts(payload).some((part) => part.action.governs(part.payload)),
    wantedPolicies: (payload) => parts(payload).flatMap((part) => part.action.wantedPolicies(part.payload)),
    named: (payload) => parts(payload).flatMap((part) => part.action.named(part.payload)),
    bind: (payload, read) => ({
      ...payload,
      operations: listIn(payload['operations']).map((operation) => {
        const parsed = operationSchema.safeParse(operation).data;
        const action = parsed === undefined ? undefined : find(parsed.action);
        return parsed === undefined || action === undefined
          ? operation
          : { ...parsed, payload: action.bind(parsed.payload, read) };
      }),
    }),
  };
}
