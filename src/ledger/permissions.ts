/** The seed's four levels, lowest first, and its permissions (seed document, "Access Control"). */
export const LEVELS = ['read_only', 'blue_state', 'validator', 'administrator'] as const;
export type Level = (typeof LEVELS)[number];

export const PERMISSIONS = [
  'read_blockchain',
  'write_blue_state',
  'promote_to_green',
  'validate_blocks',
  'emergency_rollback',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** Each level holds what the level below holds, and more. */
export const LEVEL_PERMISSIONS: Readonly<Record<Level, readonly Permission[]>> = {
  read_only: ['read_blockchain'],
  blue_state: ['read_blockchain', 'write_blue_state'],
  validator: ['read_blockchain', 'write_blue_state', 'promote_to_green', 'validate_blocks'],
  administrator: [...PERMISSIONS],
};

/** The higher, the more it may. */
export function levelRank(level: Level): number {
  return LEVELS.indexOf(level);
}

export function levelHolds(level: Level, permission: Permission): boolean {
  return LEVEL_PERMISSIONS[level].includes(permission);
}
