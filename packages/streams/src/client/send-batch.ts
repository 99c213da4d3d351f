import type { Producer, Transaction } from 'kafkajs';
import { StreamsError } from './errors.ts';
import { type OutgoingRecord, toMessage } from './records.ts';

/**
 * One send of records that all go to one partition of one topic.
 *
 * @returns the offset of the first one.
 * @throws whatever kafkajs throws; StreamsError 'topic-missing' when it resolves without having sent
 *   anything, as it does for a partition that its metadata doesn't know.
 */
export async function sendBatch(
  to: Producer | Transaction,
  records: readonly OutgoingRecord[],
): Promise<number> {
  const [first] = records;
  if (first === undefined) throw new StreamsError('unknown', 'sendBatch needs at least one record');
  const { topic, partition } = first;
  const results = await to.send({ topic, messages: records.map(toMessage) });
  const result = results.find(
    (candidate) => candidate.topicName === topic && candidate.partition === partition,
  );
  if (result?.baseOffset === undefined) {
    throw new StreamsError(
      'topic-missing',
      `Kafka: no acknowledgement from ${topic}/${partition}: does the partition exist?`,
    );
  }
  return Number(result.baseOffset);
}
