import { type as typed } from '@orpc/server';
import type { Hash } from '../../base/bytes.ts';
import { ownProcedure } from './procedures.ts';

/** What the node alone asks its thread to sign checkpoints, and to show them. */
export const checkpointQuestions = {
  checkpointHead: ownProcedure.handler(({ context }) => context.read(({ checkpoints }) => checkpoints.head())),
  loggedTransaction: ownProcedure
    .input(typed<{ readonly id: Hash; readonly size: number }>())
    .handler(({ context, input }) => context.read(({ checkpoints }) => checkpoints.logged(input))),
  logGrown: ownProcedure
    .input(typed<{ readonly first: number; readonly second: number }>())
    .handler(({ context, input }) => context.read(({ checkpoints }) => checkpoints.grown(input))),
  logRoot: ownProcedure
    .input(typed<number>())
    .handler(({ context, input: size }) => context.read(({ checkpoints }) => checkpoints.rootOf(size))),
  firstAfter: ownProcedure
    .input(typed<number>())
    .handler(({ context, input: size }) => context.read(({ checkpoints }) => checkpoints.firstAfter(size))),
};
