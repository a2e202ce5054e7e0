import { InspectionConsole } from '../../node/doors/inspection-console.ts';
import { PAGE_DIRECTORY } from '../commands/start-console.ts';
import { untilStopped } from '../commands/until-stopped.ts';
import type { CommandContext } from '../context.ts';
import { openFile, type OpenFileOptions } from './open-file.ts';

/** Serves the console's page on a file until it is told to stop. */
export async function serveFile(
  context: CommandContext,
  path: string,
  options: OpenFileOptions & { readonly port: number },
): Promise<void> {
  const { output, version } = context;
  const inspection = await openFile(context, path, options);
  const stopped = untilStopped();
  const console = await InspectionConsole.open({
    inspection,
    version,
    pageDirectory: PAGE_DIRECTORY,
    port: options.port,
    now: Date.now,
    log: output.note,
  });
  try {
    const view = inspection.view();
    output.result({ url: console.link, chain: inspection.chain, ...view }, () => [
      `File     ${view.path}, up to block ${view.head.height}`,
      `Console  ${console.link}`,
      view.trust.rests_on[0] ?? '',
      'Nothing here is live, and nothing can be signed. Ctrl C stops it.',
    ]);
    await stopped;
  } finally {
    await console.close();
  }
}
