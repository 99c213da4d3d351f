import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PartitionSender } from '../src/client/sender.ts';
import { KafkaProxy } from '../../../test/support/kafka-proxy.ts';
import { connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic, valuesIn } from './support/topics.ts';

const broker = await testBroker();

/** H15: a connection that neither answers nor breaks is used for every retry. */
suite('connections that fall silent', () => {
  const prefix = freshPrefix('black-hole');
  let proxy: KafkaProxy;

  before(async () => {
    proxy = await KafkaProxy.start(broker);
  });
  after(() => proxy.close());

  test('bare kafkajs fails, and opens none', async () => {
    const topic = `${prefix}bare`;
    await createTopic(connectionTo(broker), topic);
    const script = fileURLToPath(new URL('support/bare-sender.ts', import.meta.url));
    const bare = spawn(process.execPath, [script, String(proxy.port), topic], {
      stdio: ['pipe', 'pipe', 'inherit'],
      timeout: 20_000,
    });
    const lines = createInterface({ input: bare.stdout })[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, 'ready');
    const openedBefore = proxy.openedConnections;
    proxy.freeze();
    bare.stdin.write('go\n');
    const { value: outcome } = await lines.next();
    assert.match(String(outcome), /timed out/, 'kafkajs was mended: the guard can go');
    assert.equal(proxy.openedConnections, openedBefore);
  });

  test('the sender opens new ones after one time-out, and writes each record once', async () => {
    const topic = `${prefix}ours`;
    await createTopic(connectionTo(broker), topic);
    const connection = { ...connectionTo(broker, proxy.socketFactory), requestTimeoutMs: 1000 };
    const sender = new PartitionSender(connection, { maxQueuedRecords: 10, maxQueuedBytes: 10_000 });
    const send = (value: string) =>
      sender.send({ topic, partition: 0, key: null, value: Buffer.from(value) });
    await send('first');
    const openedBefore = proxy.openedConnections;
    proxy.freeze();
    const startedAt = performance.now();
    assert.equal(await send('A'), 1);
    const tookMs = performance.now() - startedAt;
    await sender.close({ graceMs: 1000 });

    assert.ok(tookMs < 4000, `took ${tookMs} ms`);
    assert.ok(proxy.openedConnections > openedBefore);
    assert.deepEqual(await valuesIn(connectionTo(broker), topic), ['first', 'A']);
    assert.equal(sender.duplicatesPossible, 0);
  });
});
