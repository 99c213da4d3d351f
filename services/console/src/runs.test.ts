import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveRun, type Run } from '@understudy/schemas-avro';
import { Runs } from './runs.ts';

const live = liveRun({ lane: 'mortgage.boosted.live', start: 0, windowMs: 1_000 });

function replay(name: string, recorded: number): Run {
  return { ...live, lane: `mortgage.boosted.${name}`, kind: 'replay', end: 5_000, recorded };
}

function start(maxReplays: number) {
  const runs = new Runs({ maxReplays });
  const told: string[] = [];
  runs.listen({
    onShown: ({ lane, state }) => told.push(`${lane} ${state}`),
    onHidden: (lane) => told.push(`${lane} hidden`),
  });
  return { runs, told };
}

test('of the runs over the past the newest are shown, whatever their order in the log; a live one always', () => {
  const { runs, told } = start(2);
  for (const run of [replay('c', 3), replay('a', 1), live, replay('b', 2)]) runs.add(run);
  assert.deepEqual(told, [
    'mortgage.boosted.c running',
    'mortgage.boosted.a running',
    'mortgage.boosted.live running',
    'mortgage.boosted.a hidden',
    'mortgage.boosted.b running',
  ]);
  assert.deepEqual(
    runs.replays().map(({ lane }) => lane),
    ['mortgage.boosted.c', 'mortgage.boosted.b'],
  );
  assert.equal(runs.liveBeside('mortgage.boosted.c'), live);
  assert.equal(runs.liveBeside('mortgage.other.c'), null);
});

test('one that is hidden stays so, though it changes; of an older one nobody hears', () => {
  const { runs, told } = start(1);
  runs.add(replay('b', 2));
  runs.add(replay('a', 1));
  runs.add({ ...replay('a', 1), state: 'ended' });
  assert.deepEqual(told, ['mortgage.boosted.b running', 'mortgage.boosted.a hidden']);
  assert.deepEqual(
    ['a', 'b', 'unknown'].map((run) => runs.isShown(`mortgage.boosted.${run}`)),
    [false, true, true],
  );
  assert.equal(runs.get('mortgage.boosted.a'), null);
});
