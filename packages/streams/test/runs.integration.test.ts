import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { testCluster } from '../../../test/support/cluster.ts';
import { changeRun, ensureRun, type EnsureRunOptions, findRun } from '../src/lanes/runs.ts';
import { RecordRegistry } from '../src/registry/record-registry.ts';
import { bareKafka, connectionTo, freshPrefix } from './support/kafka.ts';
import { createTopic } from './support/topics.ts';
import { waitUntil } from './support/wait-for.ts';

const cluster = await testCluster();
after(() => cluster.stop());

suite('a lane’s run', () => {
  async function prepare(): Promise<Omit<EnsureRunOptions, 'startMs'>> {
    const prefix = freshPrefix('runs');
    const connection = connectionTo(cluster.brokers[0] ?? '');
    const registry = await RecordRegistry.open({ url: cluster.registryUrl });
    await createTopic(connection, `${prefix}runs`);
    await registry.register('run', `${prefix}runs`);
    const lane = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };
    return { connection, registry, prefix, partitions: 1, lane, windowMs: 1_000 };
  }

  test('is recorded once, however many ask for it at once', async () => {
    const options = await prepare();
    const starts = [10_000, 20_000, 30_000];
    const runs = await Promise.all(starts.map((startMs) => ensureRun({ ...options, startMs })));
    assert.equal(new Set(runs.map(({ start }) => start)).size, 1);
    assert.equal((await ensureRun({ ...options, startMs: 40_000 })).start, runs[0]?.start);
  });

  test('is changed by one after the other, however many do it at once; a refused change writes nothing', async () => {
    const options = await prepare();
    const { lane } = options;
    await assert.rejects(
      changeRun(options, lane, () => null),
      { code: 'state-mismatch' },
    );
    await ensureRun({ ...options, startMs: 10_000 });
    const gaps = [0, 1, 2].map((partition) => ({ partition, from: 0, to: 1_000, reason: 'none' }));
    const changes = gaps.map((gap) =>
      changeRun(options, lane, (run) => {
        const isThere = run?.gaps.some(({ partition }) => partition === gap.partition);
        return run === null || isThere === true ? null : { ...run, gaps: [...run.gaps, gap] };
      }),
    );
    await Promise.all(changes);
    const found = (await findRun(options, lane))?.gaps.map(({ partition }) => partition);
    assert.deepEqual(found?.toSorted(), [0, 1, 2]);
    const refusal = new Error('not now');
    await assert.rejects(
      changeRun(options, lane, () => {
        throw refusal;
      }),
      refusal,
    );
  });

  test('is read as it was changed, by whoever comes after the change', async () => {
    const options = await prepare();
    const { lane } = options;
    await ensureRun({ ...options, startMs: 10_000 });
    for (let change = 0; change < 10; change += 1) {
      const state = change % 2 === 0 ? 'paused' : 'running';
      assert.equal((await changeRun(options, lane, (run) => run && { ...run, state })).state, state);
      assert.equal((await findRun(options, lane))?.state, state, `after change ${change}`);
    }
  });

  test('is recorded once though another lane’s open transaction hides it', async () => {
    const options = await prepare();
    const stranger = bareKafka(cluster.brokers).producer({
      transactionalId: `${options.prefix}stranger`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await stranger.connect();
    const open = await stranger.transaction();
    const topic = `${options.prefix}runs`;
    await open.send({ topic, messages: [{ partition: 0, key: 'mortgage.other.live', value: 'x' }] });
    let isDone = false;
    const both = ensureRun({ ...options, startMs: 10_000 })
      .then(() => ensureRun({ ...options, startMs: 20_000 }))
      .finally(() => (isDone = true));
    // Who did not wait would be done by then, and the second one have recorded another run.
    await assert.rejects(
      waitUntil('both are done', 2_000, () => isDone),
      /in vain/,
    );
    await open.abort();
    await stranger.disconnect();
    assert.equal((await both).start, 10_000);
  });
});
