import type { DeedKind } from '../../api/operator/deeds.ts';

/** What the button says that does it, on every surface. */
export const DEED_BUTTONS: Readonly<Record<DeedKind, string>> = {
  grant_folder: 'Allow reading',
  open_chain: 'Open',
  unlock_keys: 'Unlock',
  create_chain: 'Create',
  create_key: 'Create',
  import_key: 'Import',
  repair_chain: 'Repair',
  acknowledge_report: 'Seen',
  restore_backup: 'Restore',
  rehearse_backup: 'Rehearse',
  add_backup_destination: 'Add',
  remove_backup_destination: 'Remove',
  set_backup_schedule: 'Set',
};
