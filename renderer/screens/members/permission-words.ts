import { PERMISSIONS, type Permission } from '../../../src/ledger/permissions.ts';

/** What each permission lets a member do alone, in addition to what the policies say. */
export const PERMISSION_WORDS: Readonly<Record<Permission, { readonly title: string; readonly meaning: string }>> = {
  read_blockchain: { title: 'Read', meaning: 'reads everything, and votes where its level may vote' },
  write_blue_state: { title: 'Write Blue', meaning: 'works on Blue, and proposes changes of environments' },
  promote_to_green: { title: 'Promote', meaning: 'makes Blue canonical' },
  validate_blocks: { title: 'Validate', meaning: 'proposes changes of members, validators and policies' },
  emergency_rollback: { title: 'Emergency', meaning: 'freezes the chain' },
};

/** A member's permissions in a few words: all of them, those that are missing, or those that are there. */
export function permissionWords(held: readonly Permission[]): string {
  const titles = (list: readonly Permission[]): string =>
    list.map((permission) => PERMISSION_WORDS[permission].title).join(', ');
  const missing = PERMISSIONS.filter((permission) => !held.includes(permission));
  if (missing.length === 0) return 'everything';
  return missing.length === 1 ? `everything but ${titles(missing)}` : titles(held);
}
