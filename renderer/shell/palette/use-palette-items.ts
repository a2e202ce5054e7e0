import type { Problem } from '../../bridge/problem.ts';
import { commands } from '../../commands/commands.ts';
import { findCommands } from '../../commands/find-commands.ts';
import { useServices } from '../../services.ts';
import { useRead } from '../../stores/use-read.ts';
import { useSettled } from '../../stores/use-settled.ts';
import { itemOfCommand, itemOfResult, type PaletteItem } from './palette-item.ts';

/** A person types a key every 100 to 200 ms: ask the node when they pause. */
const TYPING_PAUSE_MS = 120;

/** What the text finds: things on the chain first, then commands. */
export function usePaletteItems(text: string): {
  readonly items: readonly PaletteItem[];
  readonly searching: boolean;
  readonly problem: Problem | undefined;
} {
  const { client } = useServices();
  const wanted = text.trim().slice(0, 200);
  const settled = useSettled(wanted, TYPING_PAUSE_MS);
  const found = useRead(
    settled === '' ? null : settled,
    async (signal) => ({ text: settled, results: (await client.chain.search({ text: settled }, { signal })).results }),
    { keep: true },
  );
  const results = wanted === '' || found.data === undefined ? [] : found.data.results.map(itemOfResult);
  return {
    items: [...results, ...findCommands(commands, wanted).map(itemOfCommand)],
    searching: wanted !== '' && (found.loading || found.data?.text !== wanted),
    problem: found.problem,
  };
}
