import { readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CHAINS_BESIDE_MAX } from '../../base/limits.ts';
import { isLookalike } from '../../base/lookalike.ts';
import { defaultDataDirectory } from '../data-directory/default-data-directory.ts';
import { holdsChain } from '../data-directory/holds-chain.ts';
import { readNodeConfig } from '../data-directory/node-config.ts';

/**
 * The names of other chains that this machine is likely to hold: in the directories next to this data directory, and in
 * the usual one. For warnings alone: what cannot be read is not among them.
 */
export function chainsBeside(dataDirectory: string): string[] {
  const here = resolve(dataDirectory);
  const names = new Set<string>();
  for (const directory of new Set([...directoriesBeside(here), resolve(defaultDataDirectory())])) {
    const name = directory === here ? null : chainNameIn(directory);
    if (name !== null) names.add(name);
  }
  return [...names].sort();
}

/** What to say before a chain gets this name; empty where no other is called like that. */
export function chainNameWarnings(chainId: string, dataDirectory: string): string[] {
  return chainsBeside(dataDirectory)
    .filter((other) => isLookalike(chainId, other))
    .map((other) =>
      other === chainId
        ? `Another chain on this machine is also called ${other}: people may confuse them.`
        : `${chainId} looks like ${other}, which is another chain on this machine: check which one is meant.`,
    );
}

function directoriesBeside(directory: string): string[] {
  const parent = dirname(directory);
  try {
    return readdirSync(parent, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== basename(directory))
      .slice(0, CHAINS_BESIDE_MAX)
      .map(({ name }) => join(parent, name));
  } catch {
    // A folder that cannot be listed, or is not there yet, has no names.
    return [];
  }
}

function chainNameIn(directory: string): string | null {
  try {
    return holdsChain(directory) ? readNodeConfig(directory).chain_id : null;
  } catch {
    // Somebody else's, or damaged: the error says why when that chain is opened.
    return null;
  }
}
