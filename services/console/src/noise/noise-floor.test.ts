import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { diverging } from '../../test/comparison.ts';
import { agreeing, boosted } from '../../test/labelled.ts';
import { openTestStore } from '../../test/open-test-store.ts';
import { pairsOf } from '../store/store-records.ts';
import { countNoise, countNoiseByPath } from './noise-counts.ts';
import { noiseReport, type PathNoise } from './noise-report.ts';

const baseline = 'mortgage.second.live';
const question = { lane: boosted, baseline, since: 0 };

/** Ids of requests; those that differ with the places at which they do. */
interface Answers {
  readonly agree: readonly string[];
  readonly differ: Readonly<Record<string, readonly string[]>>;
}

async function start(t: TestContext, lanes: Readonly<Record<string, Answers>>) {
  const { connection, writer } = await openTestStore(t);
  const records = Object.entries(lanes).flatMap(([lane, { agree, differ }]) => [
    { ...agreeing('1', ...agree), lane },
    ...Object.entries(differ).map(([exchangeId, paths]) => {
      const differences = paths.map((path) => ({ category: 'value', path, production: '1', shadow: '2' }));
      return { ...diverging({ exchangeId, requestId: null, differences }), lane };
    }),
  ]);
  for (const [offset, record] of records.entries()) {
    const { lane, windowStart } = record;
    const rows = {
      kind: 'pairs',
      window: { lane, windowStart, judgement: 0 },
      pairs: pairsOf(record),
    } as const;
    await writer.add({ topic: 'log', partition: 0, offset, rows });
  }
  await writer.settled();
  return {
    counts: await countNoise(connection, question),
    paths: await countNoiseByPath(connection, question),
  };
}

function ids(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `x${letter}${n}`);
}

function differingAt(paths: readonly string[], of: readonly string[]): Answers['differ'] {
  return Object.fromEntries(of.map((id) => [id, paths]));
}

suite('the noise floor', () => {
  test('requests that both were compared on are told by who differs; what the shadow lacks is missing', async (t) => {
    const { counts } = await start(t, {
      [boosted]: { agree: ['xa', 'xb', 'xz'], differ: { xc: ['/p'], xd: ['/p'] } },
      [baseline]: { agree: ['xa', 'xc', 'xe'], differ: { xb: ['/t'], xd: ['/p'] } },
    });
    assert.deepEqual(counts, { requests: 5, bothDiffer: 1, shadowOnly: 1, baselineOnly: 1, missing: 1 });
  });

  test('places are told apart, elements of lists are one place, and what was not kept is missing', async (t) => {
    const { paths } = await start(t, {
      [boosted]: { agree: ['xa'], differ: { xb: ['/items/0/price', '/items/12/price'], xc: ['/at'] } },
      [baseline]: { agree: ['xb'], differ: { xa: ['/at'], xc: ['/at', '/items/3/price'] } },
    });
    assert.deepEqual(
      paths.map(({ path, ...counts }) => [path, counts]),
      [
        ['/at', { bothDiffer: 1, shadowOnly: 0, baselineOnly: 1, missing: 0 }],
        ['/items/*/price', { bothDiffer: 0, shadowOnly: 1, baselineOnly: 1, missing: 0 }],
      ],
    );
  });

  test('a time that both copies of production write otherwise is noise, a price of the shadow alone is not', async (t) => {
    const requests = ids('r', 400);
    const [wrong, ...right] = [requests.slice(0, 40), requests.slice(40)];
    const { counts, paths } = await start(t, {
      [boosted]: {
        agree: [],
        differ: { ...differingAt(['/at'], right.flat()), ...differingAt(['/at', '/price'], wrong ?? []) },
      },
      [baseline]: { agree: [], differ: differingAt(['/at'], requests) },
    });
    const report = noiseReport({ lane: boosted, baseline, counts, paths, confidence: 0.95 });
    const found = (path: string): PathNoise | undefined => report.paths.find((each) => each.path === path);
    assert.equal(found('/at')?.finding, 'noise');
    assert.equal(found('/price')?.finding, 'shadow');
    assert.ok((found('/price')?.excess.lower ?? 0) > 0.02);
    // Whether a request differs at all says nothing here: all do, on both sides.
    assert.equal(report.excess.estimate, 0);
    assert.equal(report.pValue, 1);
  });

  test('a shadow that differs more than production does from itself has an excess, with its interval', async (t) => {
    const requests = ids('r', 300);
    const { counts, paths } = await start(t, {
      [boosted]: { agree: requests.slice(60), differ: differingAt(['/p'], requests.slice(0, 60)) },
      [baseline]: { agree: requests.slice(0, 290), differ: differingAt(['/p'], requests.slice(290)) },
    });
    const { excess, pValue } = noiseReport({ lane: boosted, baseline, counts, paths, confidence: 0.95 });
    assert.equal(excess.estimate, (60 - 10) / 300);
    assert.ok(excess.lower > 0.03 && excess.upper < 0.3, JSON.stringify(excess));
    assert.ok((pValue ?? 1) < 1e-8);
  });

  test('without a request in common nothing is known', async (t) => {
    const { counts, paths } = await start(t, {
      [boosted]: { agree: ['xa'], differ: {} },
      [baseline]: { agree: ['xb'], differ: {} },
    });
    const report = noiseReport({ lane: boosted, baseline, counts, paths, confidence: 0.95 });
    assert.deepEqual(
      [report.requests, report.missing, report.excess.estimate, report.pValue],
      [1, 1, null, null],
    );
    assert.ok(report.excess.lower < -0.9 && report.excess.upper > 0.9);
  });
});
