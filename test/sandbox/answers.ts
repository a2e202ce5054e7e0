import type { Status } from '../../src/api/chain/node.ts';
import type { QuantumNode } from '../../src/node/quantum-node.ts';

type Reads = QuantumNode['query'];
type Answer<Call> = Call extends (...input: never) => Promise<infer Output> ? Output : never;

/** What a node is made to say to each read that is named, from its real answer and what it was asked. */
export type Answers = {
  readonly [Name in keyof Reads]?: (
    real: () => Promise<Answer<Reads[Name]>>,
    input: never,
  ) => Promise<Answer<Reads[Name]>>;
} & { readonly status?: (real: () => Promise<Status>) => Promise<Status> };

type Call = (...input: readonly unknown[]) => Promise<unknown>;
type Replace = (real: () => Promise<unknown>, input: unknown) => Promise<unknown>;

/**
 * Replaces single answers of a real node, for states that a test cannot put one into. Everything else is answered as it is. Gives
 * what takes the replacements back.
 */
export function answerInstead(node: QuantumNode, answers: Answers): () => void {
  const { query } = node;
  const instead = (name: PropertyKey, real: Call): Call => {
    const replace = (answers as Readonly<Record<PropertyKey, Replace | undefined>>)[name];
    return replace === undefined ? real : (...input) => replace(() => real(...input), input[0]);
  };
  const reads = new Proxy(query, {
    get: (target, name) => instead(name, Reflect.get(target, name) as Call),
  });
  Object.defineProperty(node, 'query', { value: reads, configurable: true });
  const status = node.status.bind(node);
  if (answers.status !== undefined)
    Object.defineProperty(node, 'status', { value: instead('status', status), configurable: true });
  return () => {
    Object.defineProperty(node, 'query', { value: query, configurable: true });
    Reflect.deleteProperty(node, 'status');
  };
}
