/**
 * What a lane has to read is gone: records that retention has deleted, offsets that have expired. The partition stands still
 * until a person accepts that its windows are not covered; then it goes on, and those windows are the other partitions'.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { windowStart } from '@understudy/domain';
import { type IncomingRecord, partitionOf } from '@understudy/streams';
import { withAdmin } from '../proof/passes/judge-again.ts';
import { partitions } from '../proof/scenario.ts';
import { quotesLane, type QuotesStage, sendExchanges, startQuotes } from '../support/quotes-stage.ts';
import { waitFor } from '../support/wait-for.ts';

const name = 'quotes.heavy.live';
const windowMs = 1_000;
const timeoutMs = 60_000;

test('a lane goes on without what is gone, as soon as a person has accepted it', async (t) => {
  const stage = await startQuotes(t, {
    name: 'gaps',
    decision: 'approved',
    shadowTimeout: '2s',
    sessionTimeout: '4s',
    alerts: { stalledAfter: '5m' },
  });
  const { topics, invoker, comparator, understudy } = stage;
  const requests = topics.shared('requests');
  const stop = async (): Promise<void> => {
    await Promise.all([invoker.process?.stop(), comparator.process?.stop()]);
  };
  const start = async (): Promise<void> => {
    await Promise.all([invoker.start(), comparator.start()]);
    await waitFor(() => comparator.isUp && invoker.isUp, { what: 'the services', timeoutMs });
  };
  const written = new Map<string, IncomingRecord>();
  const remember = async (): Promise<void> => {
    for (const record of await stage.read(requests))
      if (record.value !== null) written.set(`${record.partition}@${record.offset}`, record);
  };

  await sendExchanges(stage, 2);
  await untilNewest(stage, (sampled) => sampled === 40);
  assert.match(await understudy('gaps', 'list'), /^No lane stands still for records that are gone\.$/m);

  // Retention takes what nobody has read of one partition.
  await stop();
  const [key = ''] = await sendExchanges(stage, 2);
  const partition = partitionOf(key, partitions);
  await remember();
  const end = (await stage.streams.admin.bounds(requests))[partition]?.end ?? 0;
  await withAdmin(stage.config, async (admin) => {
    await admin.fetchTopicOffsets(requests); // it deletes only where it knows the leader
    await admin.deleteTopicRecords({ topic: requests, partitions: [{ partition, offset: String(end) }] });
  });
  await start();
  await waitFor(() => invoker.log.includes('is halted') && comparator.log.includes('is halted'), {
    what: 'both to halt',
    timeoutMs,
  });
  const list = await understudy('gaps', 'list');
  assert.match(
    list,
    new RegExp(
      `^${name}, partition ${partition}: the shadow-invoker has to go on at .*; the comparator`,
      'm',
    ),
  );
  assert.ok(list.includes(`understudy gaps accept ${name} --partition ${partition} `));
  await understudy('gaps', 'accept', name, '--partition', String(partition), '--reason', 'the disk was full');
  await assert.rejects(understudy('gaps', 'accept', name, '--reason', 'again'), /Nothing is missing/);
  await sendExchanges(stage, 3);
  await remember();
  const after = Math.max(...[...written.values()].map(({ timestampMs }) => timestampMs)) - 2 * windowMs;
  await untilNewest(stage, (_, windowEnd) => windowEnd > after);
  const accepted = await partialWindows(stage);
  assert.ok(accepted.length > 0);
  await assertCounted(stage, written, partition);
  const at = new Date(accepted[0] ?? 0).toISOString();
  assert.match(await understudy('verify', name, at), /same/);

  // Kafka forgets what groups without members had committed.
  await stop();
  const group = `${stage.config.kafka.prefix}${name}`;
  await withAdmin(stage.config, async (admin) => {
    await admin.deleteGroups([`${group}.invoker`, `${group}.comparator`]);
  });
  await start();
  await waitFor(() => invoker.log.includes('what was committed has expired'), {
    what: 'the invoker to halt',
    timeoutMs,
  });
  assert.match(await understudy('gaps', 'list'), /what the shadow-invoker had committed has expired/);
  await understudy('gaps', 'accept', name, '--reason', 'nobody was there');
  const before = (await stage.divergence(name)).length;
  await sendExchanges(stage, 3);
  await waitFor(async () => (await stage.divergence(name)).length > before + 1, {
    what: 'new windows',
    timeoutMs,
  });
  const starts = (await stage.divergence(name)).map(({ value }) => value.windowStart);
  assert.equal(new Set(starts).size, starts.length, 'no window is published twice');
  await assertCalledOnce(stage);
  await stage.removeLogs();
});

/** Until the newest window says so of the run's sampled requests, and of its end. */
async function untilNewest(
  stage: QuotesStage,
  isIt: (sampled: number, windowEnd: number) => boolean,
): Promise<void> {
  const look = async (): Promise<boolean> => {
    const newest = (await stage.divergence(name)).at(-1)?.value;
    return newest !== undefined && isIt(newest.running.sums.ledger.sampled, newest.windowEnd);
  };
  await waitFor(look, { what: 'the newest window', timeoutMs });
}

async function partialWindows(stage: QuotesStage): Promise<readonly number[]> {
  const windows = await stage.divergence(name);
  return windows.flatMap(({ value }) => (value.coverage === null ? [] : [value.windowStart]));
}

/** Each window has all requests that were appended in it, or all but the partition's; and the run has those of whole windows. */
async function assertCounted(
  stage: QuotesStage,
  written: ReadonlyMap<string, IncomingRecord>,
  partition: number,
): Promise<void> {
  let counted = 0;
  for (const { value } of await stage.divergence(name)) {
    const { windowStart: start, coverage, window, running } = value;
    const inWindow = [...written.values()].filter(
      (record) => windowStart(record.timestampMs, windowMs) === start,
    );
    const covered =
      coverage === null ? inWindow : inWindow.filter((record) => record.partition !== partition);
    assert.equal(window.ledger.sampled, covered.length, `the window of ${start}`);
    if (coverage === null) counted += covered.length;
    else assert.deepEqual({ ...coverage }, { covered: partitions - 1, of: partitions });
    assert.equal(running.sums.ledger.sampled, counted);
  }
}

/** Each request has one first response. */
async function assertCalledOnce({ streams, topics, read }: QuotesStage): Promise<void> {
  const seen = new Set<string>();
  for (const { partition, value } of await read(topics.shadowResponses(quotesLane))) {
    if (value === null) continue;
    const { kind, requestOffset } = await streams.registry.decode('shadow-response', value);
    if (kind !== 'first') continue;
    assert.ok(!seen.has(`${partition}@${requestOffset}`), 'it is called again');
    seen.add(`${partition}@${requestOffset}`);
  }
}
