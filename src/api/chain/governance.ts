import { z } from 'zod';
import { count } from '../../base/fields.ts';
import { read } from '../procedure.ts';
import { identifier } from '../schemas.ts';
import { level, permission, person } from './members.ts';

/** How things are decided: policies, who may vote, and how safe the present set-up is. */

export const policy = z.union([
  z.object({ mode: z.literal('direct'), permission }),
  z.object({
    mode: z.literal('multisig'),
    role: level,
    threshold: z.union([z.object({ count }), z.object({ numerator: count, denominator: count })]),
  }),
]);
export type PolicyValue = z.infer<typeof policy>;

export const policyView = z.object({
  action: z.string(),
  /** For one environment alone; null for the action in every environment without its own. */
  env_id: z.string().nullable(),
  policy,
  /** The chain says nothing of its own: this is the action's default. */
  is_default: z.boolean(),
  /** The policy in words. */
  sentence: z.string(),
  /** `governance` policies are always multisig; `environment` ones may be direct. */
  kind: z.enum(['environment', 'governance']),
});
export type PolicyView = z.infer<typeof policyView>;

/** Approvals of one role that must come together, and who may give them. */
export const neededApprovals = z.object({ role: level, needed: count, approvers: z.array(person) });

/** "Who could do this today, and how many must agree?" */
export const authorityView = z.object({
  action: z.string(),
  env_id: z.string().nullable(),
  /** The answer in plain sentences: of the policies of all that the action does, and may do. */
  sentence: z.string(),
  /** Members who can do it at once, alone. */
  alone: z.array(person),
  /** Approvals that must come together, each of its own kind; empty where nobody needs to approve. */
  requirements: z.array(neededApprovals),
  /** Members who may propose it. */
  proposers: z.array(person),
  /** False where nobody can do it now, no matter who agrees. */
  possible: z.boolean(),
  /** Why not: `the chain is frozen`; null where it is possible. */
  obstacle: z.string().nullable(),
});
export type AuthorityView = z.infer<typeof authorityView>;

export const requirementView = z.object({
  role: level,
  needed: count,
  /** Active members who hold the role now. */
  holders: count,
  /** Votes that count now. */
  approvals: count,
  rejections: count,
});
export type RequirementView = z.infer<typeof requirementView>;

/** One named check of how safe the present set-up is. */
export const postureCheck = z.object({
  code: z.string(),
  /** `unknown` where it could not be looked at. */
  level: z.enum(['good', 'look', 'bad', 'unknown', 'nothing_to_check']),
  title: z.string(),
  /** What was found, in words, with names and numbers. */
  finding: z.string(),
  /** What to do; empty where it is good. */
  advice: z.string(),
});
export type PostureCheck = z.infer<typeof postureCheck>;

export const posture = z.object({ checks: z.array(postureCheck), height: count });
export type Posture = z.infer<typeof posture>;

export const governanceProcedures = {
  policies: read.output(z.object({ policies: z.array(policyView) })),
  /** Who could do this today, and how many must agree. */
  authority: read.input(z.strictObject({ action: z.string(), env_id: identifier.nullable() })).output(authorityView),
  posture: read.output(posture),
};
