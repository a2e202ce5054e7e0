import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeUtf8, encodeHash, type Hash } from '../../src/base/bytes.ts';
import { publicKeyOf } from '../../src/ledger/crypto/signature.ts';
import {
  digestOfText,
  encodeTransaction,
  signTransaction,
  transactionId,
  type Transaction,
} from '../../src/ledger/transactions/transaction.ts';
import { checkProperty } from './check-property.ts';

const CHAIN = { genesis: `0x${'ab'.repeat(32)}` as Hash };
const SECRET = new Uint8Array(32).fill(7);

const signed = fc
  .record({
    action: fc.constantFrom('create_environment', 'genesis', 'propose'),
    chain_id: fc.string(),
    era: fc.nat(),
    nonce: fc.nat(),
    // What looks like the members that stand behind it.
    payload: fc.dictionary(
      fc.constantFrom('signature', 'signer', 'timestamp', 'text'),
      fc.constantFrom('"signature":"0x', `","signer":"0x${'02'.repeat(33)}","timestamp":1}`, 'é', ''),
    ),
    recipient: fc.constant('blue_state' as const),
    sender: fc.constant('blue_state' as const),
    signer: fc.constant(publicKeyOf(SECRET)),
    timestamp: fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(-1, 0)),
  })
  .map((unsigned) => signTransaction(unsigned, CHAIN, SECRET));

describe('the id of a transaction, from the text that it was read from', () => {
  const textOf = (transaction: Transaction): string => decodeUtf8(encodeTransaction(transaction));
  const idOf = ({ signature: _, ...unsigned }: Transaction): Hash => transactionId(unsigned, CHAIN);

  test('is the one that its fields give, whatever the payload holds', () => {
    const property = fc.property(signed, (transaction) => {
      expect(encodeHash(digestOfText(textOf(transaction), transaction, CHAIN))).toBe(idOf(transaction));
    });
    checkProperty('ids of texts', property, { small: 500, soak: 100_000 });
  });

  test('is that also where the text is not canonical', () => {
    const property = fc.property(signed, (transaction) => {
      for (const text of ['', '{}', ` ${textOf(transaction)} `, JSON.stringify(transaction, null, 1)])
        expect(encodeHash(digestOfText(text, transaction, CHAIN))).toBe(idOf(transaction));
    });
    checkProperty('ids of other texts', property, { small: 200, soak: 20_000 });
  });
});
