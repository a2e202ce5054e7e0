import type { RollbackChangeView, RollbackPreview } from '../../api/chain/recovery.ts';
import { fields, table, time } from '../output.ts';
import { warningsText } from './changes-text.ts';

type Lanes = RollbackChangeView['before'];

const GREEN_WORDS: Readonly<Record<RollbackChangeView['green'], string>> = {
  leaves: 'leaves Green',
  changes: 'another version is Green',
  returns: 'is Green again',
  stays: '',
};

function blueOf(lanes: Lanes): string | null {
  return lanes === null ? null : `v${lanes.blue.version}${lanes.archived ? ' (archived)' : ''}`;
}

function greenOf(lanes: Lanes): string | null {
  const green = lanes?.green ?? null;
  return green === null ? null : `v${green.version}`;
}

function whatOf({ kind, green, recall, undone }: RollbackChangeView): string {
  return [
    ...(kind === 'vanishes' ? ['is not there any longer'] : kind === 'returns' ? ['is there again'] : []),
    ...(green === 'stays' ? [] : [GREEN_WORDS[green]]),
    ...(undone === null ? [] : [`undoes the promotion of v${undone.version} at ${time(undone.promoted_at)}`]),
    ...(recall === null ? [] : [`v${recall.version} stays recalled`]),
  ].join('; ');
}

/** What a rollback would change, before it is proposed. */
export function rollbackText(preview: RollbackPreview): string[] {
  const { target, counts, shown, requirements, frozen, obstacle } = preview;
  const hidden = counts.changing - shown.length;
  return [
    ...fields([
      ['back to', `block ${target.height}  ${time(target.time)}`],
      ['  hash', target.hash],
      ['compared with', `block ${preview.height}`],
      [
        'needed',
        requirements.map(({ role, needed, approvers }) => `${needed} of ${approvers.length} (${role})`).join('; '),
      ],
      ['frozen', frozen === null ? 'no' : `since ${time(frozen.since)}: ${frozen.reason}`],
    ]),
    '',
    ...(obstacle === null ? [preview.sentence] : [`It would be refused now: ${obstacle.message} (${obstacle.name})`]),
    ...(shown.length === 0
      ? []
      : [
          '',
          ...table(
            ['environment', 'blue', 'then', 'green', 'then', 'what happens'],
            shown.map((change) => [
              change.env_id,
              blueOf(change.before),
              blueOf(change.after),
              greenOf(change.before),
              greenOf(change.after),
              whatOf(change),
            ]),
          ),
        ]),
    ...(hidden > 0 ? [`… and ${hidden} more.`] : []),
    ...warningsText(preview.warnings),
    '',
  ];
}
