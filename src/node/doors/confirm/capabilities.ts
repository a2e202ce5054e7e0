import { randomBytes } from 'node:crypto';
import { QuantumLockError } from '../../../base/errors.ts';
import { CONFIRM_CAPABILITIES_MAX, CONFIRM_WINDOWS_MAX } from '../../../base/limits.ts';
import { localNameOf } from '../loopback-door.ts';

/**
 * The right to one review's window, in one browser. The page is given `url`; the browser that opens it first is
 * redirected to `windowUrl`, which is in that window's address alone, and `url` opens nothing any more.
 */
export interface Capability {
  readonly reviewId: string;
  readonly label: string;
  readonly origin: string;
  readonly path: string;
  /** Null until it was opened. */
  windowPath: string | null;
  /** Of the window's form. */
  readonly token: string;
  /** Another window of the same review was opened since. */
  isSuperseded: boolean;
}

const PREFIX = '/confirm/';

export class ConfirmCapabilities {
  readonly #byHost = new Map<string, Capability>();

  /** `isWaiting`: of a review. @throws REVIEWS_LIMITED where this one had many windows already */
  issue(reviewId: string, { port, isWaiting }: { port: number; isWaiting: (reviewId: string) => boolean }): Capability {
    const issued = [...this.#byHost.values()].filter((capability) => capability.reviewId === reviewId).length;
    if (issued >= CONFIRM_WINDOWS_MAX)
      throw new QuantumLockError('REVIEWS_LIMITED', `this was already opened in ${issued} windows`, {
        advice: 'Confirm it in the newest of them, or take it back and ask again.',
      });
    const label = secretText();
    const { origin, host } = localNameOf(label, port);
    const token = secretText();
    const capability: Capability = {
      reviewId,
      label,
      origin,
      path: PREFIX + secretText(),
      windowPath: null,
      token,
      isSuperseded: false,
    };
    this.#byHost.set(host, capability);
    if (this.#byHost.size > CONFIRM_CAPABILITIES_MAX) this.#makeRoom(isWaiting);
    return capability;
  }

  /**
   * The oldest goes, of those whose review has ended: a client that asks for many does not end another client's window.
   */
  #makeRoom(isWaiting: (reviewId: string) => boolean): void {
    const entries = [...this.#byHost];
    const [host] = entries.find(([, { reviewId }]) => !isWaiting(reviewId)) ?? entries[0] ?? [];
    if (host !== undefined) this.#byHost.delete(host);
  }

  find(host: string): Capability | undefined {
    return this.#byHost.get(host);
  }

  /** Where the browser that opened it continues. @throws ACCESS_DENIED where one has opened it before */
  open(capability: Capability): string {
    if (capability.windowPath !== null) {
      throw new QuantumLockError('ACCESS_DENIED', 'This window was already opened, and it opens only once.', {
        advice: 'Go to the window that is open, or ask for another in the console. If nobody opened one, refuse there.',
      });
    }
    for (const earlier of this.#byHost.values())
      if (earlier.reviewId === capability.reviewId && earlier.windowPath !== null) earlier.isSuperseded = true;
    capability.windowPath = `${capability.path}/${secretText()}`;
    return capability.windowPath;
  }
}

function secretText(): string {
  return randomBytes(16).toString('hex');
}
