import { type RetainedTopic, retainedTopics } from '@understudy/domain';
import type { z } from 'zod';
import { duration, section } from './fields.ts';

/** How long kinds of topics keep records, in ms. */
export type RetentionOf = Readonly<Partial<Record<RetainedTopic, number>>>;

export const defaultRetention = '7d';
export const minRetentionMs = 3_600_000;

const time = duration(minRetentionMs, 3650 * 86_400_000);

/** `retention`: what holds for every kind that `retentionOf` does not name. */
export const retention: z.ZodType<number, string | undefined> = time.prefault(defaultRetention);

export const retentionOf: z.ZodType<RetentionOf> = section(
  Object.fromEntries(retainedTopics.map((topic) => [topic, time.exactOptional()])),
).prefault({});
