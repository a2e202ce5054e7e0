import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { commandLine, shellLine, shellWord } from '../../../src/base/command-line.ts';
import { checkProperty } from '../../property/check-property.ts';

/** What would be two words, another command, a variable, a file name pattern, an option, a line or a key stroke. */
const HOSTILE = [
  'my env; touch X',
  "it's; $(touch X) `touch X`",
  '$HOME "$HOME" ${IFS}',
  '*',
  '~root',
  '=ls',
  '#not a comment',
  '!! !$ !-1',
  "%s %d \\n \\041 \\' '",
  '--json',
  '-n',
  '',
  ' ',
  'a\nb',
  'ends in lines\n\n',
  '\n',
  '\u001b[2K\u001b]0;title\u0007\r',
  'safe \u202Edetcejer\u202C',
  'wide\u3000space, no\u00A0break, \u200Bnothing, \u3164filler',
  '-\u0000n\u0007',
  'Ωmega, שלום, 環境, 🧪',
  'a'.repeat(4_096),
] as const;

const SHELLS = ['/bin/sh', '/bin/bash', '/bin/dash', '/usr/bin/zsh', '/bin/busybox'].filter((path) => existsSync(path));

/** The words that a shell makes of a line. */
function wordsOf(shell: string, line: string): string[] {
  const input = `printf '%s\\0' ${line}\n`;
  const options = { input, cwd: '/', encoding: 'utf8', env: { PATH: process.env['PATH'] } } as const;
  return execFileSync(shell, shell.endsWith('busybox') ? ['sh'] : [], options)
    .split('\0')
    .slice(0, -1);
}

describe('a word for a shell', () => {
  it('is left as it is where no shell reads anything into it', () => {
    for (const word of [
      'dm',
      '--data',
      './cartpole',
      'ALE/Pong-v5',
      'member/ops-1',
      '0x12',
      '@CARD',
      'a,b',
      '1.0.0+x=y',
    ])
      expect(shellWord(word)).toBe(word);
  });

  it('shows no character that cannot be seen, and none that a terminal acts on', () => {
    for (const word of HOSTILE.filter((one) => !one.includes('\n')))
      expect(shellWord(word)).not.toMatch(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u3000\u00A0]/u);
  });

  it.each(SHELLS)('is read by %s as the very text', (shell) => {
    const words = HOSTILE.map((word) => word.replaceAll('\0', ''));
    expect(wordsOf(shell, shellLine(HOSTILE))).toEqual(words);
    checkProperty(
      'words of a shell',
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { minLength: 20, maxLength: 60 }),
        (random) => {
          const sent = random.map((word) => word.replaceAll('\0', '').toWellFormed());
          expect(wordsOf(shell, shellLine(random))).toEqual(sent);
        },
      ),
      { small: 10, soak: 2_000 },
    );
  });
});

describe('a command', () => {
  it('puts operands before options, and leaves out what is not given', () => {
    expect(
      commandLine({
        program: ['npx', 'dm'],
        command: ['env', 'create'],
        options: { id: 'cartpole', path: './my dir', propose: true, json: false, name: undefined, at: null },
      }),
    ).toBe("npx dm env create --id cartpole --path './my dir' --propose");
    expect(commandLine({ command: ['member', 'remove'], operands: ['alice'], options: { data: '/srv/x' } })).toBe(
      'dm member remove alice --data /srv/x',
    );
  });

  it('binds a value to its option, and ends the options before an operand, where they begin with a dash', () => {
    expect(
      commandLine({ command: ['key', 'show'], operands: ['--json'], options: { as: '-x', key: ['a', '--b', ''] } }),
    ).toBe('dm key show --as=-x --key a --key=--b --key= -- --json');
  });
});
