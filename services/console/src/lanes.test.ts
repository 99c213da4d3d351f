import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { divergence, type Found, kappa } from '../test/divergence.ts';
import { Lanes } from './lanes.ts';

const boosted = 'mortgage.boosted.live';

function lanesOf(...found: readonly Found[]): Lanes {
  const lanes = new Lanes();
  for (const each of found) lanes.add(divergence(each));
  return lanes;
}

function segment(value: string, found: Found = {}): Found {
  return { segment: { field: 'self_employed', value }, ...found };
}

const namesOf = (lanes: Lanes): string[] =>
  lanes.get(boosted)?.segments.map(({ segment }) => segment.value) ?? [];

suite('lanes', () => {
  test('a lane shows the revision that judged its newest window', () => {
    const lanes = new Lanes();
    lanes.add(divergence({ window: 1 }), 1);
    lanes.add(divergence({ window: 2 }), 2);
    lanes.add(divergence({ window: 1 }), 1);
    assert.equal(lanes.get(boosted)?.revision, 2);
  });

  test('a lane shows its newest window', () => {
    const lanes = lanesOf(
      { window: 0, sampled: 100, verdict: 'inconclusive' },
      segment('yes', { window: 0, sampled: 10 }),
      { window: 3, sampled: 250, agreed: 200, bounds: [0.7, 0.85], verdict: 'fail' },
      segment('yes', { window: 3, sampled: 25, agreed: 5, bounds: [0.1, 0.4], flagged: true }),
    );
    const { criteria, latency, ...view } = lanes.get(boosted) ?? assert.fail('no lane');
    assert.deepEqual(view, {
      lane: boosted,
      notComparable: {},
      statistics: [kappa],
      since: 0,
      windowStart: 15_000,
      windowEnd: 20_000,
      coverage: null,
      windows: 2,
      revision: null,
      ledger: { sampled: 250, compared: 250, notCompared: {} },
      corrected: 0,
      balanced: true,
      recovered: {},
      agreement: { estimate: 0.8, lower: 0.7, upper: 0.85 },
      margin: 0.95,
      verdict: 'fail',
      band: null,
      needed: null,
      recommendation: { action: 'investigate', text: 'Look at the pairs.' },
      segments: [
        {
          segment: { field: 'self_employed', value: 'yes' },
          agreement: { estimate: 0.2, lower: 0.1, upper: 0.4 },
          compared: 25,
          agreed: 5,
          sampled: 25,
          margin: 0.9,
          flagged: true,
        },
      ],
      alerts: [],
      resolvedAlerts: [],
      waiting: null,
      labels: null,
      pairs: 0,
    });
    assert.deepEqual(
      criteria.map(({ name, outcome }) => [name, outcome]),
      [['agreement', 'fail']],
    );
    assert.ok(Math.abs((latency.production.p95 ?? 0) - 5) < 0.05);
    assert.ok(Math.abs((latency.shadow.p50 ?? 0) - 20) < 0.2);
  });

  test('a lane whose windows are judged again shows the newest one, and counts none of them twice', () => {
    const lanes = lanesOf(
      { window: 0, sampled: 100 },
      { window: 1, sampled: 200 },
      segment('yes', { window: 1, sampled: 20 }),
      { window: 0, sampled: 110 },
      segment('yes', { window: 0, sampled: 11 }),
    );
    const before = lanes.get(boosted);
    assert.equal(before?.ledger.sampled, 200);
    assert.equal(before.segments[0]?.sampled, 20);
    lanes.add(divergence({ window: 1, sampled: 210 }));
    const after = lanes.get(boosted);
    assert.equal(after?.ledger.sampled, 210);
    assert.equal(after.windows, 2);
  });

  test('lanes are kept apart, and listed by name', () => {
    const lanes = lanesOf(
      { lane: 'mortgage.repaired.live', sampled: 7 },
      { lane: boosted, sampled: 9 },
      segment('yes', { lane: boosted, sampled: 2 }),
    );
    assert.deepEqual(
      lanes.all().map(({ lane, ledger, segments }) => [lane, ledger.sampled, segments.length]),
      [
        [boosted, 9, 1],
        ['mortgage.repaired.live', 7, 0],
      ],
    );
    assert.equal(lanes.get('mortgage.other.live'), null);
  });

  test('segments: flagged first, then by how high the agreement can be, then by the estimate', () => {
    const lanes = lanesOf(
      {},
      segment('fine', { bounds: [0.9, 0.99] }),
      segment('flagged', { bounds: [0.5, 0.8], flagged: true }),
      segment('low', { bounds: [0.2, 0.7] }),
      segment('worst', { bounds: [0.1, 0.3], flagged: true }),
      segment('fine-but-lower', { agreed: 95, bounds: [0.8, 0.99] }),
    );
    assert.deepEqual(namesOf(lanes), ['worst', 'flagged', 'low', 'fine-but-lower', 'fine']);
  });

  test('empty segments are left out', () => {
    assert.deepEqual(namesOf(lanesOf({}, segment('yes'), segment('other', { sampled: 0 }))), ['yes']);
  });

  test('segments of a former config are left out', () => {
    const lanes = lanesOf(
      { configHash: 'old' },
      segment('old', { configHash: 'old' }),
      { window: 1, configHash: 'new' },
      segment('new', { window: 1, configHash: 'new' }),
    );
    assert.deepEqual(namesOf(lanes), ['new']);
  });

  test('without data nothing is invented', () => {
    const view = lanesOf({ sampled: 0 }).get(boosted);
    assert.deepEqual(view?.agreement, { estimate: null, lower: null, upper: null });
    assert.deepEqual(view?.latency.shadow, { p50: null, p95: null, p99: null });
  });

  test('a segment whose lane was not read yet shows no lane', () => {
    assert.deepEqual(lanesOf(segment('yes')).all(), []);
  });
});
