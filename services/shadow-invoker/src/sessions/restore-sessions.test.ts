/** A session that is broken before a restart is broken after it, and one that is not, is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ScriptedRequest, SessionLane } from '../../test/session-lane.ts';

/** Each ends in whether it fails; a minute of silence ends a session. */
function scriptOf(requests: readonly (readonly [id: string, atSeconds: number, fails?: 'fails'])[]) {
  return requests.map(([id, atSeconds, fails]): ScriptedRequest => {
    const session = id.replaceAll(/\d/g, '');
    return { id, session, atMs: atSeconds * 1_000, fails: fails === 'fails' };
  });
}

/**
 * a   a1 ok   a2 fails   a3 skipped   a4 skipped        a5(119 s): 59 s after a4, skipped   a6(179 s): a minute after a5, called
 * b   b1 ok                   b2 ok                     b3 fails                           b4 skipped
 * c                 c1 ok          c2 ok
 */
const script = scriptOf([
  ['a1', 0],
  ['b1', 1],
  ['a2', 2, 'fails'],
  ['c1', 3],
  ['a3', 30],
  ['b2', 40],
  ['a4', 60],
  ['c2', 61],
  ['a5', 119],
  ['b3', 130, 'fails'],
  ['a6', 179],
  ['b4', 180],
]);
const expected = [
  'a1 answered',
  'b1 answered',
  'a2 failed http-500',
  'c1 answered',
  'a3 skipped session-broken',
  'b2 answered',
  'a4 skipped session-broken',
  'c2 answered',
  'a5 skipped session-broken',
  'b3 failed http-500',
  'a6 answered',
  'b4 skipped session-broken',
];

test('a restart at every offset changes nothing: what is broken is read from the shadow responses', async () => {
  for (let committed = 0; committed <= script.length; committed += 1) {
    for (const lost of [0, 1, 3]) {
      const lane = new SessionLane(script);
      await lane.kill();
      await lane.take(committed);
      lane.commit();
      await lane.take(lost);
      await lane.kill();
      await lane.take(script.length);
      lane.commit();
      const where = `killed after ${committed} committed and ${lost} more`;
      assert.deepEqual(await lane.firsts(), expected, where);
      for (const skipped of ['a3', 'a4', 'a5', 'b4']) assert.ok(!lane.calls.includes(skipped), where);
    }
  }
});

test('where no session is broken, nothing is to be read after a restart', async () => {
  const lane = new SessionLane(
    scriptOf([
      ['a1', 0],
      ['a2', 1, 'fails'],
      ['b1', 2],
      ['b2', 61],
    ]),
  );
  await lane.kill();
  const froms: (number | null)[] = [];
  for (let n = 0; n < 4; n += 1) {
    await lane.take(1);
    lane.commit();
    froms.push(lane.committedFrom);
  }
  assert.deepEqual(froms, [null, 0, 0, null]);
});

test('of shadow responses that were deleted, what is left is read: a session is forgotten, none is made up', async () => {
  const lane = new SessionLane(
    scriptOf([
      ['a1', 0, 'fails'],
      ['b1', 1, 'fails'],
      ['a2', 2],
      ['b2', 3],
    ]),
  );
  await lane.kill();
  await lane.take(2);
  lane.commit();
  lane.responsesStart = 1;
  await lane.kill();
  await lane.take(2);
  lane.commit();
  assert.deepEqual((await lane.firsts()).slice(2), ['a2 answered', 'b2 skipped session-broken']);
});

/** Of one session, a second apart, all in the log: ten times as many as may wait. */
test('a backlog is called in its order, flat out, and none of it is shed', async () => {
  const backlog = scriptOf(Array.from({ length: 200 }, (_, n) => [`a${n}`, n] as const));
  const lane = new SessionLane(backlog);
  await lane.kill();
  await lane.take(backlog.length);
  lane.commit();
  assert.deepEqual(
    await lane.firsts(),
    backlog.map(({ id }) => `${id} answered`),
  );
  assert.deepEqual(
    lane.calls,
    backlog.map(({ id }) => id),
  );
});

const requests = fc.array(
  fc.record({
    session: fc.constantFrom('a', 'b', 'c'),
    afterMs: fc.constantFrom(0, 1_000, 20_000, 59_999, 60_000),
    fails: fc.boolean(),
  }),
  { minLength: 1, maxLength: 20 },
);
const steps = fc.array(fc.constantFrom('take', 'take', 'take', 'commit', 'kill'), { maxLength: 30 });

test('whatever the commits and restarts, each request fares as its session says', async () => {
  await fc.assert(
    fc.asyncProperty(requests, steps, async (given, script) => {
      let atMs = 0;
      const all = given.map(({ afterMs, ...same }, n): ScriptedRequest => {
        atMs += afterMs;
        return { ...same, id: `${same.session}${n}`, atMs };
      });
      const lane = new SessionLane(all);
      await lane.kill();
      for (const step of script) {
        if (step === 'take') await lane.take(1);
        else if (step === 'commit') lane.commit();
        else await lane.kill();
      }
      await lane.take(all.length);
      lane.commit();
      assert.deepEqual(await lane.firsts(), fates(all));
    }),
    { numRuns: 200 },
  );
});

/** What the rule says, one request after the other. */
function fates(all: readonly ScriptedRequest[]): readonly string[] {
  const brokenAtMs = new Map<string, number>();
  return all.map(({ id, session, atMs, fails }) => {
    const isBroken = atMs - (brokenAtMs.get(session) ?? -Infinity) < 60_000;
    if (isBroken || fails) brokenAtMs.set(session, atMs);
    else brokenAtMs.delete(session);
    return isBroken ? `${id} skipped session-broken` : fails ? `${id} failed http-500` : `${id} answered`;
  });
}
