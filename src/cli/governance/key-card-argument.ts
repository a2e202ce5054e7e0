import { QuantumLockError } from '../../base/errors.ts';
import { shellLine } from '../../base/command-line.ts';
import type { ChainIdentity } from '../../ledger/chain-identity.ts';
import type { KeySubject } from '../../ledger/governance/possession.ts';
import { decodeKeyCard, type KeyCard } from '../../ledger/documents/key-card.ts';
import type { CommandContext } from '../context.ts';
import { readArgumentDocument } from './read-document.ts';
import { assertSameChain } from './same-chain.ts';

/** What makes a card for somebody, on a machine that has no chain. */
function proveCommand({ chain, subject }: { readonly chain: ChainIdentity; readonly subject: KeySubject }): string {
  const { chain_id, genesis, era } = chain;
  return shellLine(
    ['dm', 'key', 'prove', 'KEY', '--for', subject, '--chain-id', chain_id, '--genesis', genesis].concat(
      era === 0 ? [] : ['--era', String(era)],
    ),
  );
}

/**
 * The key card that an argument stands for: its text, `@FILE`, or a key of this machine, which is proved here.
 * @throws DOCUMENT_INVALID, INPUT_INVALID where it is for somebody else or another chain, KEY_NOT_FOUND
 */
export async function keyCardArgument(
  context: CommandContext,
  text: string,
  wanted: { readonly chain: ChainIdentity; readonly subject: KeySubject },
): Promise<KeyCard> {
  const isCard = text.startsWith('{') || text.startsWith('@');
  if (!isCard) {
    const key = await context.keyring.find(text).catch((error: unknown) => {
      if (!(error instanceof QuantumLockError) || error.code !== 'KEY_NOT_FOUND') throw error;
      throw new QuantumLockError('KEY_NOT_FOUND', error.message, {
        advice: 'Give a key card (from dm key prove) as @FILE, or the name of a key of this machine.',
      });
    });
    return context.prove({ key, ...wanted });
  }
  const card = decodeKeyCard(text.startsWith('@') ? readArgumentDocument(text.slice(1)) : text);
  assertSameChain('the key card', card, wanted.chain);
  if (card.subject !== wanted.subject)
    throw new QuantumLockError('INPUT_INVALID', `the key card is for ${card.subject}, not for ${wanted.subject}`, {
      advice: `Ask for a card made for it: ${proveCommand(wanted)}`,
    });
  return card;
}
