import type { Permission } from '../../../src/ledger/permissions.ts';

/** What each permission lets a member do alone, beside what the policies say. */
export const PERMISSION_WORDS: Readonly<Record<Permission, { readonly title: string; readonly meaning: string }>> = {
  read_blockchain: { title: 'Read', meaning: 'reads everything, and votes where its level has a say' },
  write_blue_state: { title: 'Write Blue', meaning: 'works on Blue, and proposes changes of environments' },
  promote_to_green: { title: 'Promote', meaning: 'makes Blue canonical' },
  validate_blocks: { title: 'Validate', meaning: 'proposes changes of members, validators and policies' },
  emergency_rollback: { title: 'Emergency', meaning: 'freezes the chain' },
};
