import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncomingRecord } from '../../client/records.ts';
import type { CommitPosition } from '../../client/transactional-producer.ts';
import type { OpenTask, StreamTask } from '../../tasks/stream-task.ts';
import { copartitionedTasks } from '../../tasks/task-plan.ts';
import type { Trouble } from './network.ts';
import { Simulation } from './simulation.ts';

const topics = new Map([
  ['in', 2],
  ['out', 2],
]);
const trouble: Trouble = { loss: 0.01, delay: 0.01, kill: 0.005, freeze: 0.005 };
const minuteMs = 60_000;

/** Copies what it reads; of records that are to be passed over it says so only when it is asked for positions. */
function copying(): OpenTask {
  return async ({ spec, committed }) => {
    const partition = Number(spec.id);
    const start = committed[0]?.offset ?? 0;
    const copies: IncomingRecord[] = [];
    let next = start;
    const position = (): CommitPosition => ({ topic: 'in', partition, offset: next, metadata: '' });
    const task: StreamTask = {
      appetite: () => 'now',
      accept(record) {
        next = record.offset + 1;
        if (record.value !== null) copies.push(record);
      },
      output(isOverdue) {
        const records = copies.splice(0).map(({ key, value }) => ({ topic: 'out', partition, key, value }));
        return records.length > 0 || isOverdue === true ? { records, positions: [position()] } : null;
      },
      committed() {},
      wantedTicks: () => [],
      close() {},
    };
    return { task, start: new Map([['in', start]]) };
  };
}

function simulate(seed: number, options: { trouble?: Trouble } = {}): Simulation {
  return new Simulation({
    seed,
    startMs: 0,
    topics,
    groupId: 'copies',
    plan: copartitionedTasks({ reads: ['in'], writes: [] }, 2),
    openTask: copying,
    members: 2,
    ...options,
  });
}

async function write(simulation: Simulation, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    await simulation.sleep(simulation.random.between(0, 500));
    simulation.append({ topic: 'in', partition: n % 2, key: null, value: Buffer.from(String(n)) });
  }
}

/** What was copied, each partition in its order: value, offset and time of each record. */
function copied(simulation: Simulation): readonly string[] {
  return [0, 1].flatMap((partition) =>
    simulation
      .committed('out', partition)
      .map(({ value, offset, timestampMs }) => `${partition} ${String(value)} ${offset} ${timestampMs}`),
  );
}

async function runInTrouble(seed: number): Promise<readonly string[]> {
  const simulation = simulate(seed, { trouble });
  void write(simulation, 100);
  await simulation.runFor(minuteMs);
  simulation.calmDown();
  await simulation.runFor(2 * minuteMs);
  return copied(simulation);
}

test('whatever goes wrong, each record is copied once, in order', async () => {
  for (const seed of [1, 2, 3]) {
    const values = (await runInTrouble(seed)).map((line) => line.split(' ').slice(0, 2).join(' '));
    const all = [0, 1].flatMap((partition) =>
      Array.from({ length: 50 }, (_, n) => `${partition} ${2 * n + partition}`),
    );
    assert.deepEqual(values, all);
  }
});

test('the same seed is the same run, to the offset and the millisecond; another is another', async () => {
  const [once, again, other] = [await runInTrouble(7), await runInTrouble(7), await runInTrouble(8)];
  assert.deepEqual(once, again);
  assert.notDeepEqual(once, other);
});

/**
 * in    r0          ticks of others, about one a second, all passed over       retention deletes all
 *       copied      nothing to write, two minutes long                         every process begins anew
 */
test('positions that moved without a record are committed, so that retention may delete what is behind them', async () => {
  const simulation = simulate(1);
  simulation.append({ topic: 'in', partition: 0, key: null, value: Buffer.from('r0') });
  await simulation.runFor(5_000);
  const tick = { topic: 'in', partition: 0, key: null, value: null };
  void (async () => {
    for (let n = 0; n < 120; n += 1) {
      simulation.append(tick);
      await simulation.sleep(1_000);
    }
  })();
  await simulation.runFor(200_000);
  simulation.deleteAll('in');
  simulation.restartAll();
  await simulation.runFor(20_000);
  simulation.append({ topic: 'in', partition: 0, key: null, value: Buffer.from('r1') });
  await simulation.runFor(10_000);
  assert.deepEqual([...new Set(simulation.states())], ['running']);
  assert.deepEqual(
    simulation.committed('out', 0).map(({ value }) => String(value)),
    ['r0', 'r1'],
  );
});

test('a task whose positions do not move commits nothing, however long', async () => {
  const simulation = simulate(1);
  simulation.append({ topic: 'in', partition: 0, key: null, value: Buffer.from('r0') });
  await simulation.runFor(3 * minuteMs);
  const { commits } = simulation;
  await simulation.runFor(10 * minuteMs);
  assert.equal(simulation.commits, commits);
});
