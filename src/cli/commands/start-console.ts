import type { CommandContext } from '../context.ts';
export async function startConsole(_context: CommandContext, _options: { readonly port: number; readonly sandbox: boolean }): Promise<void> {}
