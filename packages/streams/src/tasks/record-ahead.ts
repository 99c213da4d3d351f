import { StreamsError } from '../client/errors.ts';
import type { IncomingRecord } from '../client/records.ts';

/** How far clocks of brokers and of this machine may be apart, ms. */
const toleranceMs = 60_000;

/**
 * Refuses a record from a time that has not come. The log's time is the greatest append time so far: one such record, a tick
 * too, would carry it away, close every window up to then, and put all that comes after it into one window.
 *
 * @throws StreamsError `clock-ahead`
 */
export function refuseRecordAhead(
  { topic, partition, offset, timestampMs }: IncomingRecord,
  nowMs: number,
): void {
  if (timestampMs <= nowMs + toleranceMs) return;
  const seconds = Math.round((timestampMs - nowMs) / 1_000);
  throw new StreamsError(
    'clock-ahead',
    `${topic}/${partition}@${offset} was appended at ${new Date(timestampMs).toISOString()}, ${seconds} s ahead of this ` +
      'machine’s clock: set the clocks of this machine and of the brokers right; if it was a broker’s, restart the service ' +
      'when that time has come',
  );
}
