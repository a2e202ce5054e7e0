import type { Client } from '../bridge/client.ts';

const CONFIRM_WINDOW = 'quantum-lock-confirm';
/** What the window's page is laid out for: all that matters is in view. */
const CONFIRM_FEATURES = 'popup,width=560,height=720';

/** Opens the confirming window; false where the browser does not let the page. Called from the click itself. */
export function openConfirmWindow(url: string): boolean {
  return globalThis.open(url, CONFIRM_WINDOW, CONFIRM_FEATURES) !== null;
}

/** Opens a waiting review's window again, at an address of its own; the one before ends. */
export async function openConfirmation(client: Client, reviewId: string): Promise<void> {
  const { confirm_url: url } = await client.operator.confirmAddress({ review_id: reviewId });
  if (url !== null) openConfirmWindow(url);
}
