import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { divergence } from '../test/divergence.ts';
import { History } from './history.ts';

const lane = 'mortgage.boosted.live';

function numbersOf(history: History, after?: number): number[] {
  return history.points(lane, after).map(({ windowEnd }) => windowEnd / 5_000 - 1);
}

suite('a lane’s history', () => {
  test('is a point for each window, with what it found and what was known after it', () => {
    const history = new History();
    history.add(divergence({ window: 2, sampled: 50, agreed: 40, bounds: [0.7, 0.9] }));
    history.add(divergence({ window: 2, segment: { field: 'single', value: 'yes' } }));
    history.add(divergence({ lane: 'mortgage.repaired.live' }));
    history.add({ ...divergence({ window: 3, sampled: 0 }), coverage: { covered: 4, of: 5 } });
    assert.deepEqual(history.points(lane), [
      {
        windowEnd: 15_000,
        coverage: null,
        sampled: 50,
        compared: 50,
        agreement: { estimate: 0.8, lower: 0.7, upper: 0.9 },
        windowAgreement: 0.8,
        p95: { production: null, shadow: null },
      },
      {
        windowEnd: 20_000,
        coverage: { covered: 4, of: 5 },
        sampled: 0,
        compared: 0,
        agreement: { estimate: null, lower: null, upper: null },
        windowAgreement: null,
        p95: { production: null, shadow: null },
      },
    ]);
    assert.deepEqual(history.points('other'), []);
  });

  test('goes on where a reader has stopped', () => {
    const history = new History();
    for (const window of [0, 1, 2]) history.add(divergence({ window }));
    assert.deepEqual(numbersOf(history, 10_000), [2]);
  });

  test('shows of a window that was judged again what was found last', () => {
    const history = new History({ newest: 2 });
    for (const window of [0, 1, 2, 3]) history.add(divergence({ window, sampled: 10 }));
    for (const window of [1, 2]) history.add(divergence({ window, sampled: 20 }));
    assert.deepEqual(numbersOf(history), [0, 1, 2, 3]);
    assert.deepEqual(
      history.points(lane).map(({ sampled }) => sampled),
      [10, 20, 20, 10],
    );
  });

  test('keeps the newest one by one and thins out the others, from the first on', () => {
    const history = new History({ newest: 4 });
    for (let window = 0; window < 30; window += 1) history.add(divergence({ window }));
    // 26 have aged out: each 2nd, then each 4th, then each 8th was kept, so that at most 4 are.
    assert.deepEqual(numbersOf(history), [0, 8, 16, 24, 26, 27, 28, 29]);
  });
});
