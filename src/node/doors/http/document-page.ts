import { createHash } from 'node:crypto';
import type { OpenAPI } from '@orpc/openapi';
import { Html, html, NOTHING } from '../html.ts';
import { API_PATH } from '../../../api/http/api-path.ts';
import { openApiDocument } from './openapi-document.ts';

/** The document as a page to read: no script, nothing from elsewhere, also printable. */

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem 6rem; }
nav ul { columns: 16rem; list-style: none; padding: 0; }
h2 { margin-top: 3rem; border-bottom: 1px solid; padding-bottom: .25rem; }
h3 { font-size: 1rem; margin: 2rem 0 .25rem; overflow-wrap: anywhere; }
code, pre { font: .875rem/1.5 ui-monospace, monospace; }
li, td { overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 3.5rem; font-weight: 600; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
details { margin: .5rem 0; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 6px; }
a { color: inherit; }
`;

export const DOCUMENT_PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

let made: Promise<string> | null = null;

export function documentPage(version: string): Promise<string> {
  made ??= openApiDocument(version).then(pageOf);
  return made;
}

interface Listed {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenAPI.OperationObject;
}

function pageOf(document: OpenAPI.Document): string {
  const { title, version, description = '' } = document.info;
  const listed = Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations ?? {}).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: operation as OpenAPI.OperationObject,
    })),
  );
  const groups = (document.tags ?? []).map(({ name, description: about = '' }) => ({
    name,
    about,
    operations: listed.filter(({ operation }) => operation.tags?.includes(name)),
  }));
  // The style's own text: its hash is in the policy.
  const style = new Html(`<style>${STYLE}</style>`);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${title} API</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${style}
      </head>
      <body>
        <header>
          <h1>${title} API ${version}</h1>
          <p>${description}</p>
          <p>
            The same for programs: <a href="${API_PATH}/openapi.json">openapi.json</a> (OpenAPI ${document.openapi})
          </p>
        </header>
        <nav aria-label="Operations">${groups.map(contentsOf)}</nav>
        <main>${groups.map(groupOf)}</main>
      </body>
    </html> `.text;
}

interface Group {
  readonly name: string;
  readonly about: string;
  readonly operations: readonly Listed[];
}

function contentsOf({ name, operations }: Group): Html {
  const items = operations.map(
    ({ method, path, operation }) =>
      html`<li>
        <a href="#${operation.operationId ?? ''}"><code>${method} ${path}</code></a>
      </li>`,
  );
  return html`<h2>${name}</h2>
    <ul>
      ${items}
    </ul>`;
}

function groupOf({ name, about, operations }: Group): Html {
  return html`<section>
    <h2>${name}</h2>
    <p>${about}</p>
    ${operations.map(operationOf)}
  </section>`;
}

function operationOf({ method, path, operation }: Listed): Html {
  const { operationId = '', summary = '', parameters = [], requestBody, responses = {} } = operation;
  const body = (requestBody as OpenAPI.RequestBodyObject | undefined)?.content['application/json']?.schema;
  const answer = (responses['200'] as OpenAPI.ResponseObject | undefined)?.content;
  return html`<article id="${operationId}">
    <h3>
      <code><span class="method">${method}</span> ${API_PATH + path}</code>
    </h3>
    <p>${summary}</p>
    ${parametersOf(parameters as OpenAPI.ParameterObject[])}${schemaOf('Body', body)}${schemaOf(
      'Answer',
      Object.values(answer ?? {})[0]?.schema,
    )}
  </article>`;
}

function parametersOf(parameters: readonly OpenAPI.ParameterObject[]): Html {
  if (parameters.length === 0) return NOTHING;
  const rows = parameters.map(
    ({ name, in: place, required, schema }) =>
      html`<tr>
        <td><code>${name}</code></td>
        <td>${place}${required === true ? ', required' : ''}</td>
        <td><code>${typeOf(schema)}</code></td>
      </tr>`,
  );
  return html`<table>
    <thead>
      <tr>
        <th>Name</th>
        <th>Where</th>
        <th>What</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function typeOf(schema: unknown): string {
  const { description } = (schema ?? {}) as { readonly description?: string };
  return description ?? JSON.stringify(schema);
}

function schemaOf(title: string, schema: unknown): Html {
  if (schema === undefined) return NOTHING;
  return html`<details>
    <summary>${title}</summary>
    <pre>${JSON.stringify(schema, null, 2)}</pre>
  </details>`;
}
