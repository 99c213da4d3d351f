import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { compileComparison } from '@understudy/comparison';
import { parseConfig } from '@understudy/config';
import type { Comparison } from '@understudy/schemas-avro';
import { createMetrics, type Metrics } from '@understudy/telemetry';
import { createLabelMetrics } from './label-metrics.ts';
import { Labels } from './labels.ts';
import { LaneLabels } from './lane-labels.ts';

const boosted = 'mortgage.boosted.live';

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
    comparison: { kind: number, value: /price, absoluteTolerance: 1 }
`;

function start(): { labels: Labels; metrics: Metrics } {
  const { experiments } = parseConfig({ text: yaml, file: 'test.yaml', env: {} });
  const metrics = createMetrics({ service: 'console' });
  return { labels: new Labels({ experiments, metrics: createLabelMetrics(metrics) }), metrics };
}

/** A record of pairs whose sides both answered `output`; an id that begins with x is the exchange's own. */
function agreeing(output: string | null, ...ids: readonly string[]): Comparison {
  return {
    lane: boosted,
    windowStart: 0,
    windowEnd: 5_000,
    recovery: false,
    diverging: null,
    unkept: null,
    agreeing: {
      exchangeIds: ids.map((id) => (id.startsWith('x') ? id : `x-${id}`)),
      requestOffsets: ids.map((_, offset) => offset),
      requestIds: ids.map((id) => (id.startsWith('x') ? null : id)),
      productionOutputs: ids.map(() => output),
      shadowOutputs: ids.map(() => output),
    },
  };
}

function differing(id: string, production: string, shadow: string): Comparison {
  const [exchangeId, requestId] = id.startsWith('x') ? [id, null] : [`x-${id}`, id];
  return {
    ...agreeing(null),
    agreeing: null,
    diverging: {
      exchangeId,
      requestId,
      requestTime: 0,
      requestOffset: 0,
      productionOffset: 0,
      shadowOffset: 0,
      score: 0,
      differences: [],
      segments: {},
      requestBody: Buffer.alloc(0),
      productionBody: Buffer.alloc(0),
      shadowBody: Buffer.alloc(0),
      productionLatencyMs: 1,
      shadowLatencyMs: 1,
      productionOutput: production,
      shadowOutput: shadow,
    },
  };
}

function label(requestId: string, value: unknown, experiment = 'mortgage') {
  return { requestId, experiment, value: JSON.stringify(value), observedTime: 0 };
}

/** `labelled production shadow`: how many, and how many of them each side got right. */
function counts(labels: Labels, lane = boosted): string {
  const found = labels.accuracyOf(lane);
  if (found === null) return 'none';
  const right = ({ estimate }: { estimate: number | null }): number => (estimate ?? NaN) * found.labelled;
  return `${found.labelled} ${right(found.production)} ${right(found.shadow)}`;
}

suite('labels', () => {
  test('either side is judged on the same pairs, whichever came first, the pair or its label', () => {
    const { labels } = start();
    assert.equal(labels.accuracyOf(boosted), null);
    labels.addComparison(agreeing('"approved"', 'a', 'b', 'never-labelled'));
    labels.addComparison(differing('c', '"approved"', '"denied"'));
    labels.addLabel(label('d', 'denied'));
    assert.equal(counts(labels), 'none');
    labels.addLabel(label('a', 'approved'));
    labels.addLabel(label('b', 'denied'));
    labels.addLabel(label('c', 'denied'));
    assert.equal(counts(labels), '3 1 2');
    labels.addComparison(differing('d', '"approved"', '"denied"'));
    assert.equal(counts(labels), '4 1 3');
    assert.equal(labels.accuracyOf('mortgage.repaired.live'), null, 'it has no pairs');
  });

  test('the interval is valid at every look', () => {
    const { labels } = start();
    const ids = Array.from({ length: 200 }, (_, n) => `r${n}`);
    labels.addComparison(agreeing('"approved"', ...ids));
    for (const [n, id] of ids.entries()) labels.addLabel(label(id, n < 190 ? 'approved' : 'denied'));
    const { lower, upper } = labels.accuracyOf(boosted)?.shadow ?? assert.fail('no accuracy');
    assert.ok(lower !== null && Math.abs(lower - 0.876) < 0.001, String(lower));
    assert.ok(upper !== null && Math.abs(upper - 0.987) < 0.001, String(upper));
  });

  test('a second label takes the place of the first, before the pair comes and after', () => {
    const { labels } = start();
    labels.addComparison(agreeing('"approved"', 'a'));
    labels.addLabel(label('a', 'approved'));
    labels.addLabel(label('a', 'approved'));
    assert.equal(counts(labels), '1 1 1');
    labels.addLabel(label('a', 'denied'));
    assert.equal(counts(labels), '1 0 0');
    labels.addLabel(label('b', 'denied'));
    labels.addLabel(label('b', 'approved'));
    labels.addComparison(agreeing('"approved"', 'b'));
    assert.equal(counts(labels), '2 1 1');
  });

  test('a pair that is judged again keeps its label, and counts once', () => {
    const { labels } = start();
    labels.addComparison(agreeing('"approved"', 'a'));
    labels.addLabel(label('a', 'approved'));
    labels.addComparison(differing('a', '"approved"', '"denied"'));
    assert.equal(counts(labels), '1 1 0');
  });

  test('where the caller gave no id, the exchange id is the id', () => {
    const { labels } = start();
    labels.addComparison(agreeing('"approved"', 'x1'));
    labels.addComparison(differing('x2', '"approved"', '"denied"'));
    labels.addComparison(agreeing('"approved"', 'a'));
    for (const id of ['x1', 'x2', 'x-a']) labels.addLabel(label(id, 'approved'));
    assert.equal(counts(labels), '2 2 1');
  });

  test('diverging pairs that were not kept count as well', () => {
    const { labels } = start();
    const { agreeing: packed, ...window } = agreeing('"approved"', 'a', 'b');
    labels.addComparison({ ...window, agreeing: null, unkept: packed });
    labels.addLabel(label('b', 'approved'));
    assert.equal(counts(labels), '1 1 1');
  });

  test('labels of another experiment, or of what can be no answer, are not counted', async () => {
    const { labels, metrics } = start();
    labels.addComparison(agreeing('"approved"', 'a', 'b'));
    labels.addComparison(agreeing(null, 'c'));
    labels.addLabel(label('a', 5, 'quotes'));
    labels.addLabel(label('a', 'approved', 'unheard-of'));
    labels.addLabel(label('b', ['approved']));
    labels.addLabel({ ...label('b', ''), value: 'approved' });
    labels.addLabel(label('c', 'approved'));
    assert.equal(counts(labels), 'none');
    assert.match(await metrics.text(), /labels_unusable_total\{experiment="mortgage",service="console"\} 2/);
  });

  test('numbers are right within the comparison’s tolerance', () => {
    const { labels } = start();
    labels.addComparison({ ...differing('a', '10', '12'), lane: 'quotes.heavy.live' });
    labels.addLabel(label('a', 10.5, 'quotes'));
    assert.equal(counts(labels, 'quotes.heavy.live'), '1 1 0');
  });
});

test('memory is bounded: the oldest is forgotten and counted, and what it had counted stays', async () => {
  const metrics = createMetrics({ service: 'console' });
  const lane = new LaneLabels({
    lane: boosted,
    plan: compileComparison({ kind: 'class', label: '/decision' }),
    confidence: 0.95,
    metrics: createLabelMetrics(metrics),
    maxRemembered: 2,
  });
  const outputs = { production: '1', shadow: '1' };
  lane.addPair('a', outputs);
  lane.addLabel('a', '1');
  lane.addPair('b', outputs);
  lane.addPair('c', outputs);
  assert.equal(lane.accuracy()?.labelled, 1);
  lane.addLabel('a', '2');
  assert.equal(lane.accuracy()?.labelled, 1, 'its pair is forgotten');
  lane.addLabel('d', '1');
  lane.addLabel('e', '1');
  lane.addPair('a', outputs);
  assert.equal(lane.accuracy()?.labelled, 1, 'its second label is forgotten too');
  const text = await metrics.text();
  assert.match(text, /labels_evicted_total\{lane="mortgage.boosted.live",what="pair",service="console"\} 2/);
  assert.match(text, /labels_evicted_total\{lane="mortgage.boosted.live",what="label",service="console"\} 1/);
  assert.match(text, /labels_waiting_records\{lane="mortgage.boosted.live",service="console"\} 2/);
  assert.match(text, /labels_joined_total\{lane="mortgage.boosted.live",service="console"\} 1/);

  test('a lane of another run knows the labels that came before it, until it is forgotten', async () => {
    const { labels, metrics } = start();
    labels.addComparison(agreeing('"approved"', 'a'));
    labels.addLabel(label('a', 'approved'));
    labels.addLabel(label('b', 'denied'));
    const again = 'mortgage.boosted.again';
    labels.addLane(again);
    labels.addLane(again);
    labels.addComparison({ ...agreeing('"approved"', 'a', 'b'), lane: again });
    assert.deepEqual(
      [labels.accuracyOf(again)?.labelled, labels.accuracyOf(again)?.shadow.estimate],
      [2, 0.5],
    );
    labels.forget(again);
    labels.addLabel(label('c', 'denied'));
    assert.equal(labels.accuracyOf(again), null);
    assert.doesNotMatch(await metrics.text(), /waiting_records\{lane="mortgage\.boosted\.again"/);
    labels.addLane('nobody.knows.it');
    assert.equal(labels.accuracyOf('nobody.knows.it'), null);
  });
});
