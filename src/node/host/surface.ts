import type { HostInfo } from '../../api/operator/host.ts';
import type { ShownThing } from '../../api/operator/opened.ts';
import type { Hash } from '../../base/bytes.ts';
import type { Inspection } from '../inspection/open-inspection.ts';
import type { SigningReview } from '../../api/operator/signing.ts';
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

/** What a person is told by the desktop. */
export interface Notice {
  /** "Waits for your approval". */
  readonly heading: string;
  /** What it is about, as members named it. */
  readonly title: string;
  /** What it is about, to be shown; null where it is of no one thing. */
  readonly shows: ShownThing | null;
}

/** What the desktop shows at all times, whether or not a window is seen. */
export interface DesktopStatus {
  /** `attention`: it works, or does not, and an alert says what to do. */
  readonly state: 'healthy' | 'attention' | 'frozen';
  readonly alertCount: number;
  /** The proposals that wait for the person at this machine, soonest to expire first. */
  readonly waiting: readonly { readonly proposal_id: Hash; readonly title: string }[];
}

/** What the desktop asks of the person, on windows and dialogs that the page cannot script. */
export interface DesktopSurface {
  /** `signal` aborts once it has ended elsewhere. */
  confirm(review: SigningReview, signal: AbortSignal): Promise<{ readonly approved: boolean }>;
  pickDirectory(): Promise<string | null>;
  confirmDeed(deed: HostDeed, signal: AbortSignal): Promise<{ readonly approved: boolean }>;
  /** Null where the person gives up. */
  askSecrets(question: SecretQuestion, signal: AbortSignal): Promise<SecretAnswer | null>;
  /** Something happened that this person should hear of while the console is in the background. */
  notify(notice: Notice): void;
  /** Each time that it may have changed; null while no chain is open. */
  showStatus(status: DesktopStatus | null): void;
  /** The chain of this data directory is open. */
  noteOpened(dataDirectory: string): void;
}

/** How the host meets the person: every kind of console is one of these, and the host asks none which it is. */
export interface Surface {
  /** As the contract names it. */
  readonly host: HostInfo['host'];
  /** How it is named to a command that finds it running: "console". */
  readonly runsAs: string;
  /** Where the host asks by itself; null where a person opens the window of a review or deed. */
  readonly desktop: DesktopSurface | null;
  /** Of the window of a review or a deed; null where the host asks by itself. */
  confirmUrl(id: string): string | null;
  /** Null where no page is served. */
  makeLink(): { readonly url: string; readonly public_url: string } | null;
  /** Shows a file in a page of its own, and closes it where it cannot; returns a link to it. Null where no page is served. */
  readonly showFile: ((inspection: Inspection) => Promise<string>) | null;
}

export function desktopSurface(desktop: DesktopSurface): Surface {
  return {
    host: 'electron',
    runsAs: 'desktop console',
    desktop,
    confirmUrl: () => null,
    makeLink: () => null,
    showFile: null,
  };
}

/** Of a page in the person's own browser. */
export function pageSurface(
  page: Pick<Surface, 'confirmUrl' | 'makeLink'> & Partial<Pick<Surface, 'showFile'>>,
): Surface {
  return { host: 'local_page', runsAs: 'console', desktop: null, showFile: null, ...page };
}

/** For hosts that no page is connected to: nothing is confirmed there. */
export const NO_SURFACE: Surface = {
  ...pageSurface({ confirmUrl: () => '', makeLink: () => null }),
  runsAs: 'node',
};
