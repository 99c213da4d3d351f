import { topicNames } from '@understudy/domain';
import type { DeadLetterTopic } from '@understudy/streams';
import { type OpenKafka, withKafka } from '../open-kafka.ts';

/** What a command on dead letters works with. */
export interface OpenDeadLetters extends OpenKafka, DeadLetterTopic {}

/** Does `work` with the dead letters that the config's services write. Throws as {@link withKafka}. */
export async function withDeadLetters<T>(
  file: string,
  work: (open: OpenDeadLetters) => Promise<T>,
): Promise<T> {
  return withKafka({ file, command: 'dead-letters', level: 'warn' }, (kafka) =>
    work({ ...kafka, topic: topicNames(kafka.config.kafka.prefix).shared('shadow-dead-letters') }),
  );
}
