/** An entry of package-lock.json, as far as the rules look at it. */
export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * One line for each entry that would let two machines install different bytes, or that would not install somewhere:
 * without a hash, with a download address, or with a platform's package left out (npm ci refuses such a lockfile).
 */
export function lockfileProblems(packages: Readonly<Record<string, LockedPackage>>): readonly string[] {
  const entries = Object.entries(packages).filter(([path]) => path !== '');
  if (entries.length === 0) throw new Error('the lockfile lists nothing: nothing was checked');
  return entries.flatMap(([path, entry]) => [
    ...(entry.version === undefined ? [`${path} has no version`] : []),
    ...(entry.integrity === undefined ? [`${path} has no hash`] : []),
    ...(entry.resolved === undefined ? [] : [`${path} has a download address`]),
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isReachable(packages, path, name))
      .map((name) => `${path} wants ${name}, which is not listed`),
  ]);
}

/** Node's look-up: beside the package itself, then in each folder above it. */
function isReachable(packages: Readonly<Record<string, LockedPackage>>, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`] !== undefined) return true;
    if (folder === '') return false;
  }
}
