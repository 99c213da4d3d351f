/**
 * kafkajs without any guard of ours, in a process of its own: sends one record, prints `ready`, waits for a
 * line, sends another one, and prints what became of it. Arguments: the port to connect to, whatever broker
 * is asked for; the topic.
 */
import kafkajs from 'kafkajs';
import { once } from 'node:events';
import { connect } from 'node:net';

const [port, topic = ''] = process.argv.slice(2);
const retry = { retries: 3, initialRetryTime: 50, maxRetryTime: 100 };
const kafka = new kafkajs.Kafka({
  clientId: 'bare',
  brokers: [`127.0.0.1:${port}`],
  logLevel: kafkajs.logLevel.NOTHING,
  requestTimeout: 500,
  socketFactory: ({ onConnect }) => connect({ host: '127.0.0.1', port: Number(port) }, onConnect),
});
const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry });
const send = (value: string) => producer.send({ topic, messages: [{ value, partition: 0 }] });

await producer.connect();
await send('first');
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const outcome = await send('second').then(
  () => 'acknowledged',
  (error: unknown) => String(error),
);
process.stdout.write(`${outcome}\n`, () => process.exit());
