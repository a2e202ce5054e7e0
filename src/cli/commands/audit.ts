import { QuantumLockError } from '../../base/errors.ts';
import { exportHash, type ExportManifest } from '../../ledger/documents/export-manifest.ts';
import { exportShows } from '../../ledger/documents/export-words.ts';
import { verifyExport } from '../../node/export/verify-export.ts';
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
  const shows = report.ok ? exportShows(verified) : [];
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
