import type { Problem } from '../../bridge/problem.ts';
import { findCommands } from '../../commands/find-commands.ts';
import { useCommands } from '../../commands/use-commands.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useSettled } from '../../stores/use-settled.ts';
import { useWaiting } from '../../stores/use-waiting.ts';
import { itemOfCommand, itemOfResult, type PaletteItem } from './palette-item.ts';
import { proposalItems } from './proposal-items.ts';

/** A person types a key every 100 to 200 ms: ask the node when they pause. */
const TYPING_PAUSE_MS = 120;

/** Proposals that have ended are searched this far back; the list itself goes further. */
const ENDED_SEARCHED_MAX = 200;

/** What the text finds: proposals, then other things on the chain, then commands. */
export function usePaletteItems(text: string): {
  readonly items: readonly PaletteItem[];
  readonly searching: boolean;
  readonly problem: Problem | undefined;
} {
  const { reads } = useServices();
  const wanted = text.trim().slice(0, 200);
  const settled = useSettled(wanted, TYPING_PAUSE_MS);
  const found = useRead(settled === '' ? null : reads.chain.search.queryOptions({ input: { text: settled } }), {
    keep: true,
  });
  const commands = useCommands();
  const waiting = useWaiting();
  const ended = useRead(reads.chain.proposals.queryOptions({ input: { state: 'ended', limit: ENDED_SEARCHED_MAX } }));
  const results = wanted === '' || found.data === undefined ? [] : found.data.results.map(itemOfResult);
  return {
    items: [
      ...proposalItems(wanted, { waiting, ended: ended.data?.proposals ?? [] }),
      ...results,
      ...findCommands(commands, wanted).map(itemOfCommand),
    ],
    searching: wanted !== '' && (found.loading || settled !== wanted),
    problem: found.problem,
  };
}
