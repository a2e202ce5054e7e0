import { QuantumLockError } from '../../base/errors.ts';
import { exportHash, type ExportManifest } from '../../ledger/documents/export-manifest.ts';
import { verifyExport, type VerifiedExport } from '../../node/export/verify-export.ts';
import type { CommandContext } from '../context.ts';
import { readTrust } from '../documents/own-trust.ts';
import { failedStep, stepLines } from '../documents/report-text.ts';
import { fields, time } from '../output.ts';
import { registerAuditSbom } from './audit-sbom.ts';
import type { RegisterCommands } from './command.ts';
import { sizeText } from './size-text.ts';

interface VerifyOptions {
  readonly trust?: string;
  readonly manifest?: string;
}

/** What an auditor does with what was handed over. */
export const registerAudit: RegisterCommands = (program, run) => {
  const audit = program.command('audit').description('what an auditor takes home, and checks on any machine');

  audit
    .command('verify <FILE>')
    .description(
      'check an export with a trust file alone, or with the chain in --data: its rows, its manifest, who signed',
    )
    .option('--trust <FILE>', 'what is known of the chain from another source (dm proof trust)')
    .option('--manifest <FILE>', 'the manifest, where it is not beside the file')
    .action((path: string, options: VerifyOptions) => run((context) => verify(context, path, options)));

  registerAuditSbom(audit, run);
};

async function verify(context: CommandContext, path: string, { trust, manifest }: VerifyOptions): Promise<void> {
  const { output } = context;
  const trusted = await readTrust(context, trust);
  const verified = await verifyExport({
    path,
    manifestPath: manifest,
    trusted,
    onProgress: (bytes) => output.progress(`Checked ${sizeText(bytes)}`),
  });
  const { manifest: found, report, lines } = verified;
  const shows = report.ok ? showsOf(verified) : [];
  output.result(
    {
      ok: report.ok,
      export: exportHash(found),
      ...found,
      omitted: lines?.omitted ?? null,
      steps: report.steps,
      shows,
    },
    () => [...stepLines(report), ...(report.ok ? ['', ...fields(summaryOf(found)), '', ...shows] : [])],
  );
  const failed = failedStep(report);
  if (failed !== null) throw new QuantumLockError('EXPORT_INVALID', failed);
}

function summaryOf(manifest: ExportManifest): [string, string | number][] {
  const filter = Object.entries(manifest.filter).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [
    ['chain', manifest.chain_id],
    ['blocks', `${manifest.from_block} to ${manifest.to_block}`],
    ['asked for', filter.length === 0 ? 'everything' : filter.join(', ')],
    ['rows', manifest.rows],
    ['made', time(manifest.created_at)],
  ];
}

/** What was shown, and what was not: no more than that is claimed. */
function showsOf({ manifest, lines }: VerifiedExport): string[] {
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
