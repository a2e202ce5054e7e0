import type { Command } from 'commander';
import {
  backupSchedule,
  encryptedWords,
  FIRST_SCHEDULE,
  fullWords,
  keptWords,
  type BackupSchedule,
} from '../../api/operator/backups.ts';
import { counted } from '../../base/count-words.ts';
import { QuantumLockError } from '../../base/errors.ts';
import { readRecoveryConfig } from '../../node/recovery/recovery-config.ts';
import type { CommandContext } from '../context.ts';
import { fields, time } from '../output.ts';
import { positiveNumber, wholeNumber } from './arguments.ts';
import type { RunCommand } from './command.ts';
import { confirmDeed, decodeInput } from './confirm-deed.ts';

interface ScheduleOptions {
  readonly everyHours?: number;
  readonly fullEvery?: number;
  /** False with --without-content, true with --with-content. */
  readonly withContent?: boolean;
  readonly withoutContent?: boolean;
  /** 0: none. */
  readonly drillEveryDays?: number;
  readonly keepFulls?: number;
  readonly keepDays?: number;
  readonly recipient?: readonly string[];
  readonly unencrypted?: boolean;
  readonly off?: boolean;
  readonly yes: boolean;
}

export function registerBackupSchedule(backup: Command, run: RunCommand): void {
  backup
    .command('schedule')
    .description('when backups and rehearsals of a restore are made, and which are kept; without options, show it')
    .option('--every-hours <HOURS>', 'between two backups, 1 to 744', positiveNumber)
    .option('--full-every <N>', 'each so many backups one is full, the others hold what is new; 1: all', positiveNumber)
    .option('--with-content', 'with the files of environments')
    .option('--without-content', 'without the files of environments')
    .option('--drill-every-days <DAYS>', 'between two rehearsals of a restore; 0: none', wholeNumber)
    .option('--keep-fulls <N>', 'full backups that each destination keeps, with what continues them', positiveNumber)
    .option('--keep-days <DAYS>', 'whatever is younger is kept too; 0: none', wholeNumber)
    .option('--recipient <AGE...>', 'encrypt the copies to these age recipients, age1…, in place of those before')
    .option('--unencrypted', 'do not encrypt the copies any more')
    .option('--off', 'make no more backups by itself')
    .option('--yes', 'do not ask: it was reviewed before', false)
    .action((options: ScheduleOptions) =>
      run((context) => (asksForChange(options) ? change(context, options) : show(context))),
    );
}

function asksForChange({ yes: _, ...options }: ScheduleOptions): boolean {
  return Object.values(options).some((value) => value !== undefined);
}

async function change(context: CommandContext, options: ScheduleOptions): Promise<void> {
  const { yes, off, recipient, unencrypted, withContent, withoutContent, ...others } = options;
  if (
    off === true &&
    Object.values({ recipient, unencrypted, withContent, withoutContent, ...others }).some(
      (value) => value !== undefined,
    )
  )
    throw new QuantumLockError('USAGE', '--off takes no other option: there is no schedule then');
  if (recipient !== undefined && unencrypted === true)
    throw new QuantumLockError(
      'USAGE',
      'the copies are encrypted to recipients, or they are not: --recipient or --unencrypted',
    );
  if (withContent === true && withoutContent === true)
    throw new QuantumLockError('USAGE', 'with content or without: --with-content or --without-content');
  const before = readRecoveryConfig(context.dataDirectory).schedule ?? FIRST_SCHEDULE;
  const { everyHours, fullEvery, drillEveryDays, keepFulls, keepDays } = others;
  const schedule =
    off === true
      ? null
      : decodeInput<BackupSchedule>(backupSchedule, {
          every_hours: everyHours ?? before.every_hours,
          full_every: fullEvery ?? before.full_every,
          with_content: withContent ?? (withoutContent === true ? false : before.with_content),
          drill_every_days: drillEveryDays === undefined ? before.drill_every_days : drillEveryDays || null,
          keep_fulls: keepFulls ?? before.keep_fulls,
          keep_days: keepDays ?? before.keep_days,
          recipients: unencrypted === true ? [] : [...(recipient ?? before.recipients)],
        });
  const sentence = await confirmDeed(context, { deed: 'set_backup_schedule', schedule }, { yes });
  context.output.result({ done: sentence, schedule }, () => fields([['done', sentence]]));
}

async function show(context: CommandContext): Promise<void> {
  await context.withSession('read', async (client) => {
    const { schedule, next_backup_at, next_drill_at, last_failure, destinations } = await client.operator.backups();
    context.output.result({ schedule, next_backup_at, next_drill_at, last_failure }, () =>
      schedule === null
        ? ['No backup is made by itself: dm blockchain backup schedule --every-hours 24']
        : fields([
            ['backup', `every ${counted(schedule.every_hours, 'hour')}, ${fullWords(schedule)}`],
            ['files', schedule.with_content ? 'included' : 'left out'],
            ['copies', encryptedWords(schedule)],
            ...schedule.recipients.map((each): [string, string] => ['recipient', each]),
            ['kept', keptWords(schedule)],
            ['next', next_backup_at === null ? noneText(destinations.length) : time(next_backup_at)],
            ['rehearsal', rehearsalText(schedule, next_drill_at)],
            ...(last_failure === null
              ? []
              : ([['FAILED', `${time(last_failure.at)}: ${last_failure.message} ${last_failure.advice}`]] as const)),
          ]),
    );
  });
}

function noneText(destinationCount: number): string {
  return destinationCount === 0 ? 'never: there is no destination' : 'never';
}

function rehearsalText({ drill_every_days: days, recipients }: BackupSchedule, nextAt: number | null): string {
  if (days === null) return 'none';
  const next = nextAt === null ? '' : `, next ${time(nextAt)}`;
  return `every ${counted(days, 'day')}${next}${recipients.length === 0 ? '' : ', by a person with an identity: dm blockchain drill --identity'}`;
}
