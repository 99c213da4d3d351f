import { type Config, parseConfig, readConfigSource } from '@understudy/config';
import { KafkaAdmin, type KafkaConnection, kafkaConnection, StreamsError } from '@understudy/streams';
import { createLogger, type Logger } from '@understudy/telemetry';
import { withLocalAddresses } from './up/local-addresses.ts';
import { UserError } from './user-error.ts';

/** What a command works with that asks Kafka itself. */
export interface OpenKafka {
  readonly config: Config;
  readonly logger: Logger;
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
}

/**
 * Does `work` with the Kafka of the config's services, which it does not start.
 *
 * @throws ConfigError; UserError when Kafka, a topic or the registry can't be reached
 */
export async function withKafka<T>(
  { file, command, level }: { file: string; command: string; level: 'warn' | 'error' },
  work: (open: OpenKafka) => Promise<T>,
): Promise<T> {
  const config = parseConfig(withLocalAddresses(readConfigSource({ file, env: process.env })));
  const logger = createLogger({ service: command, level });
  try {
    const connection = kafkaConnection(config, `understudy-${command}`, logger);
    const admin = await KafkaAdmin.open(connection);
    try {
      return await work({ config, logger, connection, admin });
    } finally {
      await admin.close();
    }
  } catch (error) {
    if (!(error instanceof StreamsError)) throw error;
    const advice = error.code === 'topic-missing' ? '. The services make their topics when they start' : '';
    throw new UserError(`${error.message}${advice}`, { cause: error });
  }
}
