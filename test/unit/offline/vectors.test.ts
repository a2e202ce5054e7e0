import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { encodeUtf8 } from '../../../src/base/bytes.ts';
import { identityOf } from '../../../src/ledger/chain-identity.ts';
import {
  decodeApproval,
  encodeApproval,
  encodeApprovalLine,
  signApproval,
} from '../../../src/ledger/documents/approval.ts';
import { decodeKeyCard, encodeKeyCard, makeKeyCard } from '../../../src/ledger/documents/key-card.ts';
import { decodeProposalFile, encodeProposalFile } from '../../../src/ledger/documents/proposal-file.ts';
import { splitIntoFrames } from '../../../src/ledger/documents/qr-frames.ts';
import { ben, GovernedWorld, node2, updateMember } from '../ledger/governance-world.ts';
import { exportedProposal } from './exported.ts';

/** The documents byte for byte: what was exported once is read by every later version. */
const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as Readonly<
  Record<'proposal_file' | 'approval' | 'approval_line' | 'key_card', string>
> & { readonly frames: readonly string[] };

describe('the documents that travel by hand', () => {
  const { file } = exportedProposal('update_member', updateMember('vic', 'administrator'), GovernedWorld.governed());
  const approval = signApproval(file, ben.secret);

  test('are written as they were', () => {
    expect({
      proposal_file: encodeProposalFile(file),
      approval: encodeApproval(approval),
      approval_line: encodeApprovalLine(approval),
      key_card: encodeKeyCard(makeKeyCard({ chain: identityOf(file), subject: 'validator/node2' }, node2.secret)),
      frames: splitIntoFrames(encodeUtf8(encodeApproval(approval))),
    }).toEqual(vectors);
  });

  test('are read as they were', () => {
    expect(decodeProposalFile(vectors.proposal_file)).toEqual(file);
    expect(decodeApproval(vectors.approval)).toEqual(approval);
    expect(decodeApproval(vectors.approval_line)).toEqual(approval);
    expect(decodeKeyCard(vectors.key_card)).toMatchObject({ subject: 'validator/node2', ...identityOf(file) });
  });
});
