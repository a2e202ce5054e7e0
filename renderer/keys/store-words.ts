import type { KeyStoreKind } from '../../src/api/operator/keys.ts';

export const STORE_WORDS: Readonly<Record<KeyStoreKind, string>> = { keychain: 'OS keychain', file: 'encrypted file' };
