import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi';
import { API_PATH } from '../../../api/http/api-path.ts';
import { TAGS } from '../../../api/http/route.ts';
import { httpContract } from '../../../api/http/routes.ts';
import { ERROR_ADVICE } from '../../../base/errors.ts';
import { jsonSchemas } from './json-schema.ts';
import { tagged, type Tagged } from './respond.ts';

const ERROR = {
  description: 'It was not done. `code` says why, `advice` what to do.',
  content: {
    'application/json': {
      schema: {
        type: 'object',
        required: ['code', 'message', 'advice', 'context'],
        properties: {
          code: { type: 'string', enum: Object.keys(ERROR_ADVICE) },
          message: { type: 'string' },
          advice: { type: 'string' },
          context: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean', 'null'] } },
        },
      },
    },
  },
} as const;

let made: Promise<OpenAPI.Document> | null = null;

/** The API as an OpenAPI 3.1 document, made from the same table that answers. */
export function openApiDocument(version: string): Promise<OpenAPI.Document> {
  made ??= make(version);
  return made;
}

let answer: Promise<Tagged> | null = null;

/** The document as it is sent. */
export function openApiAnswer(version: string): Promise<Tagged> {
  answer ??= openApiDocument(version).then(tagged);
  return answer;
}

async function make(version: string): Promise<OpenAPI.Document> {
  const document = await new OpenAPIGenerator({ schemaConverters: [jsonSchemas] }).generate(httpContract, {
    info: {
      title: 'Quantum-Lock',
      version,
      description:
        'The chain of a node. Log in by signing a challenge with a member’s key; what a member may do is read from the chain at each call. Answers of GET have an ETag.',
    },
    servers: [{ url: API_PATH }],
    security: [{ token: [] }],
    tags: [
      { name: 'Log-in', description: 'A token for a signature.' },
      ...Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    ],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'The token of /log-in/token.' } },
      responses: { Error: ERROR as never },
    },
  });
  for (const [path, operations] of Object.entries(document.paths ?? {}))
    for (const operation of Object.values(operations ?? {}) as OpenAPI.OperationObject[]) {
      operation.responses = { ...operation.responses, default: { $ref: '#/components/responses/Error' } };
      if (path.startsWith('/log-in/') && path !== '/log-in/end') operation.security = [];
    }
  return document;
}
