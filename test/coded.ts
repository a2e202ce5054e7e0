import { expect } from 'vitest';

/** An error with this code, as `toThrow` takes it. */
export const coded = (code: string): unknown => expect.objectContaining({ code });
