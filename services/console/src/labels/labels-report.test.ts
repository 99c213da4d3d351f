import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { compileComparison, type ComparisonOptions } from '@understudy/comparison';
import { openTestStore } from '../../test/open-test-store.ts';
import { agreeing, boosted, differing, label } from '../../test/labelled.ts';
import { createLabelMetrics } from './label-metrics.ts';
import { labelRows } from './label-rows.ts';
import { labelsReport } from './labels-report.ts';
import { createMetrics } from '@understudy/telemetry';
import type { LabelsReport } from '../views.ts';

const dayMs = 86_400_000;
const horizonMs = 7 * dayMs;

async function start(t: TestContext, comparison: ComparisonOptions) {
  const { connection, add, addComparison } = await openTestStore(t);
  const experiment = {
    name: 'mortgage',
    plan: compileComparison(comparison),
    confidence: 0.95,
    horizonMs,
  };
  const metrics = createLabelMetrics(createMetrics({ service: 'console' }));
  const experiments = new Map([['mortgage', experiment]]);
  return {
    addComparison,
    addLabel: (id: string, value: unknown) =>
      add(labelRows(label(id, value), { logTime: 0, experiments, metrics })),
    report: (nowMs: number): Promise<LabelsReport> =>
      labelsReport(connection, { lane: boosted, experiment, since: 0 }, nowMs),
  };
}

const asClass: ComparisonOptions = { kind: 'class', label: '/decision' };
const asNumber: ComparisonOptions = { kind: 'number', value: '/price', absoluteTolerance: 1 };
const [approved, denied] = ['"approved"', '"denied"'];

function rounded({ estimate, lower, upper }: LabelsReport['difference']): readonly (string | undefined)[] {
  return [estimate, lower, upper].map((value) => value?.toFixed(3));
}

suite('what labels say of a lane', () => {
  test('classes: who is right, by class, and what missing labels leave open; by hand', async (t) => {
    const { addComparison, addLabel, report } = await start(t, asClass);
    // 6 of 8 equal pairs are labelled, 4 of them right; 6 of 9 differing ones: production is right in 4, the shadow in 1.
    await addComparison(agreeing(approved, ...Array.from({ length: 8 }, (_, n) => `a${n}`)));
    for (let n = 0; n < 9; n += 1)
      await addComparison(differing(`d${n}`, approved, denied, { single: n < 6 ? 'yes' : 'no' }));
    for (let n = 0; n < 6; n += 1) await addLabel(`a${n}`, n < 4 ? 'approved' : 'denied');
    for (const n of [0, 1, 2, 6]) await addLabel(`d${n}`, 'approved');
    await addLabel('d3', 'denied');
    await addLabel('d4', 'withdrawn');
    const found = await report(horizonMs + 1);
    const { coverage, differing: differingLabels, segments, young, accuracy, discordant, classes } = found;
    assert.deepEqual([coverage.labelled, coverage.of, young], [12, 17, 0]);
    // Wilson's interval of 12 in 17.
    assert.deepEqual(rounded(coverage.share), ['0.706', '0.469', '0.867']);
    assert.deepEqual([differingLabels.labelled, differingLabels.of], [6, 9]);
    assert.deepEqual(
      segments.map(({ segment, labelled, of }) => [segment.value, labelled, of]),
      [
        ['yes', 5, 6],
        ['no', 1, 3],
      ],
    );
    assert.deepEqual(
      [accuracy?.labelled, accuracy?.production.estimate, accuracy?.shadow.estimate],
      [12, 8 / 12, 5 / 12],
    );
    // Twice the binomial probability of at most 1 in 5.
    assert.deepEqual([discordant.productionOnly, discordant.shadowOnly], [4, 1]);
    assert.equal(discordant.pValue?.toFixed(12), '0.375000000000');
    // Of 17 pairs 3 are open, for they differ and have no label.
    assert.equal(found.difference.estimate, (1 - 4) / 14);
    const { lower, upper } = found.difference;
    assert.ok(
      lower !== null && upper !== null && lower > -1 && lower < (1 - 7) / 17 && upper > 0,
      `${lower} ${upper}`,
    );
    assert.deepEqual(classes?.production.classes, [
      { name: approved, labelled: 8, predicted: 12, right: 8, precision: 2 / 3, recall: 1, f1: 0.8 },
      { name: denied, labelled: 3, predicted: 0, right: 0, precision: 0, recall: 0, f1: 0 },
      { name: '"withdrawn"', labelled: 1, predicted: 0, right: 0, precision: 0, recall: 0, f1: 0 },
    ]);
    assert.deepEqual(classes?.shadow.classes[1], {
      name: denied,
      labelled: 3,
      predicted: 6,
      right: 1,
      precision: 1 / 6,
      recall: 1 / 3,
      f1: 2 / 9,
    });
    assert.equal(classes?.shadow.macroRecall, (0.5 + 1 / 3 + 0) / 3);
    assert.match(found.scores.reason ?? '', /scores of diverging pairs/);
  });

  test('a pair misses its label only when it is older than the horizon', async (t) => {
    const { addComparison, addLabel, report } = await start(t, asClass);
    await addComparison({ ...agreeing(approved, 'a', 'b'), windowStart: 0 });
    await addComparison({ ...agreeing(approved, 'c', 'd'), windowStart: dayMs });
    await addLabel('c', 'approved');
    const at = async (nowMs: number): Promise<unknown> => {
      const { coverage, young } = await report(nowMs);
      return [coverage.labelled, coverage.of, young];
    };
    assert.deepEqual(await at(horizonMs), [1, 1, 3]);
    assert.deepEqual(await at(horizonMs + 1), [1, 3, 1]);
    assert.deepEqual(await at(horizonMs + dayMs + 1), [1, 4, 0]);
  });

  test('labels that come only where both agree leave the difference open where they differ', async (t) => {
    const { addComparison, addLabel, report } = await start(t, asClass);
    const ids = Array.from({ length: 300 }, (_, n) => `a${n}`);
    await addComparison(agreeing(approved, ...ids));
    for (let n = 0; n < 100; n += 1) await addComparison(differing(`d${n}`, approved, denied));
    for (const id of ids) await addLabel(id, 'approved');
    const { accuracy, difference, discordant } = await report(horizonMs + 1);
    assert.deepEqual([accuracy?.production.estimate, accuracy?.shadow.estimate], [1, 1]);
    assert.equal(difference.estimate, 0);
    assert.ok((difference.lower ?? 0) < -0.25 && (difference.upper ?? 0) > 0.25, JSON.stringify(difference));
    assert.equal(discordant.pValue, 1);
  });

  test('numbers: errors of both sides on the same pairs, and who is nearer; by hand', async (t) => {
    const { addComparison, addLabel, report } = await start(t, asNumber);
    const rows = [
      [10, 11, 13],
      [20, 20, 19.5],
      [30, 26, 30],
      [40, 43, 40],
    ] as const;
    for (const [n, [truth, production, shadow]] of rows.entries()) {
      await addComparison(differing(`n${n}`, String(production), String(shadow)));
      await addLabel(`n${n}`, truth);
    }
    const { numbers, accuracy, classes, scores } = await report(horizonMs + 1);
    assert.deepEqual([numbers?.production.meanAbsoluteError, numbers?.shadow.meanAbsoluteError], [2, 0.875]);
    assert.equal(numbers?.production.rootMeanSquaredError, Math.sqrt(26 / 4));
    assert.equal(numbers?.production.r2, 1 - 26 / 500);
    assert.deepEqual(
      numbers?.production.quantiles.map(({ error }) => error),
      [-4, -4, 0, 1, 3],
    );
    assert.deepEqual(numbers?.closer, { production: 2, shadow: 2, pValue: 1 });
    assert.deepEqual([accuracy?.production.estimate, accuracy?.shadow.estimate], [0.5, 0.75]);
    assert.equal(classes, null);
    assert.equal(scores.reason, 'labels other than 0 and 1 can’t be ranked');
  });

  test('scores: the area under the curve and calibration where labels are 0 or 1; by hand', async (t) => {
    const { addComparison, addLabel, report } = await start(t, { ...asNumber, absoluteTolerance: 0.1 });
    const rows = [
      [0, 0.1, 0.9],
      [0, 0.2, 0.2],
      [1, 0.15, 0.3],
      [1, 0.95, 0.95],
    ] as const;
    for (const [n, [truth, production, shadow]] of rows.entries()) {
      await addComparison(differing(`n${n}`, String(production), String(shadow)));
      await addLabel(`n${n}`, truth);
    }
    const { scores } = await report(horizonMs + 1);
    // Of four pairs of a 1 and a 0 the 1 scores higher in three.
    assert.deepEqual([scores.production?.auc.estimate, scores.shadow?.auc.estimate], [0.75, 0.75]);
    assert.deepEqual(
      scores.production?.calibration.map(({ from, count, share }) => [from, count, share]),
      [
        [0.1, 2, 0.5],
        [0.2, 1, 0],
        [0.9, 1, 1],
      ],
    );
    assert.equal(scores.reason, null);
  });

  test('before the first label nothing is said, and nothing is 0', async (t) => {
    const { report } = await start(t, asClass);
    const { coverage, accuracy, difference, discordant, classes } = await report(0);
    assert.deepEqual([coverage.share, accuracy], [{ estimate: null, lower: null, upper: null }, null]);
    assert.deepEqual(difference, { estimate: null, lower: -1, upper: 1 });
    assert.equal(discordant.pValue, null);
    assert.deepEqual(classes?.shadow, {
      macroPrecision: null,
      macroRecall: null,
      macroF1: null,
      classes: [],
    });
  });
});
