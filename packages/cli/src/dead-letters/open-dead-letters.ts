import { type Config, parseConfig, readConfigSource } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { type DeadLetterTopic, KafkaAdmin, kafkaConnection, StreamsError } from '@understudy/streams';
import { createLogger, type Logger } from '@understudy/telemetry';
import { withLocalAddresses } from '../up/local-addresses.ts';
import { UserError } from '../user-error.ts';

/** What a command on dead letters works with. */
export interface OpenDeadLetters extends DeadLetterTopic {
  readonly config: Config;
  readonly logger: Logger;
}

/**
 * Does `work` with the dead letters that the config's services write.
 *
 * @throws ConfigError; UserError when Kafka, the topic or the registry can't be reached
 */
export async function withDeadLetters<T>(
  file: string,
  work: (open: OpenDeadLetters) => Promise<T>,
): Promise<T> {
  const config = parseConfig(withLocalAddresses(readConfigSource({ file, env: process.env })));
  const logger = createLogger({ service: 'dead-letters', level: 'warn' });
  try {
    const connection = kafkaConnection(config, 'understudy-dead-letters', logger);
    const admin = await KafkaAdmin.open(connection);
    try {
      const topic = topicNames(config.kafka.prefix).shared('shadow-dead-letters');
      return await work({ config, logger, connection, admin, topic });
    } finally {
      await admin.close();
    }
  } catch (error) {
    if (!(error instanceof StreamsError)) throw error;
    const advice = error.code === 'topic-missing' ? '. The services make their topics when they start' : '';
    throw new UserError(`${error.message}${advice}`, { cause: error });
  }
}
