import { isHash, type Hash } from '../../base/bytes.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import type { ChainRoot } from '../../ledger/chain-identity.ts';
import { decodeTrustFile } from '../../ledger/documents/trust-file.ts';
import type { SealSpan } from './seal-spans.ts';

/** What a person has confirmed of a file, from another source than the file. */
export type FileTrust =
  | { readonly confirmedBy: null }
  | { readonly confirmedBy: 'words' | 'genesis' }
  | { readonly confirmedBy: 'trust_file'; readonly named: ReadonlySet<string> };

export const UNCONFIRMED: FileTrust = { confirmedBy: null };

/** What the file says, found right by itself. */
export interface FileFacts {
  readonly chain: ChainRoot;
  readonly head: { readonly height: number; readonly hash: Hash };
  readonly seals: readonly SealSpan[];
}

/**
 * Compares what a person has from another source with what the file says. The words are all twelve: anyone who founded the
 * chain may have looked for two geneses of the same six (src/base/fingerprint.ts).
 * @param text the words, the hash of block 0, or a trust file
 * @throws TRUST_MISMATCH, INPUT_INVALID, DOCUMENT_INVALID
 */
export function confirmTrust(text: string, facts: FileFacts): FileTrust {
  const given = text.trim();
  if (given.startsWith('{')) return confirmByFile(given, facts);
  const { genesis } = facts.chain;
  if (isHash(given)) {
    if (given !== genesis) throw mismatch(`the genesis is ${genesis} in the file, and not ${given}`);
    return { confirmedBy: 'genesis' };
  }
  const words = given.toLowerCase().split(/[\s,;.·]+/u);
  const expected = fingerprintWords(genesis);
  if (words.length !== expected.length || !words.every((word) => /^[a-z]{3,8}$/.test(word)))
    throw new QuantumLockError(
      'INPUT_INVALID',
      `that is neither the ${expected.length} words of a genesis, nor its hash, nor a trust file`,
      {
        advice: `Anyone who runs the chain finds the ${expected.length} words with \`dm proof trust\`. Give all of them.`,
      },
    );
  const wrong = words.findIndex((word, index) => word !== expected[index]);
  if (wrong !== -1) throw mismatch(`word ${wrong + 1} is "${words[wrong]}", and the file’s genesis has another there`);
  return { confirmedBy: 'words' };
}

function confirmByFile(text: string, { chain, seals }: FileFacts): FileTrust {
  const trusted = decodeTrustFile(text);
  if (trusted.chain.genesis !== chain.genesis)
    throw mismatch(`the file is of genesis ${chain.genesis}, and the trust file of ${trusted.chain.genesis}`);
  if (trusted.chain.chain_id !== chain.chain_id)
    throw mismatch(`the file calls the chain ${chain.chain_id}, and the trust file ${trusted.chain.chain_id}`);
  const named = new Set(trusted.validators.map((key) => nameOf(key.validator_id, key.public_key)));
  const [first] = seals;
  // A trust file names every key that ever sealed: so at least the one that sealed the first block.
  if (first !== undefined && !named.has(nameOf(first.validatorId, first.publicKey)))
    throw mismatch(`block 0 is sealed by ${first.publicKey}, which the trust file does not name`);
  return { confirmedBy: 'trust_file', named };
}

/** Whether a trust file names the key; null where none was given. */
export function isNamed(trust: FileTrust, { validatorId, publicKey }: SealSpan): boolean | null {
  return trust.confirmedBy === 'trust_file' ? trust.named.has(nameOf(validatorId, publicKey)) : null;
}

/** What the answers from a file rest on, a sentence each. */
export function restsOn(trust: FileTrust, { head, seals }: FileFacts): string[] {
  if (trust.confirmedBy === null)
    return [
      'Not confirmed: you have only the file’s word for which chain this is, and whose keys sealed it. Anyone who made the file can have made all of it.',
      'What was checked is that the file agrees with itself: every block follows from the one before by the rules of the chain, and is signed and sealed by the keys that it names.',
    ];
  const unnamed = seals.filter((span) => isNamed(trust, span) === false);
  return [
    trust.confirmedBy === 'trust_file'
      ? 'The genesis and the validators’ keys are those of your trust file: the file is as good as the way by which that reached you.'
      : `The genesis is the one that you compared by its ${trust.confirmedBy === 'words' ? 'words' : 'hash'}: the file is as good as the source of what you compared.`,
    'From there on nobody is believed: every block was replayed, and is sealed by a validator whom the chain itself had named by then.',
    ...unnamed.map(
      ({ validatorId, publicKey, firstBlock, lastBlock }) =>
        `Your trust file does not name the key ${publicKey} of ${validatorId}, which sealed in blocks ${firstBlock} to ${lastBlock}: it is there by a decision on the chain alone. Ask for a newer trust file.`,
    ),
    `Nothing in a file shows that block ${head.height} is the newest, or that the validators sealed no other one: compare its hash, ${head.hash}, with another source.`,
  ];
}

function nameOf(validatorId: string, publicKey: string): string {
  return `${validatorId} ${publicKey}`;
}

function mismatch(message: string): QuantumLockError {
  return new QuantumLockError('TRUST_MISMATCH', message);
}
