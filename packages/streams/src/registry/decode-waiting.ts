import { setTimeout as delay } from 'node:timers/promises';
import type { RecordName, Records } from '@understudy/schemas-avro';
import type { Logger } from '@understudy/telemetry';
import { StreamsError } from '../client/errors.ts';
import type { RecordRegistry } from './record-registry.ts';

export interface DecodeWaitingOptions<K extends RecordName> {
  readonly name: K;
  readonly value: Buffer;
  /** Ends the waiting: it rejects then. */
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

const retryMs = 1_000;

/**
 * Decodes a value; a registry that is away says nothing about the record: it is waited for.
 *
 * @throws {StreamsError} 'unreadable'
 */
export async function decodeWaiting<K extends RecordName>(
  registry: RecordRegistry,
  { name, value, signal, logger }: DecodeWaitingOptions<K>,
): Promise<Records[K]> {
  for (;;) {
    try {
      return await registry.decode(name, value);
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'registry-unavailable') throw error;
      logger.warn({ err: error }, 'the registry is away; the reading waits for it');
      await delay(retryMs, undefined, { signal });
    }
  }
}
