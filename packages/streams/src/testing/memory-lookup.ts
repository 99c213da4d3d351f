import type { LogLookup } from '../client/log-lookup.ts';
import type { MemoryLog } from './memory-log.ts';

/** Records that one reading gives: few, so that tests need several. */
const recordsAtOnce = 3;

export interface MemoryLookupOptions {
  /** The first offset of a topic that is still there. Default 0: nothing was deleted. */
  readonly start?: (topic: string) => number;
  /** The offset behind the last record of a topic so far, at most. Default: all are there. */
  readonly end?: (topic: string) => number;
}

/** Looks up a log in memory. */
export function memoryLookup(log: MemoryLog, options: MemoryLookupOptions = {}): LogLookup {
  const { start = () => 0, end = () => Infinity } = options;
  return {
    start: async (topic) => start(topic),
    offsetAtTime: async (topic, partition, timeMs) =>
      Math.max(start(topic), Math.min(end(topic), log.offsetAtTime(topic, partition, timeMs))),
    read: async (topic, partition, offset) => {
      if (offset < start(topic)) return null;
      const until = Math.max(offset, Math.min(offset + recordsAtOnce, end(topic)));
      const records = log.read(topic, partition).slice(offset, until);
      return { records, nextOffset: offset + records.length };
    },
  };
}
