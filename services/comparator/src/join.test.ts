import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Join, type JoinFrontier, type JoinProduction, type JoinRequest } from './join.ts';

type Request = JoinRequest<string, string>;
/** Its offset is its place among the others. */
type Production = Omit<JoinProduction<string>, 'offset'>;
type Frontier = JoinFrontier<string>;

interface Logs {
  readonly requests: readonly Request[];
  readonly production: readonly Production[];
  readonly shadow: readonly Frontier[];
}

const second = 1_000;
const deadlineMs = 70 * second;

function request(
  offset: number,
  timeMs: number,
  id: string | null = `x${offset}`,
  waitMs = deadlineMs,
): Request {
  return {
    offset,
    timeMs,
    deadlineMs: timeMs + waitMs,
    exchangeId: id,
    payload: `request ${offset}`,
    production: null,
    sizeBytes: 10,
  };
}

function answer(timeMs: number, id: string, payload = `production ${id}`): Production {
  return { timeMs, exchangeId: id, payload, sizeBytes: 10 };
}

function first(requestOffset: number, requestTimeMs: number): Frontier {
  return { requestOffset, requestTimeMs, shadow: `shadow ${requestOffset}` };
}

function progress(requestOffset: number, requestTimeMs: number): Frontier {
  return { requestOffset, requestTimeMs, shadow: null };
}

const inLog = 'in the log: ';

/** What is left in the log can be told from what is kept. */
function newJoin(options: { startMs: number; maxHeldBytes: number }): Join<string, string, string> {
  return new Join({
    ...options,
    leftInLog: (offset) => `${inLog}${offset}`,
  });
}

/** Feeds the logs, choosing the next input by `choices`; an input that the join can't take now is passed over. */
function join(
  logs: Logs,
  choices: Iterable<number> = [],
  { startMs = 0, maxHeldBytes = Infinity }: { startMs?: number; maxHeldBytes?: number } = {},
): { lines: string[]; completeUpToMs: number } {
  const machine = newJoin({ startMs, maxHeldBytes });
  const at = { requests: 0, production: 0, shadow: 0 };
  const feed = [
    () => {
      const next = logs.requests[at.requests];
      if (next === undefined) return false;
      at.requests += 1;
      machine.addRequest(next);
      return true;
    },
    () => {
      const next = logs.production[at.production];
      if (next === undefined) return false;
      machine.addProduction({ ...next, offset: at.production });
      at.production += 1;
      return true;
    },
    () => {
      const next = logs.shadow[at.shadow];
      if (next === undefined || machine.needsRequests) return false;
      at.shadow += 1;
      machine.addFrontier(next);
      return true;
    },
  ];
  for (const choice of choices) feed[choice]?.();
  while (feed.some((step) => step()));
  const lines = machine
    .takeJoined()
    .toSorted((a, b) => a.request.offset - b.request.offset)
    .map(({ request: { offset }, production, shadow }) => {
      const isLeft = production?.startsWith(inLog) === true;
      const found = isLeft ? logs.production[Number(production.slice(inLog.length))]?.payload : production;
      return `${offset}: ${found ?? 'missing'}, ${shadow}`;
    });
  return { lines, completeUpToMs: machine.completeUpToMs };
}

test('the scenario of the drawing: two sampled, one not, one beyond the frontier', () => {
  const logs: Logs = {
    requests: [
      request(0, 1 * second),
      request(1, 2 * second),
      request(2, 3 * second),
      request(3, 4 * second),
    ],
    production: [answer(1 * second, 'x2'), answer(2 * second, 'x0')],
    shadow: [first(0, 1 * second), first(2, 3 * second)],
  };
  assert.deepEqual(join(logs), {
    lines: ['0: production x0, shadow 0', '2: production x2, shadow 2'],
    completeUpToMs: 3 * second,
  });
});

test('a production response counts from 10 s before its request to the deadline after it, both included', () => {
  const at = 100 * second;
  for (const [timeMs, expected] of [
    [at - 10_001, 'missing'],
    [at - 10_000, 'production x0'],
    [at + deadlineMs, 'production x0'],
    [at + deadlineMs + 1, 'missing'],
  ] as const) {
    const logs: Logs = {
      requests: [request(0, at)],
      production: [answer(timeMs, 'x0'), answer(at + deadlineMs + 2, 'other')],
      shadow: [first(0, at)],
    };
    assert.deepEqual(join(logs).lines, [`0: ${expected}, shadow 0`], `response at ${timeMs}`);
  }
});

test('of several responses the first in the log counts, for every request of that id', () => {
  const logs: Logs = {
    requests: [request(0, 1 * second, 'same'), request(1, 2 * second, 'same')],
    production: [answer(3 * second, 'same', 'one'), answer(4 * second, 'same', 'two')],
    shadow: [first(0, 1 * second), first(1, 2 * second)],
  };
  assert.deepEqual(join(logs).lines, ['0: one, shadow 0', '1: one, shadow 1']);
});

test('a request without a production response holds its window open until the deadline', () => {
  const logs: Logs = {
    requests: [request(0, 1 * second), request(1, 50 * second)],
    production: [answer(51 * second, 'x1')],
    shadow: [first(0, 1 * second), first(1, 50 * second)],
  };
  assert.deepEqual(join(logs), { lines: ['1: production x1, shadow 1'], completeUpToMs: 1 * second });
});

test('where a revision has shortened the deadline, a later request may give up before an earlier one', () => {
  const logs: Logs = {
    requests: [request(0, 1 * second), request(1, 2 * second, 'x1', 20 * second)],
    production: [answer(23 * second, 'x1'), answer(24 * second, 'x0')],
    shadow: [first(0, 1 * second), first(1, 2 * second)],
  };
  assert.deepEqual(join(logs).lines, ['0: production x0, shadow 0', '1: missing, shadow 1']);
});

test('a request that could not be read is joined with nothing, at once', () => {
  const logs: Logs = {
    requests: [request(0, 1 * second, null)],
    production: [],
    shadow: [first(0, 1 * second)],
  };
  assert.deepEqual(join(logs).lines, ['0: missing, shadow 0']);
});

/** Logs as a lane writes them: some requests sampled, responses early, late, twice or never, ids that repeat. */
const logs: fc.Arbitrary<Logs> = fc
  .array(
    fc.record({
      stepMs: fc.integer({ min: 0, max: 8_000 }),
      id: fc.oneof(
        fc.constant('same'),
        fc.constant(null),
        fc.nat(50).map((n) => `x${n}`),
      ),
      sampled: fc.boolean(),
      // As under several revisions.
      waitMs: fc.constantFrom(deadlineMs, deadlineMs, 20_000),
      delays: fc.array(fc.integer({ min: -12_000, max: 80_000 }), { maxLength: 2 }),
    }),
    { maxLength: 30 },
  )
  .map((rows) => {
    let timeMs = 100_000;
    const requests = rows.map((row, offset) => {
      timeMs += row.stepMs;
      return request(offset, timeMs, row.id, row.waitMs);
    });
    const production = rows
      .flatMap((row, i) =>
        row.delays.map((delay, n) => ({ at: (requests[i]?.timeMs ?? 0) + delay, id: row.id, n, i })),
      )
      .filter((response) => response.id !== null)
      .toSorted((a, b) => a.at - b.at)
      .map(({ at, id, n, i }) => answer(at, id ?? '', `${i}.${n}`));
    const shadow = rows.flatMap((row, i) => (row.sampled ? [first(i, requests[i]?.timeMs ?? 0)] : []));
    const end = timeMs + 200_000;
    return {
      requests: [...requests, request(rows.length, end, 'last')],
      production: [...production, answer(end, 'unknown')],
      shadow: [...shadow, progress(rows.length, end)],
    };
  });

/** Wherever one begins to read: from the first record at or after a time. */
function from(all: Logs, startMs: number): Logs {
  return {
    requests: all.requests.filter(({ timeMs }) => timeMs >= startMs),
    production: all.production.filter(({ timeMs }) => timeMs >= startMs - 10_000),
    shadow: all.shadow.filter(({ requestTimeMs }) => requestTimeMs >= startMs - 10_000),
  };
}

test('any interleaving of the inputs gives the same entries', () => {
  fc.assert(
    fc.property(logs, fc.array(fc.nat(2), { maxLength: 120 }), (all, choices) => {
      assert.deepEqual(join(all, choices), join(all));
    }),
    { numRuns: 500 },
  );
});

test('a start at any time gives the entries from there on', () => {
  fc.assert(
    fc.property(
      logs,
      fc.integer({ min: 90_000, max: 300_000 }),
      fc.array(fc.nat(2)),
      (all, startMs, choices) => {
        const kept = all.requests.filter(({ timeMs }) => timeMs >= startMs).map(({ offset }) => `${offset}:`);
        const expected = join(all).lines.filter((line) => kept.some((prefix) => line.startsWith(prefix)));
        assert.deepEqual(join(from(all, startMs), choices, { startMs }).lines, expected);
      },
    ),
    { numRuns: 500 },
  );
});

test('however little room there is, the same entries come out', () => {
  fc.assert(
    fc.property(logs, fc.array(fc.nat(2), { maxLength: 120 }), fc.nat(150), (all, choices, maxHeldBytes) => {
      assert.deepEqual(join(all, choices, { maxHeldBytes }), join(all));
    }),
    { numRuns: 500 },
  );
});

/** Of every entry: its production response as it was kept. */
function keptOf(machine: Join<string, string, string>): (string | null)[] {
  return machine.takeJoined().map(({ production }) => production);
}

/**
 * requests    r0  r1  r2          10 bytes each, and so are production's responses; there is room for 40
 * production  p1  p2  p0
 * shadow      s0  s1  s2
 *
 * r0 waits, so production is read up to p0: p1 has room, p2 has not, and p0 is not kept, for r0 is judged at once.
 */
test('responses that come before their turn are kept as far as there is room, and what somebody waits for always', () => {
  const machine = newJoin({ startMs: 0, maxHeldBytes: 40 });
  for (const n of [0, 1, 2]) machine.addRequest(request(n, n));
  machine.addFrontier(first(0, 0));
  assert.equal(machine.hasRoom, false, 'half of the room is production’s');
  for (const n of [1, 2, 0]) machine.addProduction({ ...answer(n, `x${n}`), offset: 5 + n });
  assert.deepEqual(keptOf(machine), ['production x0']);
  machine.addFrontier(first(1, 1));
  machine.addFrontier(first(2, 2));
  assert.deepEqual(keptOf(machine), ['production x1', 'in the log: 7']);
  assert.equal(machine.heldBytes, 0);
});

test('requests are read ahead of the shadow responses by a few, and the others go on while they wait', () => {
  const machine = newJoin({ startMs: 0, maxHeldBytes: 1_000_000 });
  let offset = 0;
  for (; machine.mayReadAhead; offset += 1) machine.addRequest(request(offset, offset));
  assert.equal(offset, 256);
  machine.addFrontier(first(0, 0));
  assert.ok(
    machine.needsProduction && machine.hasRoom,
    'r0 waits, and holds up no shadow response behind it',
  );
  assert.ok(machine.mayReadAhead, 'r0 is sampled: there is room for one more');
  machine.addRequest(request(offset, offset));
  assert.ok(!machine.mayReadAhead);
  machine.addFrontier(first(1_000, 1_000));
  assert.ok(machine.needsRequests, 'up to a sampled one they are read in any case');
});

test('a response is kept for a request to come, and its place for another one of the same id', () => {
  const machine = newJoin({ startMs: 0, maxHeldBytes: 40 });
  machine.addProduction({ ...answer(1, 'same', 'one'), offset: 5 });
  assert.equal(machine.heldBytes, 10);
  machine.addRequest(request(0, 2, 'same'));
  machine.addRequest(request(1, 3, 'same'));
  machine.addFrontier(first(0, 2));
  machine.addFrontier(first(1, 3));
  assert.deepEqual(keptOf(machine), ['one', 'in the log: 5']);
  assert.equal(machine.heldBytes, 0);
});

test('what is dropped, or too old for any request, takes no room', () => {
  const machine = newJoin({ startMs: 0, maxHeldBytes: 1_000 });
  machine.addRequest(request(0, 1 * second));
  machine.addProduction({ ...answer(1 * second, 'x0'), offset: 0 });
  machine.addProduction({ ...answer(2 * second, 'without a request'), offset: 1 });
  assert.equal(machine.heldBytes, 30);
  machine.addFrontier(progress(0, 1 * second));
  assert.equal(machine.heldBytes, 10);
  machine.passRequest(1, 13 * second);
  assert.equal(machine.heldBytes, 0);
});
