import {
  KafkaLogLookup,
  type LogLookup,
  type RecordRegistry,
  type RunsOptions,
  runsOf,
} from '@understudy/streams';
import { type OpenKafka, withKafka } from '../open-kafka.ts';
import { openRegistry } from '../open-registry.ts';

/** What a command on gaps works with. */
export interface OpenGaps extends OpenKafka {
  readonly registry: RecordRegistry;
  readonly lookup: LogLookup;
  readonly runs: RunsOptions;
  readonly prefix: string;
}

/** Does `work` with the lanes of the config's services. Throws as {@link withKafka}. */
export async function withGaps<T>(file: string, work: (open: OpenGaps) => Promise<T>): Promise<T> {
  return withKafka({ file, command: 'gaps', level: 'error' }, async (kafka) => {
    const registry = await openRegistry(kafka.config, kafka.logger);
    const lookup = new KafkaLogLookup(kafka.connection);
    const { prefix } = kafka.config.kafka;
    try {
      return await work({ ...kafka, registry, lookup, prefix, runs: runsOf({ ...kafka, registry }) });
    } finally {
      await lookup.close();
    }
  });
}
