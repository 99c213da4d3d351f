/**
 * Two models that remember: each answers with all that its session has asked so far. They agree as long as the shadow is asked
 * the same in the same order, so their agreement proves the order, across a kill -9 with calls under way.
 */
import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { topicNames } from '@understudy/domain';
import type { ShadowResponse } from '@understudy/schemas-avro';
import { kafkaConnection, readLog, RecordRegistry } from '@understudy/streams';
import { createLogger } from '@understudy/telemetry';
import { testCluster } from '../support/cluster.ts';
import { newestDivergence } from '../support/newest-divergence.ts';
import { startPipeline } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';

const sessions = ['ada', 'ben', 'cem', 'dan', 'eve', 'fay', 'broken'];
const limitMs = 60_000;
const lane = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };

/** A model that remembers. What it was asked before, by its id, it answers as it did then. */
class RememberingModel {
  readonly asked = new Map<string, string[]>();
  readonly #decisions = new Map<string, string>();
  readonly #held: (() => void)[] = [];
  /** Requests are heard, and not answered. */
  isHolding = false;
  /** Answers with an error, and forgets the request. */
  fails: (session: string, request: string) => boolean = () => false;

  get held(): number {
    return this.#held.length;
  }

  release(): void {
    this.isHolding = false;
    for (const answer of this.#held.splice(0)) answer();
  }

  readonly listener: RequestListener = (request, response) => {
    const session = String(request.headers['x-session-id']);
    void text(request).then((body) => {
      if (this.fails(session, body)) return response.writeHead(500).end();
      const decision = this.#decide(session, body, String(request.headers['x-exchange-id'] ?? body));
      const answer = (): ServerResponse =>
        response.setHeader('content-type', 'application/json').end(JSON.stringify({ decision }));
      return this.isHolding ? this.#held.push(answer) : answer();
    });
  };

  #decide(session: string, body: string, id: string): string {
    const known = this.#decisions.get(id);
    if (known !== undefined) return known;
    const asked = this.asked.get(session) ?? [];
    asked.push(body);
    this.asked.set(session, asked);
    const decision = asked.join(' ');
    this.#decisions.set(id, decision);
    return decision;
  }
}

test('a shadow that remembers agrees with production, though its invoker is killed; a broken session stays broken', async (t) => {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const production = new RememberingModel();
  const shadow = new RememberingModel();
  shadow.fails = (session, request) => session === 'broken' && request === 'broken-1';
  const pipeline = await startPipeline(t, cluster, {
    production: production.listener,
    shadow: shadow.listener,
    session: { header: 'x-session-id', ordered: true },
  });
  const { config, route } = pipeline;
  const ask = async (from: number, to: number): Promise<void> => {
    const talking = sessions.map(async (session) => {
      for (let n = from; n <= to; n += 1) {
        const headers = { 'x-session-id': session, 'content-type': 'text/plain' };
        const { status } = await fetch(route, { method: 'POST', headers, body: `${session}-${n}` });
        assert.equal(status, 200);
      }
    });
    await Promise.all(talking);
  };
  const registry = await RecordRegistry.open({ url: config.registry.url });
  const connection = kafkaConnection(config, 'test', createLogger({ service: 'test', level: 'warn' }));
  const firsts = async (): Promise<readonly ShadowResponse[]> => {
    const found: ShadowResponse[] = [];
    const topic = topicNames(config.kafka.prefix).shadowResponses(lane);
    for await (const { value } of readLog(connection, { topic })) {
      if (value === null) continue;
      const response = await registry.decode('shadow-response', value);
      if (response.kind === 'first') found.push(response);
    }
    return found;
  };
  const untilDone = (requests: number): Promise<void> =>
    waitFor(async () => (await firsts()).length === requests, {
      what: `${requests} shadow responses`,
      timeoutMs: limitMs,
    });

  await ask(0, 2);
  await untilDone(3 * sessions.length);
  shadow.isHolding = true;
  await ask(3, 5);
  await waitFor(() => shadow.held >= sessions.length - 1, { what: 'calls under way', timeoutMs: limitMs });
  await pipeline.killInvoker();
  shadow.release();
  await ask(6, 6);
  await untilDone(7 * sessions.length);

  const whole = sessions.filter((session) => session !== 'broken');
  for (const session of whole) assert.deepEqual(shadow.asked.get(session), production.asked.get(session));
  assert.deepEqual(shadow.asked.get('broken'), ['broken-0'], 'it is not asked behind what it failed');
  const { running } = await newestDivergence(config, {
    isIt: ({ running: { sums } }) => sums.ledger.sampled === 7 * sessions.length,
    what: 'a window behind all of them',
  });
  const { ledger } = running.sums;
  assert.equal(ledger.compared, 7 * whole.length + 1);
  assert.deepEqual({ ...ledger.notCompared }, { 'shadow-failed': 1, 'session-broken': 5 });
  // One of them failed, which counts; none was answered differently.
  assert.equal(running.sums.agreed, ledger.compared);
});
