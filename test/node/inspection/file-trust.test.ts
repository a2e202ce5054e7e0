import { describe, expect, test } from 'vitest';

import type { PublicKey } from '../../../src/base/bytes.ts';
import { fingerprintWords, genesisWords } from '../../../src/base/fingerprint.ts';
import { encodeTrustFile, trustFileOf } from '../../../src/ledger/documents/trust-file.ts';
import {
  confirmTrust,
  isNamed,
  restsOn,
  UNCONFIRMED,
  type FileFacts,
} from '../../../src/node/inspection/file-trust.ts';
import { administratorKey, engineerKey, hashOf } from '../../crash/test-chain.ts';

const chain = { chain_id: 'trusted', genesis: hashOf('genesis') };
const span = (publicKey: PublicKey, firstBlock: number, lastBlock: number): FileFacts['seals'][number] => ({
  validatorId: 'authority-1',
  publicKey,
  firstBlock,
  lastBlock,
  blocks: lastBlock - firstBlock + 1,
});
const facts: FileFacts = {
  chain,
  head: { height: 20, hash: hashOf('head') },
  seals: [span(administratorKey, 0, 9), span(engineerKey, 10, 20)],
};

function trustFile(keys: readonly PublicKey[], of: typeof chain = chain, validatorId = 'authority-1'): string {
  return encodeTrustFile(
    trustFileOf(
      {
        chain: of,
        validators: keys.map((public_key) => ({
          validator_id: validatorId,
          public_key,
          seals_from: 0,
          seals_to: null,
        })),
      },
      20,
    ),
  );
}

describe('what a person compares a file with', () => {
  const words = fingerprintWords(chain.genesis);

  test.each([
    ['the twelve words', words.join(' ')],
    ['the words as somebody wrote them down', ` ${words.join(', ').toUpperCase()}.\n`.replace('.', '')],
    ['a word a line', words.join('\n')],
  ])('%s', (_, text) => {
    expect(confirmTrust(text, facts)).toEqual({ confirmedBy: 'words' });
  });

  test('the hash of block 0', () => {
    expect(confirmTrust(` ${chain.genesis} `, facts)).toEqual({ confirmedBy: 'genesis' });
  });

  test('a trust file that names every key', () => {
    const trust = confirmTrust(trustFile([administratorKey, engineerKey]), facts);
    expect(facts.seals.map((seal) => isNamed(trust, seal))).toEqual([true, true]);
    expect(restsOn(trust, facts).join()).not.toContain('does not name');
  });

  test('a trust file from before a key was rotated: what it does not name is told', () => {
    const trust = confirmTrust(trustFile([administratorKey]), facts);
    expect(facts.seals.map((seal) => isNamed(trust, seal))).toEqual([true, false]);
    expect(restsOn(trust, facts).join()).toMatch(
      new RegExp(`does not name the key ${engineerKey} of authority-1, which sealed in blocks 10 to 20`),
    );
  });

  test.each([
    ['a trust file of another genesis', () => trustFile([administratorKey], { ...chain, genesis: hashOf('other') })],
    ['a trust file of another name', () => trustFile([administratorKey], { ...chain, chain_id: 'other' })],
    ['a trust file without the key of the first block', () => trustFile([engineerKey])],
    ['a trust file with the key of another validator', () => trustFile([administratorKey], chain, 'authority-2')],
    ['another hash', () => hashOf('other')],
    ['words of another genesis', () => fingerprintWords(hashOf('other')).join(' ')],
    ['one wrong word', () => [...words.slice(0, 11), words[11] === 'zoo' ? 'zone' : 'zoo'].join(' ')],
  ])('is refused: %s', (_, text) => {
    expect(() => confirmTrust(text(), facts)).toThrow(expect.objectContaining({ code: 'TRUST_MISMATCH' }) as Error);
  });

  test.each([
    ['six words, which two chains can be made to share', genesisWords(chain.genesis)],
    ['nothing', ''],
    ['thirteen words', `${words.join(' ')} zoo`],
    ['a sentence', 'they are the same words I promise you really they are just'],
    ['a hash in capitals', chain.genesis.toUpperCase()],
  ])('is refused as no comparison: %s', (_, text) => {
    expect(() => confirmTrust(text, facts)).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }) as Error);
  });

  test('is refused as no trust file: other JSON', () => {
    expect(() => confirmTrust('{"format":"none"}', facts)).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_INVALID' }) as Error,
    );
  });
});

describe('what the answers rest on', () => {
  test('is the file alone while nothing was compared', () => {
    expect(restsOn(UNCONFIRMED, facts)[0]).toMatch(/^Not confirmed: you have only the file’s word/);
    expect(isNamed(UNCONFIRMED, facts.seals[0] ?? span(administratorKey, 0, 0))).toBeNull();
  });

  test.each(['words', 'genesis'] as const)('names what was compared, and what no file shows: %s', (confirmedBy) => {
    const sentences = restsOn({ confirmedBy }, facts);
    expect(sentences[0]).toContain(confirmedBy === 'words' ? 'by its words' : 'by its hash');
    expect(sentences.at(-1)).toContain(facts.head.hash);
    expect(sentences.join()).not.toContain('Not confirmed');
  });
});
