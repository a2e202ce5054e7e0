import { createHash } from 'node:crypto';

import { canonical, digestOf, isSigned, textOf, type Fields, type Json } from './independent-values.ts';

/** Reads an export of blocks (docs/TECHNICAL_SPEC.md §14) from the specification alone: nothing of the program is used. */

const NOWHERE = `0x${'00'.repeat(32)}`;
const sha256 = (...parts: readonly (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** RFC 6962 §2.1 over leaf hashes. */
function logRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1 && only !== undefined) return only;
  const half = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  return sha256(Buffer.of(1), logRoot(leaves.slice(0, half)), logRoot(leaves.slice(half)));
}

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`;

export interface ReadBlocks {
  readonly blocks: number;
  readonly transactions: number;
  readonly genesis: string;
  readonly head: string;
}

/** How many blocks and transactions a file holds, and the hash of the newest block. Throws where anything is wrong with it. */
export function readBlocks(lines: readonly string[], sealingKeys: ReadonlySet<string>): ReadBlocks {
  let previous = NOWHERE;
  let genesis = NOWHERE;
  const leaves: Buffer[] = [];
  for (const [index, line] of lines.entries()) {
    const block = JSON.parse(line) as Fields;
    const demand = (isRight: boolean, what: string): void => {
      if (!isRight) throw new Error(`line ${index + 1}: ${what}`);
    };
    demand(canonical(block) === line, 'is not canonical');
    demand(Object.keys(block).join() === 'header,proof,transactions', 'has other members');
    const header = block['header'] as Fields;
    const proof = block['proof'] as Fields;
    const transactions = block['transactions'] as readonly Fields[];
    demand(header['index'] === index && header['previous_hash'] === previous, 'does not follow the line before');
    const domain = index === 0 ? { genesis: NOWHERE, era: 0 } : { genesis, era: header['era'] as number };
    const hash = hashText(digestOf('block', domain, header));
    if (index === 0) genesis = hash;
    const own = transactions.map((transaction) => sha256(Buffer.of(0), canonical(transaction)));
    leaves.push(...own);
    demand(header['transactions_root'] === hex(logRoot(own)), 'has other transactions than its header says');
    demand(header['log_size'] === leaves.length, 'leads to another number of transactions');
    demand(header['log_root'] === hex(logRoot(leaves)), 'leads to another log');
    for (const { signature, ...unsigned } of transactions) {
      const isFirst = unsigned['action'] === 'genesis';
      const signedFor = isFirst ? { genesis: NOWHERE, era: 0 } : { genesis, era: unsigned['era'] as number };
      demand(signed('transaction', signedFor, unsigned, unsigned['signer'], signature), 'has a signature that is invalid');
    }
    demand(sealingKeys.has(textOf(proof['public_key'])), 'is sealed by another key');
    demand(signed('block', domain, header, proof['public_key'], proof['signature']), 'has a seal that is invalid');
    previous = hash;
  }
  return { blocks: lines.length, transactions: leaves.length, genesis, head: previous };
}

const hashText = (digest: string): string => (digest.startsWith('0x') ? digest : `0x${digest}`);

function signed(
  kind: string,
  domain: { readonly genesis: string; readonly era: number },
  value: Json,
  publicKey: Json | undefined,
  signature: Json | undefined,
): boolean {
  return isSigned({ kind, domain, value, publicKey: textOf(publicKey), signature: textOf(signature) });
}
