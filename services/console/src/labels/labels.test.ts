import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { compileComparison, isRight } from '@understudy/comparison';
import { parseConfig } from '@understudy/config';
import type { Label } from '@understudy/schemas-avro';
import { createMetrics, type Metrics } from '@understudy/telemetry';
import { below, drawing } from '../../test/draws.ts';
import { waitFor } from '../../../../test/support/wait-for.ts';
import { openTestStore, type TestStore } from '../../test/open-test-store.ts';
import { agreeing, boosted, differing, label } from '../../test/labelled.ts';
import { experimentOf, type LabelledExperiment, labelledExperiments } from './judged-pairs.ts';
import { countLabels, countWaiting, type LabelCounts } from './label-counts.ts';
import { createLabelMetrics, type LabelMetrics } from './label-metrics.ts';
import { labelRows } from './label-rows.ts';
import { Labels } from './labels.ts';

const quotes = 'quotes.heavy.live';

const yaml = `
kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:2' }, { name: repaired, url: 'http://127.0.0.1:3' }]
    comparison: { kind: class, label: /decision }
  - name: quotes
    route: { path: /quote }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: heavy, url: 'http://127.0.0.1:2' }]
    comparison: { kind: number, value: /price, absoluteTolerance: 1, relativeTolerance: 0.01 }
  - name: texts
    route: { path: /text }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: other, url: 'http://127.0.0.1:2' }]
    comparison: { kind: json }
`;

type RightCounts = Pick<LabelCounts, 'bothRight' | 'productionOnly' | 'shadowOnly' | 'neither'>;

const none: RightCounts = { bothRight: 0, productionOnly: 0, shadowOnly: 0, neither: 0 };

interface Started extends TestStore {
  readonly experiments: ReadonlyMap<string, LabelledExperiment>;
  readonly metrics: Metrics;
  readonly labelMetrics: LabelMetrics;
  readonly addLabel: (given: Label, logTime?: number) => Promise<void>;
  readonly counts: (lane?: string, since?: number) => Promise<RightCounts>;
}

async function start(t: TestContext): Promise<Started> {
  const store = await openTestStore(t);
  const { experiments: configs } = parseConfig({ text: yaml, file: 'test.yaml', env: {} });
  const experiments = labelledExperiments(configs);
  const metrics = createMetrics({ service: 'console' });
  const labelMetrics = createLabelMetrics(metrics);
  return {
    ...store,
    experiments,
    metrics,
    labelMetrics,
    addLabel: (given, logTime = 0) =>
      store.add(labelRows(given, { logTime, experiments, metrics: labelMetrics })),
    counts: async (lane = boosted, since = 0) => {
      const experiment = experimentOf(lane, experiments) ?? assert.fail('no such lane');
      const { bothRight, productionOnly, shadowOnly, neither } = await countLabels(
        store.connection,
        { lane, experiment, since },
        0,
      );
      return { bothRight, productionOnly, shadowOnly, neither };
    },
  };
}

suite('labels', () => {
  test('either side is judged on the same pairs, whichever came first, the pair or its label', async (t) => {
    const { addComparison, addLabel, counts } = await start(t);
    await addComparison(agreeing('"approved"', 'a', 'b', 'never-labelled'));
    await addComparison(differing('c', '"approved"', '"denied"'));
    await addLabel(label('d', 'denied'));
    assert.deepEqual(await counts(), none);
    await addLabel(label('a', 'approved'));
    await addLabel(label('b', 'denied'));
    await addLabel(label('c', 'denied'));
    assert.deepEqual(await counts(), { ...none, bothRight: 1, neither: 1, shadowOnly: 1 });
    await addComparison(differing('d', '"approved"', '"denied"'));
    assert.deepEqual(await counts(), { ...none, bothRight: 1, neither: 1, shadowOnly: 2 });
    assert.deepEqual(await counts('mortgage.repaired.live'), none, 'it has no pairs');
  });

  test('of several labels of an id the newest counts, before the pair comes and after', async (t) => {
    const { addComparison, addLabel, counts } = await start(t);
    await addComparison(agreeing('"approved"', 'a'));
    await addLabel(label('a', 'approved'));
    await addLabel(label('a', 'denied'));
    await addLabel(label('b', 'denied'));
    await addLabel(label('b', 'approved'));
    await addComparison(agreeing('"approved"', 'b'));
    assert.deepEqual(await counts(), { ...none, bothRight: 1, neither: 1 });
  });

  test('a pair that is judged again keeps its label, and counts once', async (t) => {
    const { addComparison, addLabel, counts } = await start(t);
    await addComparison(agreeing('"approved"', 'a', 'b'));
    await addLabel(label('a', 'approved'));
    await addComparison(differing('a', '"approved"', '"denied"'), 1);
    assert.deepEqual(await counts(), { ...none, productionOnly: 1 });
  });

  test('where the caller gave no id, the exchange id is the id', async (t) => {
    const { addComparison, addLabel, counts } = await start(t);
    await addComparison(agreeing('"approved"', 'x1'));
    await addComparison(differing('x2', '"approved"', '"denied"'));
    await addComparison(agreeing('"approved"', 'a'));
    for (const id of ['x1', 'x2', 'x-a']) await addLabel(label(id, 'approved'));
    assert.deepEqual(await counts(), { ...none, bothRight: 1, productionOnly: 1 });
  });

  test('diverging pairs that were not kept count as well; pairs before the lane’s beginning do not', async (t) => {
    const { addComparison, addLabel, counts } = await start(t);
    const { agreeing: packed, ...window } = agreeing('"approved"', 'a', 'b');
    await addComparison({ ...window, agreeing: null, unkept: packed });
    await addLabel(label('b', 'approved'));
    assert.deepEqual(await counts(), { ...none, bothRight: 1 });
    assert.deepEqual(await counts(boosted, 1), none);
  });

  test('labels of another experiment, or of what can be no answer, are not counted', async (t) => {
    const { addComparison, addLabel, counts, metrics, connection, experiments } = await start(t);
    await addComparison(agreeing('"approved"', 'a', 'b'));
    await addComparison(agreeing(null, 'c'));
    await addLabel(label('a', 5, 'quotes'));
    await addLabel(label('a', 'approved', 'unheard-of'));
    await addLabel(label('a', 'approved', 'texts'));
    await addLabel(label('b', ['approved']));
    await addLabel({ ...label('b', ''), value: 'approved' });
    await addLabel(label('c', 'approved'));
    await addLabel(label('of-nobody', 'approved'));
    assert.deepEqual(await counts(), none);
    assert.match(await metrics.text(), /labels_unusable_total\{experiment="mortgage",service="console"\} 2/);
    const experiment = experimentOf(boosted, experiments) ?? assert.fail('no experiment');
    assert.equal(await countWaiting(connection, { lane: boosted, experiment, since: 0 }), 1);
    assert.equal(experimentOf('texts.other.live', experiments), null);
  });

  test('numbers are right where the comparison’s tolerances would let them agree, in the last bit', async (t) => {
    const { addComparison, addLabel, counts } = await start(t);
    const plan = compileComparison({
      kind: 'number',
      value: '/price',
      absoluteTolerance: 1,
      relativeTolerance: 0.01,
    });
    const draw = drawing(5);
    const expected = { ...none };
    for (let n = 0; n < 60; n += 1) {
      const truth = n === 0 ? 0 : (below(draw, 8_000) - 4_000) / 10;
      const off = (): number => truth + ([0, 1, -1, 0.01 * truth, 0.02 * truth, 9, -7][below(draw, 7)] ?? 0);
      const [production, shadow] = [JSON.stringify(off()), JSON.stringify(off())];
      await addComparison({ ...differing(`n${n}`, production, shadow), lane: quotes });
      await addLabel(label(`n${n}`, truth, 'quotes'));
      const right = [production, shadow].map((output) => isRight(plan, output, String(truth)));
      const outcome = right[0]
        ? right[1]
          ? 'bothRight'
          : 'productionOnly'
        : right[1]
          ? 'shadowOnly'
          : 'neither';
      expected[outcome] += 1;
    }
    assert.ok(
      Object.values(expected).every((count) => count > 3),
      JSON.stringify(expected),
    );
    assert.deepEqual(await counts(quotes), expected);
  });
});

test('a lane’s view is at hand, new when something was stored, and forgotten with the lane', async (t) => {
  const { writer, connection, experiments, metrics, labelMetrics, addComparison, addLabel } = await start(t);
  const changed: string[] = [];
  const labels = new Labels({
    connection,
    experiments,
    sinceOf: () => 0,
    onChanged: (lane) => changed.push(lane),
    metrics: labelMetrics,
    onOver: (error) => assert.fail(error),
  });
  writer.listen((batch) => labels.stored(batch));
  for (const lane of [boosted, 'mortgage.repaired.live', 'texts.other.live']) labels.follow(lane);
  await addComparison(agreeing('"approved"', ...Array.from({ length: 200 }, (_, n) => `r${n}`)));
  for (let n = 0; n < 200; n += 1) await addLabel(label(`r${n}`, n < 190 ? 'approved' : 'denied'));
  await waitFor(() => labels.of(boosted)?.labelled === 200, { what: 'the view', timeoutMs: 20_000 });
  const { estimate, lower, upper } = labels.of(boosted)?.shadow ?? assert.fail('no view');
  assert.deepEqual(
    [estimate, lower, upper].map((share) => share?.toFixed(3)),
    ['0.950', '0.877', '0.987'],
  );
  assert.deepEqual([labels.of('mortgage.repaired.live'), labels.of('texts.other.live')], [null, null]);
  assert.deepEqual([...new Set(changed)], [boosted]);
  assert.match(
    await metrics.text(),
    /labels_joined_records\{lane="mortgage.boosted.live",service="console"\} 200/,
  );
  labels.forget(boosted);
  assert.equal(labels.of(boosted), null);
  assert.doesNotMatch(await metrics.text(), /_records\{lane="mortgage\.boosted\.live"/);
  await labels.close();
});
