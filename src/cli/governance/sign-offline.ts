import { existsSync } from 'node:fs';
import { QuantumLockError } from '../../base/errors.ts';
import { fingerprintWords } from '../../base/fingerprint.ts';
import { EXPORTED_KEY_SIZE_BYTES_MAX, OFFLINE_REASON_LENGTH_MAX } from '../../base/limits.ts';
import {
  approvalOf,
  encodeApproval,
  encodeApprovalLine,
  offlineReason,
  type Approval,
} from '../../ledger/documents/approval.ts';
import { identityOf } from '../../ledger/chain-identity.ts';
import { describeProposalFile, executeProposalFile } from '../../ledger/documents/offline-effect.ts';
import { decodeProposalFile, type ProposalFile } from '../../ledger/documents/proposal-file.ts';
import type { Effect } from '../../ledger/effects/describe-effect.ts';
import { openExportedKey } from '../../node/keys/exported-key.ts';
import type { KeyInfo } from '../../node/keys/key-store.ts';
import { readInputFile } from '../../node/read-input-file.ts';
import { openSigner, type Signer } from '../../node/keys/signer.ts';
import { offlineApprovalSubject, type OfflineApprovalRequest } from '../../node/signing/subjects/offline-approval.ts';
import { rejectedError, type CommandContext } from '../context.ts';
import { fields, time } from '../output.ts';
import { EXPORTED_KEY, findOwnPassphrase } from '../own-passphrase.ts';
import { askYes } from './ask-yes.ts';
import { changesText, warningsText } from './changes-text.ts';
import { framesOf, readDocument, writeNewFile } from './read-document.ts';
import { requirementText } from './proposal-text.ts';
import { showFrames } from './show-frames.ts';

export interface SignOfflineOptions {
  readonly input: string;
  readonly keyFile?: string;
  readonly exportPassphraseFile?: string;
  readonly output?: string;
  readonly reason?: string;
  readonly qr: boolean;
  readonly ignoreExpiry: boolean;
  readonly yes: boolean;
}

/**
 * Signs the approval of an exported proposal, with nothing but the file and the key: what is shown was found by executing
 * the proposal on the values in the file, which its id binds.
 * @throws DOCUMENT_INVALID, PROPOSAL_EXPIRED, TRANSACTION_REJECTED, SIGNING_REFUSED, and what opening the key throws
 */
export async function signOffline(context: CommandContext, options: SignOfflineOptions): Promise<void> {
  const file = decodeProposalFile(readDocument(options.input));
  const effect = effectNow(file, options);
  const reason = reasonIn(options);
  const { output } = context;
  if (!output.json || !options.yes) for (const line of reviewLines(file, { effect, reason })) output.note(line);
  await askYes(output, 'Approve this?', options);
  const approval = await sign(context, options, { file, effect, reason, effectNow: () => effectNow(file, options) });
  finish(context, options, { file, effect, approval });
  // Its line is short enough for one code, and with a long reason for a few.
  if (options.qr && !output.json) await showFrames(framesOf(encodeApprovalLine(approval)));
}

/** @throws INPUT_INVALID */
function reasonIn({ reason }: SignOfflineOptions): string | null {
  if (reason === undefined || offlineReason.safeParse(reason).success) return reason ?? null;
  throw new QuantumLockError('INPUT_INVALID', `a reason here has 1 to ${OFFLINE_REASON_LENGTH_MAX} characters`, {
    advice: 'Say the rest in a comment, where there is a network: dm proposal comment ID --text TEXT.',
  });
}

/** @throws PROPOSAL_EXPIRED, TRANSACTION_REJECTED */
function effectNow(file: ProposalFile, { ignoreExpiry }: SignOfflineOptions): Effect {
  const now = Date.now();
  if (file.expires_at < now && !ignoreExpiry)
    throw new QuantumLockError(
      'PROPOSAL_EXPIRED',
      `it could be approved until ${time(file.expires_at)}; the clock of this machine says ${time(now)}`,
      { advice: 'Ask for a new proposal. If the clock of this machine is wrong, use --ignore-expiry.' },
    );
  return effectOf(file, now);
}

/** What the proposal does, by the code that the validator runs. @throws TRANSACTION_REJECTED where it would refuse */
function effectOf(file: ProposalFile, timestamp: number): Effect {
  const executed = executeProposalFile(file, { timestamp });
  if ('code' in executed) throw rejectedError(executed);
  return describeProposalFile(file, executed, { timestamp });
}

function reviewLines(
  file: ProposalFile,
  { effect: { sentence, changes, warnings }, reason }: Pick<OfflineApprovalRequest, 'effect' | 'reason'>,
): string[] {
  const { told } = file;
  return [
    sentence,
    ...changesText(changes),
    ...warningsText(warnings),
    '',
    ...fields([
      ['chain', file.chain_id],
      ['genesis', `${file.genesis}${file.era === 0 ? '' : `, era ${file.era}`}`],
      ['proposal', file.proposal_id],
      ['words', fingerprintWords(file.proposal_id).join(' ')],
      ['proposed by', file.proposer],
      ['expires', time(file.expires_at)],
      ...(reason === null ? [] : ([['your reason', reason]] as const)),
    ]),
    '',
    'Not covered by the signature: only the file says so, and anyone who carried the file could have changed it:',
    ...fields([
      ['  title', told.title],
      ['  proposed', `${time(told.proposed_at)} by ${told.proposer_name}, block ${told.block_index}`],
      ['  needed', requirementText(told.requirements)],
      ...told.votes.map(({ decision, name, reason: said, voted_at }): [string, string] => [
        `  ${decision === 'approve' ? 'approved' : 'rejected'}`,
        `${time(voted_at)} by ${name}${said === null ? '' : `: ${said}`}`,
      ]),
      ['  exported', `${time(told.exported_at)}, at block ${told.height}`],
    ]),
    'Only the chain knows whether the proposal is still open, and whether your key may vote on it.',
    '',
  ];
}

async function sign(
  context: CommandContext,
  options: SignOfflineOptions,
  asked: Omit<OfflineApprovalRequest, 'key'>,
): Promise<Approval> {
  const approve = async (
    key: KeyInfo,
    more: { isWithoutRecord?: boolean; signer?: Signer } = {},
  ): Promise<Approval> => {
    const subject = offlineApprovalSubject({ ...asked, key });
    const signature = await context.signHere(subject, { chain: identityOf(asked.file), ...more });
    return approvalOf(asked.file, { public_key: key.public_key, signature, reason: asked.reason ?? undefined });
  };
  if (options.keyFile === undefined) return approve(await chosenKey(context));
  const bytes = readInputFile(options.keyFile, EXPORTED_KEY_SIZE_BYTES_MAX);
  const passphrase = await findOwnPassphrase(EXPORTED_KEY, context.output, {
    file: options.exportPassphraseFile,
    purpose: 'open',
  });
  const { key, secret } = await openExportedKey(bytes, passphrase);
  const signer = openSigner(key, secret);
  try {
    // A machine that has no data directory keeps no record: the approval itself is one.
    return await approve(key, { signer, isWithoutRecord: !existsSync(context.dataDirectory) });
  } finally {
    signer.close();
  }
}

/** The key that --as names; without it, the one key that there is. */
async function chosenKey({ keyring, namedKey }: CommandContext): Promise<KeyInfo> {
  if (namedKey !== undefined) return keyring.find(namedKey);
  const [only, ...more] = await keyring.list();
  if (only === undefined || more.length > 0)
    throw new QuantumLockError('USAGE', 'no key to sign with is named', {
      advice: 'Name an exported key with --key-file, or a key of this machine with --as.',
    });
  return only;
}

function finish(
  { output }: CommandContext,
  options: SignOfflineOptions,
  { file, effect, approval }: { readonly file: ProposalFile; readonly effect: Effect; readonly approval: Approval },
): void {
  const text = encodeApproval(approval);
  const path = options.output ?? null;
  if (path !== null) writeNewFile(path, text);
  const line = encodeApprovalLine(approval);
  const document = {
    proposal_id: file.proposal_id,
    ...identityOf(file),
    fingerprint: fingerprintWords(file.proposal_id),
    action: file.action,
    sentence: effect.sentence,
    changes: effect.changes,
    warnings: effect.warnings,
    /** Not covered by the signature. */
    told: file.told,
    approval,
    line,
    path,
    frames: options.qr ? framesOf(line) : null,
  };
  output.result(document, () =>
    path === null
      ? [line]
      : fields([
          ['approved', path],
          ['proposal', file.proposal_id],
          ['words', document.fingerprint.join(' ')],
          ['key', `${approval.public_key}  ${fingerprintWords(approval.public_key).join(' ')}`],
          ['next', `transfer the file, then run there: dm proposal import --input ${path}`],
        ]),
  );
}
