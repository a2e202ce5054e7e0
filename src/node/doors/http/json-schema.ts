import type { AnySchema } from '@orpc/contract';
import type { ConditionalSchemaConverter } from '@orpc/openapi';
import { z } from 'zod';

/**
 * The JSON Schema of a schema of the contract, by zod itself. A check of ours that JSON Schema cannot state says in its metadata what
 * it is (base/fields.ts).
 */
export const jsonSchemas: ConditionalSchemaConverter = {
  condition: (schema) => schema instanceof z.ZodType,
  convert: (schema, { strategy }) => {
    const type = schema as AnySchema & z.ZodType;
    const isOptional = strategy === 'input' && type.safeParse(undefined).success;
    const { $schema: _version, ...described } = z.toJSONSchema(type, { io: strategy, unrepresentable: 'any' });
    return [!isOptional, described as never];
  },
};
