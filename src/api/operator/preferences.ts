import { z } from 'zod';
import { PREFERENCE_FILTER_LENGTH_MAX, PREFERENCE_FILTERS_MAX, PREFERENCE_NAME_LENGTH_MAX } from '../../base/limits.ts';
import { actOnFile, ask } from '../procedure.ts';

/** How the person at this machine wants the console: nothing of a chain, and nothing that anything else rests on. */

export const themeChoice = z.enum(['system', 'light', 'dark']);
export type ThemeChoice = z.infer<typeof themeChoice>;

/** A filter of a list, under a name. */
export const savedFilter = z.strictObject({
  list: z.enum(['environments', 'audit']),
  name: z.string().trim().min(1).max(PREFERENCE_NAME_LENGTH_MAX),
  /** As the list's address has it, URL-encoded. */
  query: z.string().min(1).max(PREFERENCE_FILTER_LENGTH_MAX),
});
export type SavedFilter = z.infer<typeof savedFilter>;

const chosen = {
  /** Null where none was chosen. */
  theme: themeChoice.nullable(),
  /** Whether the way through a new sandbox is put away. */
  first_steps_hidden: z.boolean(),
};

export const preferences = z.strictObject({
  ...chosen,
  /** By list and name. */
  filters: z.array(savedFilter).max(PREFERENCE_FILTERS_MAX),
});
export type Preferences = z.infer<typeof preferences>;

export const preferenceProcedures = {
  preferences: ask.output(preferences),
  /** What is given; the rest stays. */
  choosePreferences: actOnFile.input(z.strictObject(chosen).partial()).output(preferences),
  /** One with the same list and name is replaced. Refused with LIMIT_EXCEEDED where there are too many. */
  saveFilter: actOnFile.input(savedFilter).output(preferences),
  forgetFilter: actOnFile.input(savedFilter.pick({ list: true, name: true })).output(preferences),
};
