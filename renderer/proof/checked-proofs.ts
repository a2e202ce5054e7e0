const STORAGE_KEY = 'quantum-lock:proof-checked';

/** A proof held, checked by this page. */
export function noteCheckedProof(): void {
  globalThis.sessionStorage.setItem(STORAGE_KEY, 'yes');
}

/** Whether any did since this window was opened. */
export function isProofChecked(): boolean {
  return globalThis.sessionStorage.getItem(STORAGE_KEY) === 'yes';
}
