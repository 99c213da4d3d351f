import type { Codec, RecordName } from '@understudy/schemas-avro';
import { StreamsError } from '../client/errors.ts';

/** The value of a record that was written as JSON. Throws StreamsError `unreadable`, naming every problem's path. */
export function readJson<T>(name: RecordName, codec: Codec<T>, value: Buffer): T {
  try {
    return codec.fromJson(value);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new StreamsError('unreadable', `${name}, as JSON: ${problem}`, { cause: error });
  }
}
