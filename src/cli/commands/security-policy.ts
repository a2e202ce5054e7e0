import { InvalidArgumentError, type Command } from 'commander';
import {
  readNodeConfig,
  SECURITY_POLICIES,
  writeNodeConfig,
  type SecurityPolicy,
} from '../../node/data-directory/node-config.ts';
import type { RunCommand } from './command.ts';

const MEANINGS: Readonly<Record<SecurityPolicy, string>> = {
  off: 'This machine alerts after a security event, and does nothing else.',
  suspend: 'After a security event, the key is suspended on this machine for a while.',
  prepare:
    'After a security event, the key is suspended on this machine for a while, and a freeze, and a rollback of what was decided since the event began, are prepared for administrators.',
};

function policyArgument(text: string): SecurityPolicy {
  const found = SECURITY_POLICIES.find((one) => one === text);
  if (found === undefined) throw new InvalidArgumentError('off, suspend or prepare');
  return found;
}

/** What this machine does by itself after a security event: a setting of its own, and none of the chain. */
export function registerSecurityPolicy(blockchain: Command, run: RunCommand): void {
  blockchain
    .command('on-security-event')
    .description(
      'set what this machine does after repeated wrong passphrases for a key; nothing is signed without a person',
    )
    .argument('<WHAT>', 'off, suspend or prepare', policyArgument)
    .action((policy: SecurityPolicy) =>
      run((context) => {
        const config = readNodeConfig(context.dataDirectory);
        writeNodeConfig(context.dataDirectory, { ...config, on_security_event: policy });
        context.output.result({ on_security_event: policy, before: config.on_security_event ?? 'suspend' }, () => [
          MEANINGS[policy],
        ]);
        return Promise.resolve();
      }),
    );
}
