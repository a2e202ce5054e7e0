import type { JsonObject } from '../../base/canonical.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { EnvironmentRecord } from '../../ledger/state-types.ts';
import type { ToldState } from './describe-effect.ts';
import { governanceSentence } from './governance-sentence.ts';
import { textOf } from './payload-text.ts';

/** What signing would do, in one plain sentence, told from the decoded payload and the state that it meets. */
export function effectSentence(state: ToldState, action: string, payload: JsonObject): string {
  const environment = (key: string): EnvironmentRecord | undefined =>
    state.get('environments', textOf(payload[key])) as EnvironmentRecord | undefined;
  const record = environment('env_id');
  const name = textOf(payload['env_id'] ?? payload['target_env']);
  switch (action) {
    case 'create_environment':
      return `${name} is registered as a Blue environment, version 1.`;
    case 'update_environment':
      return `${name} gets Blue version ${(record?.blue.version ?? 0) + 1}. ${greenStays(record)}`;
    case 'promote_environment':
      return `Version ${record?.blue.version ?? '–'} of ${name} becomes Green, ${record?.green ? `in place of version ${record.green.version}` : 'its first Green version'}.`;
    case 'checkpoint_state':
      return `Green ${name}, version ${record?.green?.version ?? '–'}, is checkpointed as ${textOf(payload['version'])}.`;
    case 'merge_environments': {
      const sources = (payload['source_envs'] as readonly string[]).join(', ');
      return `${name} gets Blue version ${(environment('target_env')?.blue.version ?? 0) + 1}, merged from ${sources} (${textOf(payload['merge_strategy'])}).`;
    }
    case 'archive_environment':
      return `${name} is archived: it stays readable and provable, and takes no further change. This cannot be undone by another transaction of its own.`;
    case 'batch': {
      const operations = payload['operations'] as readonly { readonly action: string; readonly payload: JsonObject }[];
      const first = operations
        .slice(0, 3)
        .map((operation) => effectSentence(state, operation.action, operation.payload));
      return `${operations.length} operation(s), all or none: ${first.join(' ')}${operations.length > 3 ? ' …' : ''}`;
    }
    default:
      return governanceSentence(state, action, payload) ?? findAction(action)?.summarize(payload) ?? action;
  }
}

function greenStays(record: EnvironmentRecord | undefined): string {
  return record?.green ? `Green stays at version ${record.green.version}.` : 'It is not Green.';
}
