import type { SigningReview } from '../../api/views/operator.ts';
import type { SecretName, Secrets } from './asked-secrets.ts';
import type { HostDeed } from './host-deeds.ts';

/** What the desktop asks for in a window of its own, besides yes or no. */
export interface SecretQuestion {
  readonly sentence: string;
  readonly warnings: readonly string[];
  readonly asks: readonly SecretName[];
  /** Whether signing may be kept unlocked. */
  readonly mayKeep: boolean;
  readonly button: string;
  /** What was wrong with the last try. */
  readonly problem: string | null;
}

export interface SecretAnswer {
  readonly secrets: Secrets;
  readonly keepUnlocked: boolean;
}

/** What the desktop asks of the person, on surfaces that the page cannot script. */
export interface DesktopSurface {
  readonly kind: 'electron';
  /** `signal` aborts once it has ended elsewhere. */
  confirm(review: SigningReview, signal: AbortSignal): Promise<{ readonly approved: boolean }>;
  pickDirectory(): Promise<string | null>;
  confirmDeed(deed: HostDeed, signal: AbortSignal): Promise<{ readonly approved: boolean }>;
  /** Null where the person gives up. */
  askSecrets(question: SecretQuestion, signal: AbortSignal): Promise<SecretAnswer | null>;
  /** A proposal begins to wait for this person. */
  notify(waiting: { readonly proposal_id: string; readonly title: string }): void;
}

/** How the host asks the person. */
export type Surface =
  | DesktopSurface
  | {
      readonly kind: 'local_page';
      /** Of a review or a deed. */
      confirmUrl(id: string): string;
      /** Null where no page is served. */
      makeLink(): { readonly url: string; readonly public_url: string } | null;
    };

/** For hosts that no page is connected to: nothing is confirmed there. */
export const NO_SURFACE: Surface = {
  kind: 'local_page',
  confirmUrl: () => '',
  makeLink: () => null,
};
