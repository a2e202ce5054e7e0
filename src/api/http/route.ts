import { oc, type InferContractRouterInputs } from '@orpc/contract';
import { z } from 'zod';
import { count } from '../../base/fields.ts';
import { contract } from '../contract.ts';
import { time, type moment } from '../schemas.ts';

/**
 * How each procedure of the chain is reached over HTTP: its method, its path, and how path and query become its input. Below is no
 * rule of its own: the input is checked again as the contract says, and so is the permission.
 */

type Chain = typeof contract.chain;
export type ChainProcedure = keyof Chain;
type Inputs = InferContractRouterInputs<Chain>;

export interface Place {
  readonly method: 'GET' | 'POST';
  /** Behind /blockchain. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly tag: Tag;
}

export const TAGS = {
  Node: 'How the node is.',
  Log: 'Blocks, transactions and the audit log.',
  Environments: 'Environments, their versions, and what is Green.',
  Content: 'The files of a version.',
  Proofs: 'What verifies without this node.',
  Governance: 'Members, policies and proposals.',
  Recovery: 'What a rollback would do.',
} as const;
type Tag = keyof typeof TAGS;

export interface Route {
  readonly procedure: ChainProcedure;
  readonly place: Place;
  readonly contract: ReturnType<typeof documented>;
  readonly toInput: (flat: never) => unknown;
}

function documented(
  { method, path, summary, tag }: Place,
  {
    operationId,
    input,
    output,
  }: { readonly operationId: string; readonly input: z.ZodType; readonly output: z.ZodType },
) {
  return oc
    .route({ method, path, summary, tags: [tag], operationId })
    .input(input)
    .output(output);
}

/** A route whose path and query are the fields of `flat`. */
export function route<Name extends ChainProcedure, Flat extends z.ZodObject>(
  procedure: Name,
  place: Place,
  flat: Flat,
  toInput: (flat: z.output<Flat>) => Inputs[Name],
): Route {
  const { outputSchema } = contract.chain[procedure]['~orpc'];
  return {
    procedure,
    place,
    contract: documented(place, { operationId: procedure, input: flat, output: outputSchema as z.ZodType }),
    toInput,
  };
}

/** A route that takes the procedure's own input. */
export function plain(procedure: ChainProcedure, place: Place): Route {
  const { inputSchema } = contract.chain[procedure]['~orpc'] as { readonly inputSchema?: z.ZodType };
  const input = (inputSchema ?? nothing) as z.ZodObject;
  return route(procedure, place, input, (flat) => (inputSchema === undefined ? undefined : flat) as never);
}

const nothing = z.strictObject({});

/** A moment of the chain: a height, or the last block at a time; absent: now. */
export const at = { height: count.optional(), time: time.optional() };

export function momentOf({
  height,
  time: when,
}: {
  readonly height?: number | undefined;
  readonly time?: number | undefined;
}): { at?: z.output<typeof moment> } {
  if (height !== undefined) return { at: { height } };
  return when === undefined ? {} : { at: { time: when } };
}

/** Names, with commas between. */
export const names = z.string().regex(/^[a-z_]+(,[a-z_]+){0,63}$/);
