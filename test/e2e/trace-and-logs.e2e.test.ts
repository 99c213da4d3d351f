/**
 * What can be followed of one request, and what can't be read: its trace runs from the caller through every record to
 * the shadow's own spans, and nothing of its content is in a log, at the level that says most.
 */
import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { test } from 'node:test';
import { topicNames } from '@understudy/domain';
import { type IncomingRecord, openStreams, partitionOf, PartitionSender, readLog } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster } from '../support/cluster.ts';
import { startPipeline } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';

const limitMs = 60_000;
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
/** In bodies, in the query, in headers of both directions, and in a record that is none. */
const marker = 'hunter2';

test('a request’s trace is in every record and call, its content in no log', async (t) => {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const seen: IncomingHttpHeaders[] = [];
  const pipeline = await startPipeline(t, cluster, {
    logLevel: 'debug',
    production: (request, response) => {
      request.resume();
      if (request.headers['x-break'] !== undefined) request.socket.destroy();
      else
        response.setHeader('x-answer', marker).end(JSON.stringify({ decision: 'approved', reason: marker }));
    },
    shadow: (request, response) => {
      request.resume();
      seen.push(request.headers);
      response.writeHead(seen.length === 1 ? 200 : 500, { 'set-cookie': marker });
      response.end(JSON.stringify({ decision: 'denied', reason: marker }));
    },
  });
  const streams = await openStreams({
    config: pipeline.config,
    service: 'trace-test',
    logger: createLogger({ service: 'trace-test', level: 'warn' }),
    metrics: createMetrics({ service: 'trace-test' }),
  });
  t.after(() => streams.close());
  const names = topicNames(pipeline.config.kafka.prefix);
  const lane = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };

  async function recordsOf(topic: string): Promise<readonly IncomingRecord[]> {
    const records: IncomingRecord[] = [];
    for await (const record of readLog(streams.connection, { topic }))
      if (record.value !== null) records.push(record);
    return records;
  }

  async function call(headers: Readonly<Record<string, string>>): Promise<string> {
    const answer = await fetch(`${pipeline.route}?q=${marker}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${marker}`,
        cookie: `session=${marker}`,
        'x-tenant': marker,
        ...headers,
      },
      body: JSON.stringify({ income: marker }),
    });
    await answer.text();
    return answer.headers.get('x-exchange-id') ?? '';
  }

  const exchangeId = await call({ traceparent });
  await waitFor(async () => (await recordsOf(names.comparisons(lane))).length > 0, {
    what: 'the comparison',
    timeoutMs: limitMs,
  });
  const topics = [names.shared('requests'), names.shared('production-responses'), names.comparisons(lane)];
  for (const topic of topics) {
    const records = await recordsOf(topic);
    assert.deepEqual(
      records.map(({ key, headers }) => [key?.toString(), headers]),
      [[exchangeId, { traceparent }]],
      topic,
    );
  }
  const responses = await recordsOf(names.shadowResponses(lane));
  assert.deepEqual(responses.find(({ key }) => key?.toString() === exchangeId)?.headers, {
    traceparent,
    'understudy-revision': '1',
  });
  const called = seen[0] ?? assert.fail('no call');
  assert.equal(called['x-exchange-id'], exchangeId);
  assert.match(String(called['traceparent']), new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  assert.notEqual(called['traceparent'], traceparent, 'it has a parent of its own');

  await call({});
  await call({ 'x-break': 'yes' });
  const sender = new PartitionSender(streams.connection, { maxQueuedRecords: 1, maxQueuedBytes: 1_000 });
  const unreadable = { key: marker, value: Buffer.from(marker) };
  const partition = partitionOf(marker, pipeline.config.kafka.partitions);
  await sender.send({ topic: names.shared('requests'), partition, ...unreadable });
  await sender.close({ graceMs: 1_000 });
  await waitFor(async () => (await recordsOf(names.shared('shadow-dead-letters'))).length > 0, {
    what: 'the dead letter',
    timeoutMs: limitMs,
  });
  await waitFor(() => seen.length >= 2, { what: 'the second call', timeoutMs: limitMs });
  await pipeline.stopServices();

  for (const service of ['gateway', 'shadow-invoker', 'comparator', 'console'] as const)
    assert.ok(!pipeline.log(service).includes(marker), `${service} logs what is not its to show`);
  const lines = pipeline
    .log('shadow-invoker')
    .split('\n')
    .filter((line) => line.includes(exchangeId));
  assert.partialDeepStrictEqual(
    lines.map((line) => JSON.parse(line) as object),
    [{ exchangeId, lane: 'mortgage.boosted.live', status: 'answered', msg: 'the shadow was called' }],
  );
  const joins = pipeline
    .log('comparator')
    .split('\n')
    .filter((line) => line.includes('"task runs"'));
  assert.ok(joins.length > 0, 'it logs at debug');
  for (const line of joins)
    assert.partialDeepStrictEqual(JSON.parse(line), { lane: 'mortgage.boosted.live' });
});
