import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { CommittedOffset } from '../client/admin.ts';
import type { IncomingRecord } from '../client/records.ts';
import { openBlock } from './block-task.ts';
import type { StreamTask, TaskContext } from './stream-task.ts';
import { copartitionedTasks, inputKey, type TaskSpec } from './task-plan.ts';

const topics = ['requests', 'responses'];

test('every partition is in one task of at most 16, and up to 16 have one with its number each', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), (partitions) => {
      const plan = copartitionedTasks({ reads: topics, writes: ['joined'] }, partitions);
      assert.equal(plan.length, Math.min(partitions, 16));
      assert.equal(new Set(plan.map(({ id }) => id)).size, plan.length);
      for (const topic of topics) {
        const read = plan.flatMap(({ inputs }) => inputs.filter((input) => input.topic === topic));
        assert.deepEqual(
          read.map(({ partition }) => partition),
          Array.from({ length: partitions }, (_, partition) => partition),
        );
      }
      for (const { inputs, writes } of plan)
        assert.deepEqual(
          writes,
          inputs.flatMap(({ topic, partition }) =>
            topic === 'requests' ? [{ topic: 'joined', partition }] : [],
          ),
        );
      const sizes = plan.map(({ inputs }) => inputs.length / topics.length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      if (partitions <= 16) {
        assert.deepEqual(
          plan.map(({ id }) => id),
          sizes.map((_, partition) => String(partition)),
        );
      }
    }),
  );
});

test('ids of blocks are their first and last partition', () => {
  const ids = copartitionedTasks({ reads: topics, writes: [] }, 40).map(({ id }) => id);
  assert.deepEqual(ids.slice(0, 4), ['0-1', '2-4', '5-6', '7-9']);
  assert.deepEqual(
    copartitionedTasks({ reads: topics, writes: [] }, 17)
      .map(({ id }) => id)
      .slice(-2),
    ['14', '15-16'],
  );
});

/** A task of one partition that commits what it was given, and notes what is done with it. */
class Echo implements StreamTask {
  readonly context: TaskContext;
  readonly notes: string[] = [];
  #last: IncomingRecord | null = null;

  constructor(context: TaskContext) {
    this.context = context;
  }

  accept(record: IncomingRecord): void {
    this.#last = record;
    this.notes.push(`took ${inputKey(record)}@${record.offset}`);
  }
  appetite(topic: string): 'now' | 'later' {
    return topic === 'requests' ? 'now' : 'later';
  }
  output(): ReturnType<StreamTask['output']> {
    const last = this.#last;
    this.#last = null;
    if (last === null) return null;
    const { topic, partition, offset } = last;
    return {
      records: [{ topic: 'out', partition, key: null, value: null }],
      positions: [{ topic, partition, offset: offset + 1, metadata: this.context.spec.id }],
    };
  }
  committed(baseOffsets: ReadonlyMap<string, number>): void {
    this.notes.push(`committed ${[...baseOffsets.keys()].join()}`);
  }
  wantedTicks(): ReturnType<StreamTask['wantedTicks']> {
    const partition = Number(this.context.spec.id);
    return [{ topic: 'requests', partition, untilMs: partition }];
  }
  close(): void {
    this.notes.push('closed');
  }
}

function record(partition: number, offset: number): IncomingRecord {
  return { topic: 'requests', partition, offset, timestampMs: 0, key: null, value: null, headers: {} };
}

async function open(
  spec: TaskSpec,
): Promise<{ task: StreamTask; parts: Echo[]; start: ReadonlyMap<string, number> }> {
  const parts: Echo[] = [];
  const committed = spec.inputs.map((input): CommittedOffset => ({ ...input, offset: 7, metadata: null }));
  const opened = await openBlock((context) => {
    const task = new Echo(context);
    parts.push(task);
    const first = 100 * Number(context.spec.id);
    return Promise.resolve({ task, start: new Map(topics.map((topic, index) => [topic, first + index])) });
  })({ spec, committed, wake: () => {} });
  return { ...opened, parts };
}

test('each partition of a block is a task that knows nothing of the others; one transaction has all that is ready', async () => {
  const spec = {
    id: '2-4',
    inputs: [2, 3, 4].flatMap((partition) => topics.map((topic) => ({ topic, partition }))),
    writes: [],
  };
  const { task, parts, start } = await open(spec);
  const [two, three, four] = parts;
  assert.ok(two && three && four);
  assert.deepEqual(
    parts.map(({ context }) => [context.spec.id, context.committed.map(inputKey)]),
    ['2', '3', '4'].map((id) => [id, [`requests/${id}`, `responses/${id}`]]),
  );
  assert.deepEqual([start.get('requests/3'), start.get('responses/4')], [300, 401]);
  assert.deepEqual(
    [task.appetite('requests', null, 3), task.appetite('responses', null, 3)],
    ['now', 'later'],
  );
  assert.equal(task.output(), null);

  await task.accept(record(2, 20));
  await task.accept(record(4, 40));
  assert.deepEqual(task.output(), {
    records: [2, 4].map((partition) => ({ topic: 'out', partition, key: null, value: null })),
    positions: [
      { topic: 'requests', partition: 2, offset: 21, metadata: '2' },
      { topic: 'requests', partition: 4, offset: 41, metadata: '4' },
    ],
  });
  task.committed(new Map([['out/2', 0]]));
  assert.equal(task.output(), null);
  assert.deepEqual(two.notes, ['took requests/2@20', 'committed out/2']);
  assert.deepEqual(three.notes, [], 'it had nothing in that transaction');
  assert.deepEqual(
    task.wantedTicks(0).map(({ partition }) => partition),
    [2, 3, 4],
  );
  task.close();
  assert.ok(parts.every(({ notes }) => notes.at(-1) === 'closed'));
});

test('a task of one partition, whatever its id, is run as it is', async () => {
  const { task, parts } = await open({
    id: 'merge',
    inputs: [{ topic: 'requests', partition: 5 }],
    writes: [],
  });
  assert.equal(task, parts[0]);
  assert.equal(parts[0]?.context.spec.id, 'merge');
});
