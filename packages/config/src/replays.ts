import type { z } from 'zod';
import { integer, section } from './fields.ts';

/** Runs over the past. */
export interface ReplaysConfig {
  /** How many there may be that are not over, paused ones too, 1 to 100; default 4. What comes later waits. */
  readonly atOnce: number;
}

export const replaysSection: z.ZodType<ReplaysConfig> = section({
  atOnce: integer(1, 100).default(4),
});
