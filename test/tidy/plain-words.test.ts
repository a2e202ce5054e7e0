import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ODD_WORDS, oddWords } from './plain-words.ts';
import { checkoutRoot, readSourceFiles, type SourceFile } from './source-files.ts';

/** What people read most; the decisions and the specification keep the wording of their time. */
const DOCUMENTS = ['README.md', 'docs/ARCHITECTURE.md', 'docs/OPERATIONS.md', 'docs/THREAT_MODEL.md'];

function readDocuments(): readonly SourceFile[] {
  const found = globSync(DOCUMENTS, { cwd: checkoutRoot });
  if (found.length !== DOCUMENTS.length) throw new Error('a document was not found: nothing was checked');
  return found.map((path) => ({ path, text: readFileSync(join(checkoutRoot, path), 'utf8') }));
}

/** One sentence with each odd word: a word without one here is held by nothing. */
const SENTENCES: readonly string[] = [
  'The index is made anew.',
  'Whoever has the file can sign.',
  'The title is hearsay.',
  'By a table of our own.',
  'What the database says of itself.',
  'Shows what came of it.',
  'A log lies beside the file.',
  'The node goes on.',
  'Closes it for good.',
  'Its seal is worth nothing.',
  'Approvals count no longer.',
  'Confirm it once more.',
  'Store it all the same?',
  'Damaged chunks are mended.',
  'Approvals that were brought in.',
  'Each row is held against its hash.',
  'The member has no say in this.',
  'The index said otherwise than the chain.',
  'Figures are told unasked.',
  'It would do something else than what was shown.',
];

describe('product texts', () => {
  test('say it in plain words', () => {
    expect(oddWords([...readSourceFiles(['src', 'electron', 'renderer', 'build']), ...readDocuments()])).toEqual([]);
  });

  test('are refused with each of the odd ones', () => {
    for (const [index, text] of SENTENCES.entries()) expect(ODD_WORDS[index]?.odd.test(text) ?? false, text).toBe(true);
    expect(SENTENCES).toHaveLength(ODD_WORDS.length);
    expect(oddWords([{ path: 'src/a.ts', text: '// Fine.\n/** Made anew. */' }])).toEqual([
      'src/a.ts:2 says "anew"; write: again, or rebuilt',
    ]);
  });

  test('may name the words in their plain meaning', () => {
    const text = 'That the checks go on the chain; twice that for good measure; the member may vote.';
    expect(oddWords([{ path: 'src/a.ts', text }])).toEqual([]);
  });
});
