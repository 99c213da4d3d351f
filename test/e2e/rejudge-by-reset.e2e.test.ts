/**
 * A lane's windows judged again because Kafka's own tool has reset offsets of the comparator's group, while its processes
 * were stopped. The same windows come out as the same bytes, marked as a newer judgement; what was not reset, or lies before
 * it, stays as it was; alerts that subscribers know are not sent again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgementOf } from '@understudy/domain';
import type { Divergence } from '@understudy/schemas-avro';
import { type IncomingRecord, partitionOf } from '@understudy/streams';
import { Publisher } from '../proof/publisher.ts';
import { partitions } from '../proof/scenario.ts';
import { quotesLane, type QuotesStage, sendExchanges, startQuotes } from '../support/quotes-stage.ts';
import { waitFor } from '../support/wait-for.ts';

const name = 'quotes.heavy.live';
const timeoutMs = 60_000;

test('offsets that Kafka’s own tool has reset are judged again, to the same bytes', async (t) => {
  const stage = await startQuotes(t, {
    name: 'reset',
    decision: 'denied',
    shadowTimeout: '2s',
    sessionTimeout: '4s',
    alerts: { falseAlarms: '1m', stalledAfter: '5m' },
  });
  const { comparator, topics } = stage;
  const reset = (...how: readonly string[]): Promise<void> => stage.resetOffsets(`${name}.comparator`, how);
  await sendPoison(stage);
  const keys = [...(await sendExchanges(stage, 6))];
  const judged = (judgement: number): Promise<Judged> => judgedSoFar(stage, { judgement, sent: keys.length });
  const first = await judged(0);
  const told = (await stage.read(topics.shared('alerts'))).length;
  assert.ok(told > 0, 'a shadow that always differs raises an alert');
  const starts = [...new Set(first.divergence.map(({ value }) => value.windowStart))].toSorted(
    (a, b) => a - b,
  );
  const third = starts[2] ?? 0;
  const partition = partitionOf(keys[keys.length >> 1] ?? '', partitions);

  await comparator.process?.stop();
  await reset('--topic', `${topics.shared('requests')}:${partition}`, '--to-datetime', iso(third));
  await comparator.start();
  const again = await judged(1);
  const since = boundaryOf(again, 1);
  assert.ok(
    since >= third && since < (starts.at(-1) ?? 0),
    'one partition was reset: all go back to its boundary',
  );
  assertSame(first, again, { since, judgement: 1 });
  assert.equal((await stage.read(topics.shared('alerts'))).length, told, 'subscribers know these alerts');

  await comparator.process?.stop();
  await reset('--all-topics', '--to-earliest');
  await comparator.start();
  const all = await judged(2);
  assertSame(first, all, { since: 0, judgement: 2 });

  // Of another input alone: undone. The lane goes on where it was, with sums that go on too.
  await comparator.process?.stop();
  await reset('--topic', topics.shared('production-responses'), '--to-earliest');
  await comparator.start();
  keys.push(...(await sendExchanges(stage, 1)));
  const later = await judged(3);
  assert.deepEqual(
    starts.filter((start) => later.divergence.some(isOf(start, 3))),
    [],
  );
  assert.equal((await stage.read(topics.shared('alerts'))).length, told);
  assert.equal(
    (await stage.read(topics.shared('shadow-dead-letters'))).length,
    1,
    'what can not be read is among the dead letters once',
  );
  await stage.removeLogs();
});

interface Judged {
  readonly divergence: readonly { readonly value: Divergence; readonly record: IncomingRecord }[];
  /** Text of what each comparison says, and its judgement, by partition and in their order. */
  readonly comparisons: readonly {
    readonly windowStart: number;
    readonly judgement: number;
    readonly bytes: string;
  }[];
}

function isOf(start: number, judgement: number) {
  return ({ value, record }: Judged['divergence'][number]): boolean =>
    value.windowStart === start && judgementOf(record.headers) === judgement;
}

/** The first window of a judgement. */
function boundaryOf({ divergence }: Judged, judgement: number): number {
  const starts = divergence.filter(({ record }) => judgementOf(record.headers) === judgement);
  return Math.min(...starts.map(({ value }) => value.windowStart));
}

function assertSame(
  first: Judged,
  again: Judged,
  { since, judgement }: { since: number; judgement: number },
): void {
  const bytes = (judged: Judged, of: number): string[] =>
    judged.divergence
      .filter(({ value, record }) => value.windowStart >= since && judgementOf(record.headers) === of)
      .map(({ record }) => `${record.key?.toString()} ${record.value?.toString('hex')}`);
  assert.deepEqual(bytes(again, judgement), bytes(first, 0));
  const pairs = (judged: Judged, of: number): string[] =>
    judged.comparisons
      .filter((pair) => pair.windowStart >= since && pair.judgement === of)
      .map((pair) => pair.bytes);
  assert.ok(pairs(first, 0).length > 0);
  assert.deepEqual(pairs(again, judgement), pairs(first, 0));
  assert.equal(
    again.divergence.filter(
      ({ value, record }) => value.windowStart < since && judgementOf(record.headers) === judgement,
    ).length,
    0,
  );
}

function iso(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('Z', '');
}

/** What a lane has published, as soon as its newest record is of a judgement and counts everything that was sent. */
async function judgedSoFar(
  stage: QuotesStage,
  { judgement, sent }: { readonly judgement: number; readonly sent: number },
): Promise<Judged> {
  const { registry } = stage.streams;
  let divergence: Judged['divergence'] = [];
  await waitFor(
    async () => {
      divergence = await stage.divergence(name);
      const newest = divergence.at(-1);
      if (newest === undefined || judgementOf(newest.record.headers) !== judgement) return false;
      return newest.value.running.sums.ledger.sampled === sent;
    },
    { what: `${sent} requests in the newest window's running sums`, timeoutMs },
  );
  const comparisons: Judged['comparisons'][number][] = [];
  for (const { value, headers } of await stage.read(stage.topics.comparisons(quotesLane))) {
    if (value === null) continue;
    const { windowStart } = await registry.decode('comparison', value);
    comparisons.push({ windowStart, judgement: judgementOf(headers), bytes: value.toString('hex') });
  }
  return { divergence, comparisons };
}

/** One response that can't be read. */
async function sendPoison({ streams, config }: QuotesStage): Promise<void> {
  const publisher = new Publisher(streams, config.kafka.prefix);
  publisher.raw('production-responses', 'poison', Buffer.from('?'));
  await publisher.close();
}
