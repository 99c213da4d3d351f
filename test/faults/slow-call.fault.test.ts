/** One call that hangs while a thousand behind it are done, on real services: what it holds back is neither lost nor doubled. */
import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { test } from 'node:test';
import type { Config } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { kafkaConnection, partitionOf, readLog, RecordRegistry } from '@understudy/streams';
import { createLogger } from '@understudy/telemetry';
import { testCluster } from '../support/cluster.ts';
import { newestDivergence } from '../support/newest-divergence.ts';
import { startPipeline } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';
import { limitMs } from './given.ts';

const timeoutMs = 120_000;
const behind = 2_000;
const limits = { timeout: '3m', concurrency: 64, maxOutstanding: 4_000 };

test(
  'an invoker is killed with one call pending and a thousand behind it done',
  { timeout: limitMs },
  async (t) => {
    const cluster = await testCluster();
    t.after(() => cluster.stop());
    const shadow = slowShadow();
    const pipeline = await startPipeline(t, cluster, {
      production: (_, response) => void response.end('{"decision":"approved"}'),
      shadow: shadow.listener,
      limits,
    });
    const call = async (): Promise<void> => {
      const response = await fetch(pipeline.route, { method: 'POST', body: '{}' });
      await response.arrayBuffer();
      assert.equal(response.status, 200);
    };
    await call();
    await waitFor(() => shadow.calls.size === 1, { what: 'the call that hangs', timeoutMs });
    const [slow = ''] = shadow.calls.keys();
    for (let n = 0; n < behind; n += 100) await Promise.all(Array.from({ length: 100 }, call));
    const { partitions } = pipeline.config.kafka;
    const isBehind = (id: string): boolean =>
      id !== slow && partitionOf(id, partitions) === partitionOf(slow, partitions);
    const others = (times: number): number =>
      [...shadow.calls].filter(([id, calls]) => isBehind(id) && calls >= times).length;
    await waitFor(() => shadow.calls.size === behind + 1, { what: 'all others to be called', timeoutMs });
    const held = others(1);
    assert.ok(held > behind / 3, `${held} wait for the one that hangs`);

    await pipeline.killInvoker();
    // The next one catches up, flat out, behind the same call.
    await waitFor(() => others(2) === held, { what: 'them to be called again', timeoutMs });
    shadow.release();
    const all = behind + 1;
    const newest = await newestDivergence(pipeline.config, {
      what: `${all} compared`,
      isIt: ({ running }) => running.sums.ledger.sampled === all,
    });
    assert.equal(newest.running.sums.ledger.compared, all);
    assert.equal(await firstResponses(pipeline.config), all);
    t.diagnostic(JSON.stringify({ kills: 1, compared: all }));
  },
);

/** Answers all but the exchange that it was called for first: that one waits for `release`, however often it is called. */
function slowShadow() {
  /** Calls of each exchange. */
  const calls = new Map<string, number>();
  const waiting: ServerResponse[] = [];
  let isReleased = false;
  const answer = (response: ServerResponse): void => void response.end('{"decision":"approved"}');
  const listener: RequestListener = (request, response) => {
    const id = String(request.headers['x-exchange-id']);
    calls.set(id, (calls.get(id) ?? 0) + 1);
    const [slow] = calls.keys();
    if (id === slow && !isReleased) waiting.push(response);
    else answer(response);
  };
  const release = (): void => {
    isReleased = true;
    for (const response of waiting) answer(response);
  };
  return { calls, listener, release };
}

/** How many different requests have a first shadow response; none has two. */
async function firstResponses(config: Config): Promise<number> {
  const connection = kafkaConnection(config, 'test', createLogger({ service: 'test', level: 'fatal' }));
  const registry = await RecordRegistry.open({ url: config.registry.url });
  const topic = topicNames(config.kafka.prefix).shadowResponses({
    experiment: 'mortgage',
    shadow: 'boosted',
    run: 'live',
  });
  const requests: string[] = [];
  for await (const { partition, value } of readLog(connection, { topic })) {
    const response = value === null ? null : await registry.decode('shadow-response', value);
    if (response?.kind === 'first') requests.push(`${partition}/${response.requestOffset}`);
  }
  assert.equal(new Set(requests).size, requests.length);
  return requests.length;
}
