import type { JsonObject } from '../../base/canonical.ts';
import { findAction } from '../../ledger/actions/registry.ts';
import type { EnvironmentRecord } from '../../ledger/state-types.ts';
import type { ToldState } from './describe-effect.ts';
import { governanceSentence } from './governance-sentence.ts';
import { textOf } from './payload-text.ts';

/** What signing would do, in one plain sentence, told from the decoded payload and the state that it meets. */
export function effectSentence(state: ToldState, action: string, payload: JsonObject): string {
  const record = state.get('environments', textOf(payload['env_id'])) as EnvironmentRecord | undefined;
  const name = textOf(payload['env_id'] ?? payload['target_env']);
  const green = payload['green_version'];
  switch (action) {
    case 'create_environment':
      return `${name} is registered as a Blue environment, version 1.`;
    case 'update_environment':
      return `${name} gets Blue version ${versionOf(payload['base_version']) + 1}. ${greenStays(record)}`;
    case 'promote_environment':
      return `Version ${versionOf(payload['blue_version'])} of ${name} becomes Green, ${typeof green === 'number' ? `in place of version ${green}` : 'its first Green version'}.`;
    case 'checkpoint_state':
      return `Green ${name}, version ${versionOf(green)}, is checkpointed as ${textOf(payload['version'])}.`;
    case 'merge_environments': {
      const versions = payload['source_versions'] as readonly number[];
      const sources = (payload['source_envs'] as readonly string[]).map(
        (id, index) => `${id} version ${versions[index]}`,
      );
      return `${name} ${payload['base_version'] === null ? 'is registered as a Blue environment, version 1' : `gets Blue version ${versionOf(payload['base_version']) + 1}`}, merged from ${sources.join(', ')} (${textOf(payload['merge_strategy'])}).`;
    }
    case 'archive_environment': {
      const reason = textOf(payload['reason']);
      return `${name} is archived${reason === '' ? '' : ` (“${reason}”)`}: it stays readable and provable, and takes no further change. This cannot be undone by another transaction of its own.`;
    }
    default:
      return governanceSentence(state, action, payload) ?? findAction(action)?.summarize(payload) ?? action;
  }
}

function versionOf(version: JsonObject[string] | undefined): number {
  return typeof version === 'number' ? version : 0;
}

function greenStays(record: EnvironmentRecord | undefined): string {
  return record?.green ? `Green stays at version ${record.green.version}.` : 'It is not Green.';
}
