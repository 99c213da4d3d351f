import { type RecordRegistry, type RunsOptions, runsOf } from '@understudy/streams';
import { type OpenKafka, withKafka } from '../open-kafka.ts';
import { openRegistry } from '../open-registry.ts';

/** What a command on runs works with. */
export interface OpenReplays extends OpenKafka {
  readonly registry: RecordRegistry;
  readonly runs: RunsOptions;
}

/** Does `work` with the runs of the config's services. Throws as {@link withKafka}. */
export async function withReplays<T>(file: string, work: (open: OpenReplays) => Promise<T>): Promise<T> {
  return withKafka({ file, command: 'replay', level: 'error' }, async (kafka) => {
    const registry = await openRegistry(kafka.config, kafka.logger);
    return work({ ...kafka, registry, runs: runsOf({ ...kafka, registry }) });
  });
}
