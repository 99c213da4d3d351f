import type { LogLookup } from '../../client/log-lookup.ts';
import type { RecordCodecs } from '../../registry/record-codecs.ts';
import type { LogOffsets } from '../../tasks/task-ports.ts';

/** Up to where a lane's invoker has come in a partition, as its shadow responses say. */
export interface Frontier {
  readonly requestOffset: number;
  /** Log time of that request, ms since the epoch. */
  readonly requestTime: number;
}

export interface LastFrontierOptions {
  readonly admin: LogOffsets;
  readonly lookup: LogLookup;
  readonly registry: Pick<RecordCodecs, 'decode'>;
}

/** Records read back at first; then four times as many. */
const firstLook = 500;

/**
 * The last first response or progress record of a partition of shadow responses: they and the offsets behind them are committed
 * together, so it is where their writer stood. For when what it had committed is gone.
 *
 * @returns null: none is in the log
 * @throws {StreamsError} 'kafka-unavailable', 'registry-unavailable', 'unreadable'
 */
export async function lastFrontier(
  { admin, lookup, registry }: LastFrontierOptions,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): Promise<Frontier | null> {
  const { start = 0, end = 0 } = (await admin.bounds(topic))[partition] ?? {};
  for (let look = firstLook; ; look *= 4) {
    const from = Math.max(start, end - look);
    const found = await lastBetween(from, end);
    if (found !== null || from === start) return found;
  }

  async function lastBetween(from: number, until: number): Promise<Frontier | null> {
    let last: Frontier | null = null;
    for (let offset = from; offset < until;) {
      const fetched = await lookup.read(topic, partition, offset);
      if (fetched === null || fetched.nextOffset === offset) break;
      for (const record of fetched.records) {
        if (record.value === null) continue;
        const { kind, requestOffset, requestTime } = await registry.decode('shadow-response', record.value);
        if (kind !== 'recovery') last = { requestOffset, requestTime };
      }
      offset = fetched.nextOffset;
    }
    return last;
  }
}
