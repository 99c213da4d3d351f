/** What a lane's detectors would have said: known divergence put into recorded traffic, in a log in memory. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { injectionsFor } from '../src/detector-test/injections.ts';
import { trialsText } from '../src/detector-test/trials-text.ts';
import { type Trial, tryInjection } from '../src/detector-test/try-injection.ts';
import { LaneLog, nervousWatch, runStart, testLane, windowMs } from './lane-log.ts';
import { memoryWindowLog, testSettings } from './published-lane.ts';

const lane = testLane();
const windows = 60;
const ofWindow = 20;
const deferred = 25;
/** All but the one that was put off. */
const counted = windows * ofWindow - 1;
const segment = { field: 'self_employed', value: 'yes' };

/**
 * Production approves two of three; the recorded shadow answers every 12th request otherwise, and puts one off, which it
 * answers in the next window.
 */
function recorded(): LaneLog {
  const out = new LaneLog(lane);
  let later = (): void => {};
  for (let n = 0; n < windows * ofWindow; n += 1) {
    const timeMs = runStart + Math.floor(n / ofWindow) * windowMs + (n % ofWindow) * 200;
    const exchangeId = `x${n}`;
    const body = { id: n, self_employed: n % 4 === 0 ? 'yes' : 'no' };
    const says = n % 3 === 0 ? 'denied' : 'approved';
    const offset = out.request(timeMs, exchangeId, { body });
    const request = { offset, timeMs, exchangeId };
    if (n === deferred) later = () => out.recovery(timeMs + windowMs, request, says);
    out.shadow(timeMs + 50, request, n === deferred ? undefined : n % 12 === 0 ? 'approved' : says);
    if (n === deferred + ofWindow) later();
    out.production(timeMs + 20, exchangeId, says);
  }
  const endMs = runStart + windows * windowMs + 120_000;
  out.raw(lane.topics.productionResponses, endMs, null);
  out.progress(endMs, out.raw(lane.topics.requests, endMs, null), endMs);
  return out;
}

const trials = new Map<string, Trial>();

before(async () => {
  const setup = { log: memoryWindowLog(recorded().log), lane, settingsAt: testSettings(lane) };
  const range = { from: runStart, to: runStart + windows * windowMs };
  for (const injection of injectionsFor(segment))
    trials.set(injection.name, await tryInjection(injection, { setup, ...range, watch: nervousWatch(lane) }));
});

function trial(name: RegExp): Trial {
  const [found, ...more] = [...trials.values()].filter((each) => name.test(each.name));
  assert.ok(found !== undefined && more.length === 0, String(name));
  return found;
}

test('production against itself never differs, and raises no alarm', () => {
  const { injected, compared, diverging, windows: of, alerts } = trial(/^production against itself$/);
  assert.deepEqual([injected, compared, diverging, of, alerts], [0, counted, 0, windows, 0]);
  assert.match(trialsText(lane.name, [...trials.values()]), /^0 false alarms in 60 windows$/m);
});

test('whatever answer was put in is found, and 10% of them raise an alarm', () => {
  const few = trial(/^1% of answers/);
  assert.equal(few.diverging, few.injected);
  assert.ok(few.injected > 4 && few.injected < 24, `${few.injected} of 12 expected`);
  const many = trial(/^10% of answers/);
  assert.equal(many.diverging, many.injected);
  assert.ok(many.injected > 90 && many.injected < 150, `${many.injected} of 120 expected`);
  assert.equal(many.alert?.rule, 'divergence-high');
  assert.ok(many.alert.afterMs <= 30 * windowMs, `after ${many.alert.afterMs} ms`);
  assert.equal(many.verdict, 'fail');
});

test('in one segment alone, only its requests are hit', () => {
  const { injected, diverging } = trial(/self_employed = yes/);
  assert.equal(diverging, injected);
  assert.ok(injected > 110 && injected < 190, `half of 300 are expected, not ${injected}`);
});

test('slower answers agree; failed calls are an alarm of their own', () => {
  const slower = trial(/slower$/);
  assert.deepEqual([slower.injected, slower.diverging], [counted, 0]);
  const failed = trial(/of calls fail$/);
  assert.equal(failed.compared, counted - failed.injected);
  assert.equal(failed.alert?.rule, 'shadow-errors');
});

test('as recorded, it is what was recorded', () => {
  assert.equal(trial(/^as recorded$/).diverging, (windows * ofWindow) / 12);
});
