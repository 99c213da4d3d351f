import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Assigner } from 'kafkajs';
import { endsAtUnreadable } from '../unreadable-batch.ts';
import { observedConsumerGroup, observeGroup, type ObservedGroup } from './consumer-group.ts';

type Step = () => void | Promise<void>;

/** Stands in for kafkajs' group: fetches what the test says, and does `during` meanwhile. */
class Base {
  generationId = 7;
  maxWaitTime = 100;
  batches: object[] = [];
  resolved: string[] = [];
  paused: string[] = [];
  reset = 0;
  sought = new Set<number>();
  position = '42';
  during: Step = () => {};
  readonly offsetManager = { nextOffset: () => this.position };

  constructor(options: { assigners: readonly Assigner[] }) {
    void options;
  }
  joinAndSync(): Promise<void> {
    return Promise.resolve();
  }
  async fetch(): Promise<never[]> {
    await this.during();
    return this.batches as never[];
  }
  recoverFromOffsetOutOfRange(): Promise<void> {
    this.reset += 1;
    return Promise.resolve();
  }
  hasSeekOffset({ partition }: { partition: number }): boolean {
    return this.sought.has(partition);
  }
  isPaused(): boolean {
    return false;
  }
  resolveOffset({ partition, offset }: { partition: number; offset: string }): void {
    this.resolved.push(`${partition}@${offset}`);
  }
  resume(): void {}
  pause(topicPartitions: { topic: string; partitions: number[] }[]): void {
    for (const { topic, partitions } of topicPartitions) this.paused.push(`${topic}/${partitions.join()}`);
  }
}

const Observed = observedConsumerGroup(Base) as unknown as new (
  ...args: ConstructorParameters<typeof Base>
) => Base & ObservedGroup;

const batch = (partition: number, isEmptyDueToFiltering: boolean): object => ({
  topic: 't',
  partition,
  fetchedOffset: '42',
  rawMessages: ['a record'],
  lastOffset: () => '49',
  isEmpty: () => isEmptyDueToFiltering,
  isEmptyIncludingFiltered: () => false,
  isEmptyDueToFiltering: () => isEmptyDueToFiltering,
});

const empty: object = { ...batch(0, false), rawMessages: [], isEmpty: () => true };

function newAssignor(): Assigner {
  return { name: 'test', version: 1 } as Assigner;
}

function observed(): { group: Base & ObservedGroup; told: unknown[][] } {
  const assignor = newAssignor();
  const told: unknown[][] = [];
  observeGroup(assignor, {
    created: () => told.push(['created']),
    passed: (...args) => told.push(['passed', ...args]),
    outOfRange: (...args) => told.push(['outOfRange', ...args]),
    unreadable: (...args) => told.push(['unreadable', ...args]),
  });
  return { group: new Observed({ assigners: [assignor] }), told };
}

test('a batch is current until the group is joined anew', async () => {
  const { group } = observed();
  group.batches = [batch(0, false)];
  const [fetched] = await group.fetch();
  assert.ok(fetched);
  assert.equal(group.isCurrent(fetched), true);
  await group.joinAndSync();
  assert.equal(group.isCurrent(fetched), false);
});

test('a batch is current until its partition is sought, though another fetch has carried that out', async () => {
  const { group, told } = observed();
  group.batches = [batch(0, false)];
  const [fetched] = await group.fetch();
  assert.ok(fetched);
  group.position = '14';
  assert.equal(group.isCurrent(fetched), false);

  group.position = '42';
  group.batches = [batch(0, false), batch(1, true)];
  group.during = () => {
    group.position = '14';
  };
  assert.deepEqual(await group.fetch(), []);
  assert.deepEqual(group.resolved, []);
  assert.deepEqual(told, [['created']]);
});

test('what was being fetched while the group was joined anew is dropped', async () => {
  for (const rejoin of ['joinAndSync', 'joined'] as const) {
    const { group } = observed();
    group.batches = [batch(0, false), batch(1, true)];
    group.during = () => group[rejoin]();
    assert.deepEqual(await group.fetch(), []);
    assert.deepEqual(group.resolved, []);
  }
});

test('a batch without a record for the handler moves the position and is reported', async () => {
  const { group, told } = observed();
  const withRecords = batch(0, false);
  group.batches = [withRecords, batch(1, true)];
  assert.deepEqual(await group.fetch(), [withRecords]);
  assert.deepEqual(group.resolved, ['1@49']);
  assert.deepEqual(told, [['created'], ['passed', 't', 1, 50]]);
});

test('unless the partition was sought meanwhile', async () => {
  const { group, told } = observed();
  group.batches = [batch(1, true)];
  group.sought.add(1);
  assert.deepEqual(await group.fetch(), []);
  assert.deepEqual(group.resolved, []);
  assert.deepEqual(told, [['created']]);
});

test('an empty batch is dropped: its position stays', async () => {
  const { group, told } = observed();
  group.batches = [empty];
  assert.deepEqual(await group.fetch(), []);
  assert.deepEqual(group.resolved, []);
  assert.deepEqual(told, [['created']]);
});

test('where nothing has come for a while, a fetch waits longer for it; a record or a resume ends that', async () => {
  const { group } = observed();
  const fetchEmpty = async (times: number) => {
    group.batches = [empty];
    for (let n = 0; n < times; n += 1) await group.fetch();
  };
  await fetchEmpty(19);
  assert.equal(group.maxWaitTime, 100);
  await fetchEmpty(1);
  assert.equal(group.maxWaitTime, 500);
  group.batches = [empty, batch(1, true)];
  await group.fetch();
  assert.equal(group.maxWaitTime, 100);
  await fetchEmpty(20);
  assert.equal(group.maxWaitTime, 500);
  group.resume();
  assert.equal(group.maxWaitTime, 100);
});

test('a position out of range is reported and its partition paused, not reset', async () => {
  const { group, told } = observed();
  await (
    group as Base & { recoverFromOffsetOutOfRange(error: object): Promise<void> }
  ).recoverFromOffsetOutOfRange({
    topic: 't',
    partition: 3,
  });
  assert.equal(group.reset, 0);
  assert.deepEqual(group.paused, ['t/3']);
  assert.deepEqual(told.at(-1), ['outOfRange', 't', 3, 42]);
});

test('a batch that is unreadable is reported and its partition paused, when nothing is left before it', async () => {
  const { group, told } = observed();
  const stopped = (partition: number, isEmpty: boolean): object => {
    const rawMessages: readonly object[] = [];
    endsAtUnreadable(rawMessages, { offset: 10, cause: new Error('broken') });
    return { ...batch(partition, false), rawMessages, isEmptyIncludingFiltered: () => isEmpty };
  };
  const [withRecords, sought] = [stopped(0, false), stopped(2, true)];
  group.batches = [withRecords, stopped(1, true), sought];
  group.sought.add(2);
  assert.deepEqual(await group.fetch(), [withRecords]);
  assert.deepEqual(group.paused, ['t/1']);
  assert.deepEqual(group.resolved, []);
  const [, told1, ...others] = told;
  assert.deepEqual(told1?.slice(0, 3), ['unreadable', 't', 1]);
  assert.match(String(told1[3]), /t\/1@10 .*broken/);
  assert.deepEqual(others, []);
});

test('a consumer that is not ours stays as kafkajs made it', async () => {
  const group = new Observed({ assigners: [newAssignor()] });
  group.batches = [batch(0, true)];
  assert.equal((await group.fetch()).length, 1);
  await group.recoverFromOffsetOutOfRange();
  assert.equal(group.reset, 1);
});
