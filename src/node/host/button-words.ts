import type { DeedKind, SigningReview } from '../../api/views/operator.ts';

/** What the button says that does it, on every surface. */
export const DEED_BUTTONS: Readonly<Record<DeedKind, string>> = {
  grant_folder: 'Let it read',
  open_chain: 'Open',
  unlock_keys: 'Unlock',
  create_chain: 'Create',
  create_key: 'Create',
  import_key: 'Import',
};

export const REVIEW_BUTTONS: Readonly<Record<SigningReview['kind'], string>> = {
  transaction: 'Sign',
  possession: 'Prove',
  export_key: 'Export',
  forget_key: 'Forget for good',
};
