import { makeBackup } from '../../src/node/recovery/make-backup.ts';
import { restore, signAsValidator } from '../node/recovery/recovery-fixture.ts';

/** Backs up or restores in a process of its own, and says when it begins and how it goes on: to be killed at any moment. */

const [what, data = '', ...files] = process.argv.slice(2);

function say(stage: string): void {
  process.stdout.write(`${stage}\n`);
}

say('begins');
if (what === 'backup') {
  await makeBackup(
    {
      dataDirectory: data,
      output: files[0] ?? '',
      base: null,
      withContent: true,
      encryption: null,
      createdAt: Date.now(),
      software: '0.1.0',
    },
    { sign: signAsValidator, report: () => say('rows') },
  );
} else {
  await restore(files, data, ({ phase }) => say(phase));
}
say('done');
