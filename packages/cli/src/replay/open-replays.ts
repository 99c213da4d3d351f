import { type Config, parseConfig, readConfigSource } from '@understudy/config';
import {
  KafkaAdmin,
  type KafkaConnection,
  kafkaConnection,
  type RecordRegistry,
  type RunsOptions,
  runsOf,
  StreamsError,
} from '@understudy/streams';
import { createLogger } from '@understudy/telemetry';
import { openRegistry } from '../open-registry.ts';
import { withLocalAddresses } from '../up/local-addresses.ts';
import { UserError } from '../user-error.ts';

/** What a command on runs works with. */
export interface OpenReplays {
  readonly config: Config;
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
  readonly registry: RecordRegistry;
  readonly runs: RunsOptions;
}

/**
 * Does `work` with the runs of the config's services, which it does not start.
 *
 * @throws ConfigError; UserError when Kafka, a topic or the registry can't be reached
 */
export async function withReplays<T>(file: string, work: (open: OpenReplays) => Promise<T>): Promise<T> {
  const config = parseConfig(withLocalAddresses(readConfigSource({ file, env: process.env })));
  const logger = createLogger({ service: 'replay', level: 'error' });
  try {
    const connection = kafkaConnection(config, 'understudy-replay', logger);
    const registry = await openRegistry(config, logger);
    const admin = await KafkaAdmin.open(connection);
    try {
      const runs = runsOf({ config, connection, registry });
      return await work({ config, connection, admin, registry, runs });
    } finally {
      await admin.close();
    }
  } catch (error) {
    if (!(error instanceof StreamsError)) throw error;
    const advice = error.code === 'topic-missing' ? '. The services make their topics when they start' : '';
    throw new UserError(`${error.message}${advice}`, { cause: error });
  }
}
