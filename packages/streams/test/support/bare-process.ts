/**
 * kafkajs without any guard of ours, in a process of its own: reads a partition as a read-committed
 * consumer and prints what it was given, as JSON; fails if the consumer ends before. Started by `readBare`.
 */
import kafkajs from 'kafkajs';

const [broker = '', topic = '', from = '0', until = '0'] = process.argv.slice(2);
const kafka = new kafkajs.Kafka({ clientId: 'bare', brokers: [broker], logLevel: kafkajs.logLevel.NOTHING });
const consumer = kafka.consumer({ groupId: `${topic}-bare-${from}`, maxWaitTimeInMs: 100 });
const values: string[] = [];
const { promise: end, resolve: finish, reject } = Promise.withResolvers<void>();

consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
  if (Number(payload.lastOffset) + 1 >= Number(until)) finish();
});
consumer.on(consumer.events.CRASH, ({ payload }) => {
  if (!payload.restart) reject(payload.error);
});
await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  autoCommit: false,
  eachMessage: ({ message }) => {
    values.push(message.value?.toString() ?? '');
    return Promise.resolve();
  },
});
consumer.seek({ topic, partition: 0, offset: from });
await end;
process.stdout.write(JSON.stringify(values));
await consumer.disconnect();
