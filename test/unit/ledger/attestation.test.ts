import { toDSSEBundle } from '@sigstore/bundle';
import { toSignedEntity, Verifier } from '@sigstore/verify';
import { createPublicKey, verify } from 'node:crypto';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeHex, encodeUtf8, type Signature } from '../../../src/base/bytes.ts';
import { encodeCanonicalText } from '../../../src/base/canonical.ts';
import { signDigest } from '../../../src/ledger/crypto/signature.ts';
import {
  attestationOf,
  derSignature,
  envelopeOf,
  IN_TOTO_PAYLOAD_TYPE,
  preAuthEncoding,
  publicKeyInfo,
} from '../../../src/ledger/documents/attestation.ts';
import { hashOf, sha256, signerNamed } from '../../vectors/chain-builder.ts';

const signer = signerNamed('who attests');
const source = { env_id: 'cart', version: 4, state_hash: hashOf('cart') };
const statement = attestationOf({
  chain: { chain_id: 'registry', genesis: hashOf('genesis') },
  env_id: 'ALE/Pong-v5',
  green: {
    version: 3,
    state_hash: hashOf('content'),
    metadata: { task: 'pong' },
    promoted_at: 1_750_000_000_000,
    promoted_by: 'ada',
    approved_by: ['bo', 'ada'],
    transaction_id: hashOf('promotion'),
  },
  blue: {
    version: 3,
    state_hash: hashOf('content'),
    metadata: {},
    file_count: 3,
    size_bytes: 100,
    updated_at: 1,
    updated_by: 'bo',
    transaction_id: hashOf('merge'),
    sources: [source],
    note: null,
  },
  block: { height: 7, hash: hashOf('block') },
  policy: {
    key: 'promote_environment',
    isDefault: false,
    value: { mode: 'multisig', role: 'administrator', threshold: { count: 2 } },
  },
  software: '0.1.0',
});
const payload = encodeUtf8(encodeCanonicalText(statement));
const signature = signDigest(sha256(preAuthEncoding(IN_TOTO_PAYLOAD_TYPE, payload)), signer.secret);
const envelope = envelopeOf(payload, { publicKey: signer.publicKey, signature });
const publicKey = createPublicKey({ key: Buffer.from(publicKeyInfo(signer.publicKey)), format: 'der', type: 'spki' });

test('the statement says what was promoted, from what, under which policy, and who approved it', () => {
  expect(statement).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'ALE/Pong-v5@3', digest: { sha256: hashOf('content').slice(2) } }],
    predicateType: 'https://slsa.dev/verification_summary/v1',
    predicate: {
      timeVerified: '2025-06-15T15:06:40.000Z',
      verificationResult: 'PASSED',
      quantum_lock: {
        promoted_by: 'ada',
        approved_by: ['bo', 'ada'],
        sources: [source],
        promotion: hashOf('promotion'),
      },
    },
  });
});

test('PAE is that of the DSSE specification', () => {
  // The example of https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
  expect(new TextDecoder().decode(preAuthEncoding('http://example.com/HelloWorld', encodeUtf8('hello world')))).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  );
});

describe('the envelope', () => {
  const sig = Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64');

  test('verifies with OpenSSL, and not with anything in it changed', () => {
    const signed = preAuthEncoding(envelope.payloadType, Buffer.from(envelope.payload, 'base64'));
    expect(verify('sha256', signed, publicKey, sig)).toBe(true);
    for (const at of [0, 20, signed.length - 1])
      expect(verify('sha256', signed.with(at, (signed[at] ?? 0) ^ 1), publicKey, sig)).toBe(false);
  });

  test('verifies with the verifier of sigstore, and not when it was changed', () => {
    const check = (bytes: Uint8Array): void => {
      const bundle = toDSSEBundle({
        artifact: Buffer.from(bytes),
        artifactType: envelope.payloadType,
        signature: sig,
        keyHint: signer.publicKey,
        certificateChain: false,
      });
      const material = {
        certificateAuthorities: [],
        timestampAuthorities: [],
        tlogs: [],
        ctlogs: [],
        publicKey: () => ({ publicKey, validFor: () => true }),
      };
      new Verifier(material, { ctlogThreshold: 0, tlogThreshold: 0, timestampThreshold: 0 }).verify(
        toSignedEntity(bundle),
      );
    };
    expect(() => check(payload)).not.toThrow();
    expect(() => check(payload.with(10, 1))).toThrow(/signature/i);
  });

  test('has signatures that OpenSSL reads, whatever their numbers are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), (message) => {
        const own = signDigest(sha256(message), signer.secret);
        expect(verify('sha256', message, publicKey, derSignature(own))).toBe(true);
      }),
      { numRuns: 100 },
    );
    const small = `0x${'00'.repeat(31)}01${'00'.repeat(31)}80` as Signature;
    expect([...derSignature(small)]).toEqual([...decodeHex('0x30070201010202' + '0080')]);
  });
});
