import { isoTime } from '../../base/iso-time.ts';
import type { GreenVerdict } from './green-proof.ts';

/** What a proof shows, as a person reads it: with its moment, and with what it does not show. */
export function greenClaim(verdict: GreenVerdict): string {
  return `${momentWords(verdict)}, ${answerWords(verdict)}`;
}

/** "At 2026-…Z", or as of which block. Times are of the chain's clock, in the era that is named. */
function momentWords({ at, block, next }: GreenVerdict): string {
  const of = `block ${block.height} (${isoTime(block.time)}, era ${block.era})`;
  const until =
    next === null ? 'the newest that the proof knows' : `which held until block ${next.height} (${isoTime(next.time)})`;
  return at === null || next === null ? `As of ${of}, ${until}` : `At ${isoTime(at)}, by ${of}, ${until}`;
}

function answerWords(verdict: GreenVerdict): string {
  const { status, env_id: id, green, recall } = verdict;
  if (status === 'green' && green !== null)
    return `version ${green.version} of ${id}, ${green.state_hash}, was Green: promoted at ${isoTime(green.promoted_at)} by ${green.promoted_by}${rollbackWords(verdict)}.`;
  if (status === 'recalled' && recall !== null)
    return `version ${recall.version} of ${id}, ${recall.state_hash}, was recalled, since ${isoTime(recall.recalled_at)} by ${recall.recalled_by}: ${recall.reason}${recall.superseded_by === null ? '' : ` Use ${recall.superseded_by.env_id} version ${recall.superseded_by.version} instead.`}`;
  return `${askedWords(verdict)}: ${whyNot(verdict)}.`;
}

function rollbackWords({ rollback, green }: GreenVerdict): string {
  if (rollback === null || green === null || rollback.at < green.promoted_at) return '';
  return `, and given back by a rollback at ${isoTime(rollback.at)}`;
}

function askedWords({ env_id: id, asked: { state_hash: hash, version } }: GreenVerdict): string {
  if (hash === null && version === null) return `nothing of ${id} was Green`;
  const what = [...(version === null ? [] : [`version ${version}`]), ...(hash === null ? [] : [hash])];
  return `${what.join(', ')} of ${id} was not Green`;
}

function whyNot({ exists, green, rollback }: GreenVerdict): string {
  if (!exists)
    return rollback === null
      ? 'there was no such environment'
      : `a rollback to block ${rollback.target_height} took it away at ${isoTime(rollback.at)}`;
  if (green !== null) return `what was Green is version ${green.version}, ${green.state_hash}`;
  return rollback === null ? 'nothing of it is promoted' : `nothing is, since a rollback at ${isoTime(rollback.at)}`;
}
