import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { parseConfig } from '@understudy/config';
import { liveRun, type Run } from '@understudy/schemas-avro';
import { KafkaAdmin } from '../src/client/admin.ts';
import { readLog } from '../src/client/log-reader.ts';
import type { IncomingRecord, OutgoingRecord } from '../src/client/records.ts';
import { TransactionalProducer } from '../src/client/transactional-producer.ts';
import { listDeadLetters } from '../src/lanes/dead-letter-log.ts';
import { formatLetter, type Letter, type LetterCalls, parseLetter } from '../src/lanes/letter-headers.ts';
import { type Settled, settleLetters, type SettleOptions } from '../src/lanes/settle-letters.ts';
import { bareKafka, connectionTo, freshPrefix, testBroker } from './support/kafka.ts';
import { createTopic } from './support/topics.ts';
import { waitUntil } from './support/wait-for.ts';

const broker = await testBroker();

suite('settling dead letters', () => {
  const connection = connectionTo(broker);
  const prefix = freshPrefix('letters');
  const topic = `${prefix}shadow-dead-letters`;
  const retries = `${prefix}shadow-retries.mortgage.boosted.live.1s`;
  const config = parseConfig({
    text: `
kafka: { brokers: ['${broker}'], prefix: '${prefix}', partitions: 2 }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://production' }
    shadows:
      - { name: boosted, url: 'http://shadow', retry: { delays: [1s, 2s] } }
      - { name: hasty, url: 'http://shadow', retry: { delays: [] } }
    comparison: { kind: class, label: /decision }
`,
    file: 'understudy.yaml',
    env: {},
  });
  let admin: KafkaAdmin;
  let letters: TransactionalProducer;

  before(async () => {
    admin = await KafkaAdmin.open(connection);
    await createTopic(connection, topic, 2);
    await createTopic(connection, retries, 2);
    letters = await TransactionalProducer.open(connection, {
      transactionalId: `${prefix}invoker`,
      writes: [0, 1].flatMap((partition) => [topic, retries].map((each) => ({ topic: each, partition }))),
    });
  });
  after(async () => {
    await letters.close();
    await admin.close();
  });

  const runs = async (): Promise<ReadonlyMap<string, Run>> => {
    const live = liveRun({ lane: 'mortgage.boosted.live', start: 0, windowMs: 1_000 });
    const over = { ...live, lane: 'mortgage.boosted.again', kind: 'replay', state: 'ended' } as const;
    const ending = { ...live, lane: 'mortgage.boosted.live-2', end: 9_000 };
    return new Map([live, over, ending].map((run) => [run.lane, run]));
  };
  const calls: LetterCalls = {
    attempts: 4,
    requestTimeMs: 1_000,
    firstFailureMs: 2_000,
    lastFailureMs: 3_000,
    redrives: 0,
  };

  const letter = (changes: Partial<Letter> = {}): Letter => ({
    lane: 'mortgage.boosted.live',
    stage: 'shadow-invoker',
    reason: 'http-503',
    source: { topic: `${prefix}requests`, partition: 1, offset: 7 },
    appendedMs: 500,
    calls,
    ...changes,
  });

  /** Writes a dead letter to partition 1; resolves to its position. */
  async function write(key: string, of: Letter | null): Promise<{ partition: number; offset: number }> {
    const record: OutgoingRecord = {
      topic,
      partition: 1,
      key,
      value: Buffer.from([0, 1, 2, 255]),
      headers: { traceparent: '00-ab-cd-01', ...(of && formatLetter(of)) },
    };
    const offsets = await letters.commit({ records: [record] });
    return { partition: 1, offset: offsets.get(`${topic}/1`) ?? -1 };
  }

  async function settle(
    settlement: SettleOptions['settlement'],
    ...positions: SettleOptions['positions']
  ): Promise<Settled['outcome'][]> {
    const settled = await settleLetters({ config, connection, admin, settlement, positions, runs });
    return settled.map(({ outcome }) => outcome);
  }

  async function copiesOf(key: string): Promise<IncomingRecord[]> {
    const copies: IncomingRecord[] = [];
    for await (const record of readLog(connection, { topic: retries })) {
      if (record.key?.toString() === key) copies.push(record);
    }
    return copies;
  }

  const redriven = { kind: 'settled', topic: retries } as const;

  test('redriven twice is once: one copy, the record as it was, with its calls and one redrive more', async () => {
    const at = await write('twice', letter());
    assert.deepEqual(await settle('redriven', at, at), [redriven]);
    const [second] = await settle('redriven', at);
    assert.partialDeepStrictEqual(second, {
      kind: 'settled-before',
      settlement: { letterOffset: at.offset, settlement: 'redriven' },
    });
    const [copy, ...others] = await copiesOf('twice');
    assert.ok(copy && others.length === 0);
    assert.deepEqual([copy.partition, copy.value], [1, Buffer.from([0, 1, 2, 255])]);
    assert.equal(copy.headers['traceparent'], '00-ab-cd-01');
    assert.deepEqual(parseLetter(copy.headers), letter({ calls: { ...calls, redrives: 1 } }));
  });

  test('several who redrive the same letters at once make one copy of each', async () => {
    const first = await write('at-once-a', letter());
    const second = await write('at-once-b', letter());
    const all = await Promise.all([
      settle('redriven', first, second),
      settle('redriven', first, second),
      settle('redriven', second),
    ]);
    assert.equal((await copiesOf('at-once-a')).length, 1);
    assert.equal((await copiesOf('at-once-b')).length, 1);
    const kinds = all.flat().map(({ kind }) => kind);
    assert.deepEqual(kinds.toSorted(), [...Array(2).fill('settled'), ...Array(3).fill('settled-before')]);
  });

  test('what is discarded is not redriven any more', async () => {
    const at = await write('discarded', letter());
    assert.deepEqual(await settle('discarded', at), [{ kind: 'settled', topic: null }]);
    const [outcome] = await settle('redriven', at);
    assert.partialDeepStrictEqual(outcome, {
      kind: 'settled-before',
      settlement: { settlement: 'discarded' },
    });
    assert.deepEqual(await copiesOf('discarded'), []);
  });

  test('what can not help is refused with a reason, and the others are redriven all the same', async () => {
    const refused: [Letter | null, RegExp][] = [
      [letter({ lane: 'mortgage.retired.live' }), /has no lane mortgage\.retired\.live/],
      [letter({ lane: 'mortgage.boosted.again' }), /run of mortgage\.boosted\.again is ended/],
      [letter({ lane: 'mortgage.boosted.live-2' }), /live-2 has ended, and another live run goes on/],
      [letter({ lane: 'mortgage.hasty.live' }), /retry\.delays is empty/],
      [letter({ calls: null, reason: 'unreadable: no Avro' }), /could not be read \(unreadable: no Avro\)/],
      [letter({ calls: { ...calls, redrives: 5 } }), /redriven 5 times/],
      [null, /do not say which lane/],
    ];
    const positions: SettleOptions['positions'][number][] = [];
    for (const [of] of refused) positions.push(await write('refused', of));
    const good = await write('good', letter({ calls: { ...calls, redrives: 4 } }));
    const nowhere = [
      { partition: 1, offset: 1_000_000 },
      { partition: 9, offset: 0 },
    ];
    const outcomes = await settle('redriven', ...positions, ...nowhere, good);
    const reasons = [...refused.map(([, reason]) => reason), /no letter at 1\/1000000/, /no letter at 9\/0/];
    for (const [index, reason] of reasons.entries()) {
      const outcome = outcomes[index];
      assert.equal(outcome?.kind, 'refused');
      assert.match(outcome.reason, reason);
    }
    assert.deepEqual(outcomes.at(-1), redriven);
    assert.deepEqual(await copiesOf('refused'), []);
    assert.equal((await copiesOf('good')).length, 1);
    assert.deepEqual(
      (await settle('discarded', ...positions)).map(({ kind }) => kind),
      refused.map(() => 'settled'),
    );
  });

  test('a dry run says what would be done, and does not do it', async () => {
    const at = await write('dry', letter());
    const options = { config, connection, admin, settlement: 'redriven', positions: [at], runs } as const;
    const [settled] = await settleLetters({ ...options, dryRun: true });
    assert.deepEqual(settled?.outcome, redriven);
    assert.deepEqual(await copiesOf('dry'), []);
    assert.deepEqual(await settle('redriven', at), [redriven]);
  });

  test('a settlement that a stranger’s open transaction hides is waited for', async () => {
    const at = await write('hidden', letter());
    const stranger = bareKafka([broker]).producer({
      transactionalId: `${prefix}stranger`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await stranger.connect();
    const open = await stranger.transaction();
    await open.send({ topic, messages: [{ partition: 1, key: 'stranger', value: 'x' }] });
    let isDone = false;
    const both = settle('redriven', at)
      .then(() => settle('redriven', at))
      .finally(() => (isDone = true));
    // Whoever did not wait would be done twice by then: readers can't see the first settlement.
    await assert.rejects(
      waitUntil('both are done', 2_000, () => isDone),
      /in vain/,
    );
    await open.abort();
    await stranger.disconnect();
    const [outcome] = await both;
    assert.equal(outcome?.kind, 'settled-before');
    assert.equal((await copiesOf('hidden')).length, 1);
  });

  test('the list has every letter with what was done about it, the newest ones of each partition', async () => {
    const open = await write('listed', letter());
    const all = await listDeadLetters({ connection, admin, topic }, 1_000);
    assert.equal(all.older, 0);
    assert.partialDeepStrictEqual(all.letters.at(-1), { ...open, letter: letter(), settlement: null });
    assert.ok(all.letters.some(({ settlement }) => settlement?.settlement === 'discarded'));
    assert.ok(all.letters.some(({ settlement }) => settlement?.settlement === 'redriven'));
    const newest = await listDeadLetters({ connection, admin, topic }, 2);
    assert.deepEqual(
      newest.letters.map(({ offset }) => offset),
      [open.offset],
    );
    assert.equal(newest.older, all.letters.length - 1);
  });
});
