import type { RecordName } from '@understudy/schemas-avro';
import type { Health } from '@understudy/telemetry';
import { followRecords, type FollowRecordsOptions } from './follow-records.ts';

export interface ReadingOptions<K extends RecordName> extends Omit<
  FollowRecordsOptions<K>,
  'signal' | 'onCaughtUp'
> {
  /** The log can't be read any further. */
  readonly onOver: (error: Error) => void;
}

/** A topic that is read from its start, and then what is written, for as long as it is not closed. */
export interface Reading {
  /** Ok when it was read to where it ended at the start. */
  ready(): Health;
  close(): Promise<void>;
}

export function startReading<K extends RecordName>(options: ReadingOptions<K>): Reading {
  const { name, topic, logger, onOver } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let isCaughtUp = false;
  const onCaughtUp = (): void => {
    isCaughtUp = true;
    logger.info({ topic }, 'caught up with the log');
  };
  const done = followRecords({ ...options, signal, onCaughtUp }).catch((error: unknown) => {
    if (!signal.aborted) onOver(error instanceof Error ? error : new Error(String(error)));
  });
  return {
    ready: () => ({ ok: isCaughtUp, detail: { [name]: isCaughtUp ? 'read' : 'being read' } }),
    close: async () => {
      closing.abort();
      await done;
    },
  };
}

/** Ok when all are. */
export function allReady(readings: readonly Pick<Reading, 'ready'>[]): Health {
  const found = readings.map((reading) => reading.ready());
  return {
    ok: found.every(({ ok }) => ok),
    detail: Object.assign({}, ...found.map(({ detail }) => detail)) as Health['detail'],
  };
}
