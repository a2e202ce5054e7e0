import { codeWithoutComments } from './code-without-comments.ts';
import { importsOf } from './layers.ts';
import type { SourceFile } from './source-files.ts';

/** Above this a file holds more than one concept. */
export const fileLineCountMax = 400;

function linesMatching(files: readonly SourceFile[], pattern: RegExp, what: string): readonly string[] {
  return files.flatMap((file) =>
    file.text
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file.path}:${index + 1} has ${what}: ${line.trim()}`] : [])),
  );
}

export function unfinishedMarks(files: readonly SourceFile[]): readonly string[] {
  return linesMatching(files, /\b(?:TODO|FIXME|XXX|HACK)\b/, 'an unfinished mark');
}

export function oversizedFiles(files: readonly SourceFile[]): readonly string[] {
  return files
    .map((file) => ({ path: file.path, lineCount: file.text.trimEnd().split('\n').length }))
    .filter(({ lineCount }) => lineCount > fileLineCountMax)
    .map(({ path, lineCount }) => `${path} has ${lineCount} lines; the most is ${fileLineCountMax}`);
}

export function focusedTests(files: readonly SourceFile[]): readonly string[] {
  return linesMatching(files, /\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.only\b/, 'a focused test');
}

export function retriedTests(files: readonly SourceFile[]): readonly string[] {
  return linesMatching(files, /\bretr(?:y|ies)\s*:\s*(?!\s|0\b)|--retry\b/, 'a retry');
}

/** A command put together beside its one builder is quoted by nobody (src/base/command-line.ts). */
export function commandsByHand(files: readonly SourceFile[]): readonly string[] {
  return linesMatching(
    files.filter(({ path }) => path.startsWith('renderer/')),
    /\bnpx dm\b|className="command"(?!.*dir=)/,
    'a command that the builder did not make',
  );
}

/** What a full or read-only disk means is said once (src/node/data-directory/storage-errors.ts), or two places say it differently. */
export function storageCodesByHand(files: readonly SourceFile[]): readonly string[] {
  return linesMatching(
    files
      .filter(({ path }) => path !== 'src/node/data-directory/storage-errors.ts')
      .map(({ path, text }) => ({ path, text: codeWithoutComments(text) })),
    /\b(?:ENOSPC|EDQUOT|EROFS|SQLITE_FULL|SQLITE_NOTADB)\b/,
    'a code of the disk',
  );
}

/** A thread's source has another name in a bundle, which one place knows (src/node/threads/worker-url.ts). */
export function threadsByHand(files: readonly SourceFile[]): readonly string[] {
  return linesMatching(files, /\bnew URL\(['"`][^'"`]*\.ts['"`]/, 'the address of a source file');
}

/** A thread that is terminated while it is in an addon ends the process: it is asked to end (src/node/threads/thread.ts). */
export function threadsOutOfHand(files: readonly SourceFile[]): readonly string[] {
  const owners = ['src/node/threads/thread.ts', 'src/node/blobs/hash-pool.ts'];
  const others = files.filter(({ path }) => !owners.includes(path));
  return [
    ...linesMatching(others, /\bnew Worker\(/, 'a thread of its own'),
    ...linesMatching(files, /\b(?:worker|thread)\w*\??\.terminate\(/i, 'the end of a thread by force'),
  ];
}

const NAME = String.raw`\{(?:\w+\??\.)*(?:env_id|validator_id|member_name|(?:member|proposer|identity|carried_by)\.name)\}`;

/** A name of the chain that stands by itself is compared with those beside it (renderer/names), or nobody is told of a lookalike. */
export function namesByHand(files: readonly SourceFile[]): readonly string[] {
  return linesMatching(
    files.filter(({ path }) => path.startsWith('renderer/')),
    new RegExp(`>${NAME}<|^\\s*${NAME}$`),
    'a name that is compared with none',
  );
}

/** An action that the registry does not import is one that no chain can ever run. */
export function unregisteredActions(files: readonly SourceFile[]): readonly string[] {
  const folder = 'src/ledger/actions/';
  const registry = files.find(({ path }) => path === `${folder}registry.ts`);
  if (registry === undefined) throw new Error('src/ledger/actions/registry.ts was not seen: nothing was checked');
  const registered = new Set(importsOf(registry).map((target) => target.replace(/^\.\//, folder)));
  const actions = files.filter(
    ({ path, text }) => path.startsWith(folder) && /(?<!function )\bdefineAction\(/.test(codeWithoutComments(text)),
  );
  if (actions.length === 0) throw new Error('src/ledger/actions defines no action: nothing was checked');
  return actions.filter(({ path }) => !registered.has(path)).map(({ path }) => `${path} is not in the registry`);
}

/** A rule of alerts that the registry does not import never finds anything. */
export function unregisteredRules(files: readonly SourceFile[]): readonly string[] {
  const folder = 'src/node/monitoring/rules/';
  const registry = files.find(({ path }) => path === `${folder}registry.ts`);
  if (registry === undefined) throw new Error(`${folder}registry.ts was not seen: nothing was checked`);
  const registered = new Set(importsOf(registry).map((target) => target.replace(/^\.\//, folder)));
  const rules = files.filter(({ path }) => path.startsWith(folder) && path !== registry.path);
  if (rules.length === 0) throw new Error(`${folder} has no rule: nothing was checked`);
  return rules.filter(({ path }) => !registered.has(path)).map(({ path }) => `${path} is not in the registry`);
}

/** Where an action's name may be written besides its own file: its command, its form, and the words of the page's review. */
const MAY_NAME_ACTIONS: readonly RegExp[] = [
  /^src\/ledger\/actions\//,
  /^src\/cli\/(?:commands|governance)\//,
  /^renderer\/screens\//,
  /^renderer\/shell\/(?:clock|freeze)-band\.tsx$/,
];

/** These words are also something else: a parameter, a vote's decision, the hash of block 0, a mark in a record. */
const OTHER_MEANINGS: ReadonlySet<string> = new Set(['approve', 'freeze', 'genesis', 'reject', 'rollback']);

/** What an action is or does stands in its one file: whoever needs it asks the registry (src/ledger/actions). */
export function actionsByName(files: readonly SourceFile[], names: readonly string[]): readonly string[] {
  const own = names.filter((name) => !OTHER_MEANINGS.has(name));
  if (own.length === 0) throw new Error('no action has a name of its own: nothing was checked');
  return linesMatching(
    files
      .filter(({ path }) => !MAY_NAME_ACTIONS.some((place) => place.test(path)))
      .map(({ path, text }) => ({ path, text: codeWithoutComments(text) })),
    new RegExp(`['"\`](?:${own.join('|')})['"\`]|^\\s*(?:${own.join('|')}):`),
    'the name of an action',
  );
}
