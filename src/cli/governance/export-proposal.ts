import { fingerprintWords } from '../../base/fingerprint.ts';
import { identityOf } from '../../ledger/chain-identity.ts';
import { decodeProposalFile } from '../../ledger/documents/proposal-file.ts';
import type { CommandContext } from '../context.ts';
import { fields } from '../output.ts';
import { findProposal } from './find-proposal.ts';
import { shortId } from './proposal-text.ts';
import { framesOf, writeNewFile } from './read-document.ts';
import { showFrames } from './show-frames.ts';

/** Writes a proposal as a file for signing elsewhere, prints it, or shows it as a QR code. */
export async function exportProposal(
  context: CommandContext,
  options: { readonly id: string; readonly output?: string; readonly qr: boolean },
): Promise<void> {
  const text = await context.withSession('read', async (client) => {
    const proposalId = await findProposal(client, options.id);
    return (await client.chain.proposalFile({ proposal_id: proposalId })).text;
  });
  // What leaves this machine is what will be accepted there.
  const file = decodeProposalFile(text);
  const { proposal_id } = file;
  const fingerprint = fingerprintWords(proposal_id);
  const frames = options.qr ? framesOf(text) : null;
  if (options.output !== undefined) writeNewFile(options.output, text);
  const { output } = context;
  if (output.json || options.output !== undefined) {
    const path = options.output ?? null;
    output.result({ proposal_id, ...identityOf(file), fingerprint, path, text, frames }, () =>
      fields([
        ['exported', path],
        ['proposal', proposal_id],
        ['words', fingerprint.join(' ')],
        [
          'next',
          `dm proposal sign --input ${path ?? '-'} --key-file KEYFILE --output approval-${shortId(proposal_id)}.json`,
        ],
      ]),
    );
  } else if (frames === null) {
    output.document(text);
  }
  if (frames !== null && !output.json) await showFrames(frames);
  if (options.output === undefined) output.note(`words  ${fingerprint.join(' ')}`);
}
