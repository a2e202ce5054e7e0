import { QuantumLockError } from '../src/base/errors.ts';
import { DEEP_LINK_LENGTH_MAX } from '../src/base/limits.ts';
import { shownThing, type ShownThing } from '../src/api/operator/opened.ts';
import { PAGE_SCHEME } from './page-address.ts';

const FORM = new RegExp(`^${PAGE_SCHEME}://([a-z]+)/([A-Za-z0-9._/-]+)$`);
const BLOCK_INDEX = /^(?:0|[1-9]\d{0,14})$/;

/** Whether an argument of the command line, or what the system hands over, is a link: what is wrong with it is said on opening it. */
export function isDeepLink(text: string): boolean {
  return text.toLowerCase().startsWith(`${PAGE_SCHEME}:`);
}

/**
 * `quantum-lock://environment/<id>`, `…://proposal/<id>`, `…://block/<index>`, `…://transaction/<id>`: anybody may have
 * written it, so it names one thing to show and there is nothing else that it could say.
 * @throws INPUT_INVALID
 */
export function decodeDeepLink(text: string): ShownThing {
  const [, host, id] = (text.length <= DEEP_LINK_LENGTH_MAX ? FORM.exec(text) : null) ?? [];
  const thing = shownThing.safeParse(named(host, id ?? ''));
  if (!thing.success)
    throw new QuantumLockError('INPUT_INVALID', 'this is not a link to something that the console shows', {
      advice:
        'Links name an environment, a proposal, a block or a transaction, as quantum-lock://block/12 does. Ask for the link again, or look it up in the console.',
    });
  return thing.data;
}

function named(host: string | undefined, id: string): unknown {
  switch (host) {
    case 'environment':
      return { kind: host, env_id: id };
    case 'proposal':
      return { kind: host, proposal_id: id };
    case 'block':
      return BLOCK_INDEX.test(id) ? { kind: host, index: Number(id) } : null;
    case 'transaction':
      return { kind: host, transaction_id: id };
    default:
      return null;
  }
}
