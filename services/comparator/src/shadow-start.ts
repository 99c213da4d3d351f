import { isTick } from '@understudy/domain';
import { type LogLookup, type RecordCodecs, StreamsError } from '@understudy/streams';

export interface ShadowStartOptions {
  readonly lookup: LogLookup;
  readonly codecs: Pick<RecordCodecs, 'decode'>;
  /** The lane's shadow responses. */
  readonly topic: string;
  readonly partition: number;
  /** Nothing before it is of a request at or after the boundary. */
  readonly first: number;
}

/** So few are read without looking further. */
const nearEnough = 1_000;
/** After every record there is. */
const endOfTime = Number.MAX_SAFE_INTEGER;

/**
 * From which shadow response on a join reads that begins at a window boundary: those before it are of requests before the
 * boundary. By the time of their own appending alone it would be the first of all, in a replay, for it is called long after its
 * requests; in a live lane whose invoker was stopped, the first after the stop. They stand in the order of their requests,
 * recoveries apart, so the place is found by halving.
 *
 * @param boundaryMs - ms since the epoch
 */
export async function shadowStart(options: ShadowStartOptions, boundaryMs: number): Promise<number> {
  const { lookup, topic, partition } = options;
  let low = options.first;
  let high = await lookup.offsetAtTime(topic, partition, endOfTime);
  while (high - low > nearEnough) {
    const middle = Math.floor((low + high) / 2);
    const found = await firstInOrder(options, middle, high);
    if (found === null || found.requestTime >= boundaryMs) high = middle;
    else low = found.offset + 1;
  }
  return low;
}

/** The first response or progress record in a stretch of the log; null: recoveries alone, or what can't be read. */
async function firstInOrder(
  { lookup, codecs, topic, partition }: ShadowStartOptions,
  from: number,
  until: number,
): Promise<{ readonly offset: number; readonly requestTime: number } | null> {
  for (let offset = from; offset < until;) {
    const fetched = await lookup.read(topic, partition, offset);
    if (fetched === null || fetched.nextOffset === offset) return null;
    for (const record of fetched.records) {
      if (record.offset >= until || isTick(record) || record.value === null) continue;
      const response = await readable(codecs, record.value);
      if (response !== null && response.kind !== 'recovery')
        return { offset: record.offset, requestTime: response.requestTime };
    }
    offset = fetched.nextOffset;
  }
  return null;
}

/** Null: it can't be read. Whose turn it is will put it among the dead letters. */
async function readable(codecs: ShadowStartOptions['codecs'], value: Buffer) {
  try {
    return await codecs.decode('shadow-response', value);
  } catch (error) {
    if (error instanceof StreamsError && error.code === 'unreadable') return null;
    throw error;
  }
}
