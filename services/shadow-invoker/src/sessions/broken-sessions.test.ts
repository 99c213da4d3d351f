import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BrokenSessions, type SessionResponse } from './broken-sessions.ts';

const idleMs = 1_000;

function said(
  sessions: BrokenSessions,
  session: string,
  timeMs: number,
  status: SessionResponse['status'],
): ReturnType<BrokenSessions['said']> {
  return sessions.said({ session, timeMs, status, offset: timeMs });
}

/**
 * a   failed(0)   skipped(999)   skipped(1998)   answered(2998): silent for 1 s, so it is another session
 */
test('a session is broken by a request that was not answered, until it has been silent for the idle time', () => {
  const sessions = new BrokenSessions({ idleMs });
  assert.equal(said(sessions, 'a', 0, 'failed'), 'broken');
  assert.equal(sessions.at('b', 1), null);
  for (const timeMs of [999, 1_998]) {
    assert.equal(sessions.at('a', timeMs), 'broken');
    assert.equal(said(sessions, 'a', timeMs, 'skipped'), null, 'told once');
  }
  assert.equal(sessions.at('a', 2_997), 'broken');
  assert.equal(sessions.at('a', 2_998), null);
  assert.equal(said(sessions, 'a', 2_998, 'answered'), null);
  assert.deepEqual([sessions.size, sessions.from], [0, null]);
});

test('what is over is forgotten, whoever moves the time; where to read from moves with it', () => {
  const sessions = new BrokenSessions({ idleMs });
  said(sessions, 'a', 0, 'timed_out');
  said(sessions, 'b', 500, 'shed');
  assert.deepEqual([sessions.at('b', 600), sessions.from], ['shed', 0]);
  said(sessions, 'c', 1_000, 'answered');
  assert.deepEqual([sessions.size, sessions.from], [1, 500]);
  sessions.forget(1_500);
  assert.deepEqual([sessions.size, sessions.from], [0, null]);
});

test('of too many, the one that has been silent longest is forgotten, and told', () => {
  let forgotten = 0;
  const sessions = new BrokenSessions({ idleMs, max: 2, onForgotten: () => (forgotten += 1) });
  said(sessions, 'a', 0, 'failed');
  said(sessions, 'b', 1, 'failed');
  said(sessions, 'a', 2, 'skipped');
  said(sessions, 'c', 3, 'failed');
  assert.deepEqual(
    ['a', 'b', 'c'].map((session) => sessions.at(session, 4)),
    ['broken', null, 'broken'],
  );
  assert.equal(forgotten, 1);
});

const responses = fc.array(
  fc.record({
    session: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    afterMs: fc.constantFrom(0, 1, 300, 999, 1_000),
    status: fc.constantFrom('answered', 'failed', 'skipped', 'shed'),
    /** How far before its place the offset is. */
    earlier: fc.nat(3),
  }),
  { maxLength: 40 },
);

test('who reads on from where it says knows the same, with too many sessions also', () => {
  fc.assert(
    fc.property(responses, fc.integer({ min: 1, max: 3 }), (given, max) => {
      const all = new BrokenSessions({ idleMs, max });
      let timeMs = 0;
      let known = 0;
      const log = given.map(({ afterMs, earlier, ...same }, offset) => {
        timeMs += afterMs;
        known = Math.max(known, offset - earlier);
        all.said({ ...same, timeMs, offset: known });
        return { ...same, timeMs, offset };
      });
      const again = new BrokenSessions({ idleMs, max });
      for (const response of log.slice(all.from ?? log.length)) again.said(response);
      for (const session of ['a', 'b', 'c', 'd', 'e']) {
        assert.equal(again.at(session, timeMs), all.at(session, timeMs), session);
      }
      assert.equal(again.size, all.size);
    }),
  );
});
