/**
 * Requests shadowed again because Kafka's own tool has reset offsets of a lane's invoker group: the lane ends, a new live run
 * goes on from the positions set, and the comparator, which nobody has stopped, follows.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { windowStart } from '@understudy/domain';
import type { Divergence, Run } from '@understudy/schemas-avro';
import { type IncomingRecord, partitionOf, readRuns, runsOf } from '@understudy/streams';
import { partitions } from '../proof/scenario.ts';
import { type QuotesStage, sendExchanges, startQuotes } from '../support/quotes-stage.ts';
import { waitFor } from '../support/wait-for.ts';

const windowMs = 1_000;
const timeoutMs = 60_000;

test('a reset of an invoker’s group ends the lane, and a new live run begins where it was set', async (t) => {
  const stage = await startQuotes(t, {
    name: 're-shadow',
    decision: 'denied',
    shadowTimeout: '2s',
    sessionTimeout: '4s',
    alerts: { stalledAfter: '5m' },
  });
  const requests = stage.topics.shared('requests');
  const keys = [...(await sendExchanges(stage, 4))];
  await published(stage, 'live', keys.length);
  const first = await windowsOf(stage, 'live');
  const second = first[1]?.windowStart ?? 0;

  // Back, all partitions: what was called is called again, beside what was published.
  await stage.invoker.process?.stop();
  await stage.resetOffsets('quotes.heavy.live.invoker', ['--topic', requests, '--to-datetime', iso(second)]);
  await stage.invoker.start();
  keys.push(...(await sendExchanges(stage, 2)));
  await ended(stage, 'live');
  const live = await windowsOf(stage, 'live');
  assert.deepEqual(live.slice(0, first.length), first, 'what was published stays');
  const runs = await runsNow(stage);
  const { end } = runs.get('quotes.heavy.live') ?? assert.fail();
  assert.ok(end !== null && live.every(({ windowEnd }) => windowEnd <= end));
  const next = runs.get('quotes.heavy.live-2') ?? assert.fail('no new run');
  assert.deepEqual([next.kind, next.start, next.source], ['live', second, 'quotes.heavy.live']);
  await untilWhole(stage, 'live-2');

  // Back, one partition only: until the others join in, windows are of one.
  const partition = partitionOf(keys[0] ?? '', partitions);
  await stage.invoker.process?.stop();
  const of = ['--topic', `${requests}:${partition}`, '--to-datetime', iso(second)];
  await stage.resetOffsets('quotes.heavy.live-2.invoker', of);
  await stage.invoker.start();
  keys.push(...(await sendExchanges(stage, 3)));
  await ended(stage, 'live-2');
  await untilWhole(stage, 'live-3', partition);
  const third = await windowsOf(stage, 'live-3');
  assert.ok(third.some(({ coverage }) => coverage?.covered === 1));
  assert.ok(third.some(({ coverage }) => coverage === null));

  assert.equal((await runsNow(stage)).size, 3);
  await stage.removeLogs();
});

/** Until a run has published windows with so many requests. */
async function published(stage: QuotesStage, run: string, sampled: number): Promise<void> {
  const look = async (): Promise<boolean> =>
    (await windowsOf(stage, run)).at(-1)?.running.sums.ledger.sampled === sampled;
  await waitFor(look, { what: `${sampled} requests in ${run}`, timeoutMs });
}

async function ended(stage: QuotesStage, run: string): Promise<void> {
  const look = async (): Promise<boolean> =>
    (await runsNow(stage)).get(`quotes.heavy.${run}`)?.state === 'ended';
  await waitFor(look, { what: `${run} to be ended`, timeoutMs });
}

/**
 * Until a run has closed the window before the last one, and then: each window has every request that was appended in it, or
 * those of the partition alone; and the run counts those of whole windows.
 */
async function untilWhole(stage: QuotesStage, run: string, partition: number | null = null): Promise<void> {
  const written = (await stage.read(stage.topics.shared('requests'))).filter(({ value }) => value !== null);
  const lastMs = Math.max(...written.map(({ timestampMs }) => timestampMs));
  const isNew = async (): Promise<boolean> =>
    ((await windowsOf(stage, run)).at(-1)?.windowEnd ?? 0) > lastMs - windowMs;
  await waitFor(isNew, { what: `the newest window of ${run}`, timeoutMs });
  const { start } = (await runsNow(stage)).get(`quotes.heavy.${run}`) ?? assert.fail();
  const windows = await windowsOf(stage, run);
  const starts = new Set(written.map(({ timestampMs }) => windowStart(timestampMs, windowMs)));
  const expected = [...starts].filter((at) => at >= start && at < (windows.at(-1)?.windowEnd ?? 0));
  let counted = 0;
  for (const { windowStart: at, coverage, window, running } of windows) {
    const isIn = (record: IncomingRecord): boolean =>
      windowStart(record.timestampMs, windowMs) === at &&
      (coverage === null || record.partition === partition);
    const sampled = written.filter(isIn).length;
    assert.equal(window.ledger.sampled, sampled, `${run}, the window of ${at}`);
    if (coverage === null) counted += sampled;
    assert.equal(running.sums.ledger.sampled, counted);
  }
  if (partition === null)
    assert.deepEqual(
      windows.map((each) => each.windowStart),
      expected.toSorted((a, b) => a - b),
    );
}

async function windowsOf(stage: QuotesStage, run: string): Promise<readonly Divergence[]> {
  return (await stage.divergence(`quotes.heavy.${run}`)).map(({ value }) => value);
}

async function runsNow({ streams, config }: QuotesStage): Promise<ReadonlyMap<string, Run>> {
  return readRuns(runsOf({ config, ...streams }));
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '');
}
