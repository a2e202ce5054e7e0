import { QuantumLockError } from '../../base/errors.ts';
import type { KeySubject } from '../../ledger/governance/possession.ts';
import { decodeKeyCard, type KeyCard } from '../../ledger/offline/key-card.ts';
import type { CommandContext } from '../context.ts';
import { readArgumentDocument } from './read-document.ts';

/**
 * The key card that an argument stands for: its text, `@FILE`, or a key of this machine, which is proved here.
 * @throws DOCUMENT_INVALID, INPUT_INVALID where it is for somebody else or another chain, KEY_NOT_FOUND
 */
export async function keyCardArgument(
  context: CommandContext,
  text: string,
  wanted: { readonly chainId: string; readonly subject: KeySubject },
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
  if (card.subject !== wanted.subject || card.chain_id !== wanted.chainId)
    throw new QuantumLockError(
      'INPUT_INVALID',
      `the key card is for ${card.subject} on ${card.chain_id}, not for ${wanted.subject} on ${wanted.chainId}`,
      { advice: `Ask for a card made for it: dm key prove KEY --for ${wanted.subject} --chain-id ${wanted.chainId}` },
    );
  return card;
}
