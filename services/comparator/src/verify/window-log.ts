import { type IncomingRecord, type LogLookup, readLog, type Streams } from '@understudy/streams';

/** One partition of a topic. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** What a window is computed again from: reading alone, in no consumer group. */
export interface WindowLog {
  /** Where the pairs of recovered requests are read. */
  readonly lookup: LogLookup;
  /** The first offset still in the log, and the one after the last that is committed. */
  bounds(place: Place): Promise<{ readonly start: number; readonly end: number }>;
  /** The first offset whose record was appended at or after `timeMs`; the end where there is none. */
  offsetAtTime(place: Place, timeMs: number): Promise<number>;
  /** From `from` to before `until` (default, and at most: the end at the time of the call), in order. */
  read(place: Place, range: { from: number; until?: number }): AsyncIterable<IncomingRecord>;
}

/** A log of Kafka. What it throws are StreamsErrors. */
export function kafkaWindowLog({
  connection,
  admin,
  lookup,
}: Pick<Streams, 'connection' | 'admin' | 'lookup'>): WindowLog {
  return {
    lookup,
    bounds: async ({ topic, partition }) => {
      const found = (await admin.bounds(topic))[partition];
      if (found === undefined) throw new Error(`${topic} has no partition ${partition}`);
      return found;
    },
    offsetAtTime: async ({ topic, partition }, timeMs) => {
      const [offset] = await admin.offsetsAtTime(topic, timeMs, [partition]);
      if (offset === undefined) throw new Error(`no offset for ${topic}/${partition}`);
      return offset;
    },
    read: ({ topic, partition }, { from, until }) =>
      readLog(connection, {
        topic,
        partitions: [partition],
        from: new Map([[partition, from]]),
        ...(until !== undefined && { until: new Map([[partition, until]]) }),
      }),
  };
}

/** The same log, whose partitions are asked once for their bounds: many windows were computed from them. */
export function knowingBounds(log: WindowLog): WindowLog {
  const known = new Map<string, ReturnType<WindowLog['bounds']>>();
  return {
    ...log,
    bounds: (place) => {
      const key = `${place.topic}/${place.partition}`;
      const bounds = known.get(key) ?? log.bounds(place);
      known.set(key, bounds);
      return bounds;
    },
  };
}
