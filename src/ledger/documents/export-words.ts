import type { VerifiedExport } from './export-file.ts';

/** What a verified export shows, and what it does not: no more than that is claimed. */
export function exportShows({ manifest, lines }: VerifiedExport): readonly string[] {
  const { kind } = manifest;
  if (lines === null)
    return [
      kind === 'blocks'
        ? 'These are the bytes that were signed. To verify every block and rule in them: dm inspect FILE.'
        : `These are the bytes that were signed. A file as ${kind} proves nothing of the chain by itself: an export as jsonl does.`,
    ];
  const all =
    lines.omitted === 0
      ? 'Nothing is left out of these blocks.'
      : `${lines.omitted} transactions of these blocks are left out. That none of them is what was asked for, the signer states; the chain itself, or an export of everything, shows it.`;
  return [
    `Each transaction was signed as it stands there, and is in the log at its place, in its block, which a validator sealed. ${all}`,
    'The sentences, the names of members and the environments beside the transactions are stated by the signer.',
  ];
}
