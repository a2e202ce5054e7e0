import { readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import * as limits from '../../../src/base/limits.ts';
import { ACTION_NAMES, findAction } from '../../../src/ledger/actions/registry.ts';
import { LEVEL_PERMISSIONS, LEVELS } from '../../../src/ledger/permissions.ts';
import { REJECTIONS } from '../../../src/ledger/rejections.ts';
import { NAMESPACES, type Policy } from '../../../src/ledger/state/records.ts';
import { World } from './world.ts';

/** The specification is read by people who write verifiers: where it has a table, the code must agree. */
const specification = readFileSync(new URL('../../../docs/TECHNICAL_SPEC.md', import.meta.url), 'utf8');

/** The rows of the table whose first heading is `heading`. */
function tableRows(text: string, heading: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  if (start === -1) throw new Error(`there is no table with the heading ${heading}`);
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

function inWords(policy: Policy | undefined): string | undefined {
  if (policy?.mode !== 'multisig') return policy && `direct, ${policy.permission}`;
  const { role, threshold } = policy;
  return `multisig, ${role}, ${'count' in threshold ? threshold.count : `${threshold.numerator}/${threshold.denominator}`}`;
}

describe('the specification', () => {
  test('lists every reject code as the ledger has it', () => {
    const rows = tableRows(specification, 'Code').map(([code, name, meaning]) => [name, [Number(code), meaning]]);
    expect(rows).toEqual(Object.entries(REJECTIONS).map(([name, [code, meaning]]) => [name, [code, meaning]]));
  });

  test('lists every action with its default policy', () => {
    const rows = new Map(tableRows(specification, 'Action').map(([name, zones, policy]) => [name, { zones, policy }]));
    expect(new Set(rows.keys())).toEqual(new Set(ACTION_NAMES));
    for (const [name, { zones, policy }] of rows) {
      if (name === undefined || name === 'genesis' || name === 'batch') continue;
      const action = findAction(name);
      const { sender, recipient } = action?.zones({}) ?? {};
      expect(zones).toBe(`${sender} → ${recipient}`);
      expect(policy).toBe(inWords(action?.defaultPolicy));
    }
  });

  test('says of every action that it describes what payload it takes', () => {
    const section = specification.slice(specification.indexOf('## 4.'), specification.indexOf('## 5.'));
    const described = [...section.matchAll(/^(?:\| ([a-z_]+) \| .+|### ([a-z_]+))$/gm)].map(
      ([, row, heading]) => row ?? heading,
    );
    // What makes proposals, votes on them and speaks of them is described together.
    const others = ACTION_NAMES.filter((name) => findAction(name)?.ofProposal === null);
    expect(new Set(described)).toEqual(new Set(others));
  });

  test('names every header field, in order', () => {
    const section = specification.slice(specification.indexOf('## 6.'));
    expect(tableRows(section, 'Field').map(([field]) => field)).toEqual(
      Object.keys(World.founded().head.header).toSorted(),
    );
  });

  test('names every namespace, in order', () => {
    expect([...new Set(tableRows(specification, 'Namespace').map(([name]) => name))]).toEqual([...NAMESPACES]);
  });

  test('gives each level its permissions', () => {
    const sentence = specification.slice(specification.indexOf('Levels, each')).split('.')[0] ?? '';
    let before = 0;
    for (const level of LEVELS) {
      const own = LEVEL_PERMISSIONS[level].slice(before);
      before = LEVEL_PERMISSIONS[level].length;
      expect(sentence.replaceAll('\n', ' ')).toContain(`\`${level}\`: ${own.map((name) => `\`${name}\``).join(', ')}`);
    }
  });

  test('gives every limit that validity depends on its value', () => {
    const source = readFileSync(new URL('../../../src/base/limits.ts', import.meta.url), 'utf8');
    const names = [...source.matchAll(/\/\*\* LEDGER\.[\s\S]*?\*\/\nexport const (\w+)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(names.length).toBeGreaterThan(5);
    const values = names.map((name) => (limits as Readonly<Record<string, number>>)[name]);
    const rows = tableRows(specification, 'Limit').map(([, value]) => Number(value?.replaceAll(',', '')));
    expect(rows).toEqual(values);
  });

  test('would be found out: a code more, less or otherwise is another table', () => {
    const changed = specification.replace('| 12 | `DUPLICATE` |', '| 13 | `DUPLICATE` |');
    expect(tableRows(changed, 'Code')).not.toEqual(tableRows(specification, 'Code'));
    expect(() => tableRows(specification, 'No such heading')).toThrow('no table');
  });
});
