/**
 * A lane whose invoker is gone: requests arrive and its time stands still, so no window closes that could tell. The
 * alert is raised by the wall clock, once, whoever is killed in the meantime, and is resolved when the lane moves.
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import type { Config } from '@understudy/config';
import type { Alert } from '@understudy/schemas-avro';
import { readLog, type Streams } from '@understudy/streams';
import { Publisher } from '../proof/publisher.ts';
import type { ServiceSlot } from '../proof/service-slot.ts';
import { type QuotesStage, sendExchange, sendRequest, startQuotes } from '../support/quotes-stage.ts';
import { waitFor } from '../support/wait-for.ts';

const lane = 'quotes.heavy.live';
const timeoutMs = 120_000;

test('a lane that stands still is told once, though its comparator is killed, and once when it moves', async (t) => {
  const stage = await startQuotes(t, {
    name: 'stalled',
    decision: 'approved',
    shadowTimeout: '400ms',
    sessionTimeout: '2s',
    alerts: { stalledAfter: '2s', link: 'http://console' },
  });
  const { config, streams, comparator, invoker } = stage;
  const traffic = startTraffic(t, stage);
  await waitFor(async () => (await recordsIn(config, 'divergence')) > 0, { what: 'a window', timeoutMs });
  await waitFor(async () => (await readyz(comparator))?.ok === true, { what: 'readiness', timeoutMs });

  await invoker.process?.stop();
  await waitFor(async () => (await alertsIn(config, streams)).length > 0, { what: 'the alert', timeoutMs });
  const [firing] = await alertsIn(config, streams);
  assert.partialDeepStrictEqual(firing, {
    lane,
    rule: 'stalled',
    state: 'firing',
    link: `http://console/#${lane}`,
  });
  assert.match(
    firing?.reason ?? '',
    /shadow-invoker in partitions? [\d, ]+ .*requests wait for their shadow-responses/,
  );

  comparator.process?.kill('SIGKILL');
  await waitFor(() => !comparator.isRunning, { what: 'the comparator to be dead', timeoutMs });
  await comparator.start();
  // It has looked for long enough to raise an alert of its own, and has not.
  await waitFor(async () => ((await gauge(comparator, 'standing_seconds')) ?? 0) > 6, {
    what: 'the new watcher to see it stand',
    timeoutMs,
  });
  assert.equal((await alertsIn(config, streams)).length, 1);
  const health = await readyz(comparator);
  assert.equal(health?.ok, false);
  assert.match(JSON.stringify(health?.detail), new RegExp(`"lane":"${lane}","reason":"by the wall clock`));

  await invoker.start();
  await waitFor(async () => (await alertsIn(config, streams)).length > 1, { what: 'its end', timeoutMs });
  const [, resolved, ...others] = await alertsIn(config, streams);
  assert.partialDeepStrictEqual(resolved, {
    lane,
    rule: 'stalled',
    state: 'resolved',
    identity: firing?.identity,
  });
  assert.deepEqual(others, []);

  await traffic.stop();
  await waitFor(async () => (await gauge(comparator, 'lane_age_seconds')) === 0, {
    what: 'an idle lane to have nothing that waits',
    timeoutMs: 120_000,
  });
  await waitFor(async () => (await readyz(comparator))?.ok === true, { what: 'readiness', timeoutMs });
  await stage.removeLogs();
});

/** Exchanges as the gateway writes them, ten a second; and requests of an experiment that nobody watches. */
function startTraffic(t: TestContext, { streams, config }: QuotesStage): { stop(): Promise<void> } {
  const publisher = new Publisher(streams, config.kafka.prefix);
  const beat = setInterval(() => {
    sendExchange(publisher);
    sendRequest(publisher, 'refunds');
  }, 100);
  let closing: Promise<void> | null = null;
  const stop = (): Promise<void> => {
    clearInterval(beat);
    if (closing === null) sendRequest(publisher, 'refunds');
    return (closing ??= publisher.close());
  };
  t.after(stop);
  return { stop };
}

/** Those of the rule: a slow machine may give rise to others. */
async function alertsIn(config: Config, { connection, registry }: Streams): Promise<readonly Alert[]> {
  const alerts: Alert[] = [];
  for await (const { value } of readLog(connection, { topic: `${config.kafka.prefix}alerts` }))
    if (value !== null) alerts.push(await registry.decode('alert', value));
  return alerts.filter(({ rule }) => rule === 'stalled');
}

async function recordsIn({ kafka }: Config, topic: string): Promise<number> {
  let records = 0;
  for await (const _ of readLog(
    { brokers: kafka.brokers, clientId: 'test' },
    { topic: kafka.prefix + topic },
  ))
    records += 1;
  return records;
}

/** Where the process that runs now serves metrics and health; null as long as it doesn't. */
async function ask({ process }: ServiceSlot, path: string): Promise<string | null> {
  const log = process === null ? '' : await readFile(process.logFile, 'utf8');
  const address = /"address":"(http:[^"]+)".*"metrics and health"/.exec(log)?.[1];
  if (address === undefined) return null;
  const response = await fetch(address + path).catch(() => null);
  return response === null ? null : response.text();
}

async function readyz(slot: ServiceSlot): Promise<{ ok: boolean; detail: unknown } | null> {
  const text = await ask(slot, '/readyz');
  return text === null ? null : (JSON.parse(text) as { ok: boolean; detail: unknown });
}

async function gauge(slot: ServiceSlot, name: string): Promise<number | null> {
  const text = await ask(slot, '/metrics');
  const value = new RegExp(`^understudy_comparator_${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(text ?? '')?.[1];
  return value === undefined ? null : Number(value);
}
