/** Evidence bundles without a broker: of a lane that a comparator has published into a log in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgingHash } from '@understudy/config';
import { constantTimeline, firstRevision } from '@understudy/streams';
import { type EvidenceBundle, sealed } from '../src/evidence/bundle.ts';
import { checkBundle } from '../src/evidence/check-bundle.ts';
import { checksText } from '../src/evidence/checks-text.ts';
import { collectEvidence } from '../src/evidence/collect.ts';
import { readBundle } from '../src/evidence/read-bundle.ts';
import { pack, unpack } from '../src/units/packed-outcomes.ts';
import { LaneLog, runStart, testLane, windowMs, withTimeline } from './lane-log.ts';
import { memoryWindowLog, publishedLane, testSettings } from './published-lane.ts';

const bare = testLane();
const configHash = judgingHash(bare.ready.timeline.newest.experiment);
const lane = withTimeline(
  bare,
  constantTimeline({ ...firstRevision(bare.ready.timeline.newest.experiment), configHash }),
);
const { topics } = lane;

/** 40 requests, two windows of them each five minutes: every tenth answer differs; one has no production response. */
function written(): LaneLog {
  const out = new LaneLog(lane);
  for (let n = 0; n < 40; n += 1) {
    const timeMs = runStart + Math.floor(n / 10) * 300_000 + (n % 10) * 800;
    const exchangeId = `x${n}`;
    const offset = out.request(timeMs, exchangeId);
    out.shadow(timeMs + 50, { offset, timeMs, exchangeId }, n % 10 === 3 ? 'denied' : 'approved');
    if (n !== 5) out.production(timeMs + 20, exchangeId, 'approved');
  }
  const endMs = runStart + 1_300_000;
  out.raw(topics.productionResponses, endMs, null);
  out.progress(endMs, out.raw(topics.requests, endMs, null), endMs);
  return out;
}

async function bundle(): Promise<EvidenceBundle> {
  const log = memoryWindowLog(await publishedLane(lane, written()));
  const made = await collectEvidence({ log, lane, settingsAt: testSettings(lane) }, null);
  return readBundle(JSON.stringify(made));
}

function failing(of: EvidenceBundle): readonly string[] {
  return checkBundle(of).flatMap(({ name, holds }) => (holds ? [] : [name]));
}

test('a bundle holds by itself: seal, config, ledger of each day, sums, and the verdict judged again', async () => {
  const made = await bundle();
  assert.deepEqual(failing(made), []);
  assert.equal(made.days.length, 1);
  const [day] = made.days;
  assert.deepEqual(day?.ledger, {
    sampled: 40,
    compared: 39,
    notCompared: { 'missing-production-response': 1 },
  });
  assert.equal(day.agreed, 35);
  assert.equal(day.windows, 8);
  assert.equal(day.to, runStart + 900_000 + 2 * windowMs);
  assert.match(checksText(made, checkBundle(made)), /^\? rollback plan: nobody has acknowledged one/m);
});

test('whatever is changed shows, even where it is sealed anew', async () => {
  const { digest: _, ...made } = await bundle();
  const [day] = made.days;
  const [whole, ...segments] = made.records;
  assert.ok(day && whole);
  const better = { ...made.verdict, verdict: 'pass' as const };
  assert.deepEqual(failing({ ...made, digest: '0', verdict: better }), ['seal', 'verdict']);
  assert.deepEqual(failing(sealed({ ...made, verdict: better })), ['verdict']);
  assert.deepEqual(failing(sealed({ ...made, days: [{ ...day, agreed: day.agreed + 1 }] })), ['sums']);
  const lost = { ...day, ledger: { ...day.ledger, sampled: day.ledger.sampled + 1 } };
  assert.deepEqual(failing(sealed({ ...made, days: [lost] })), ['ledger', 'sums']);
  const lower = made.experiment.replace('"margin":0.95', '"margin":0.5');
  assert.notEqual(lower, made.experiment);
  assert.deepEqual(failing(sealed({ ...made, experiment: lower })), ['config', 'verdict']);
  const units = whole.running.units;
  assert.ok(units);
  const fewer = { ...units, ...pack(unpack(units).slice(1)), idle: units.idle.slice(1) };
  const records = [{ ...whole, running: { ...whole.running, units: fewer } }, ...segments];
  assert.deepEqual(failing(sealed({ ...made, records })), ['verdict']);
});

test('what is no bundle is told', () => {
  assert.throws(() => readBundle('{'), /no JSON/);
  assert.throws(() => readBundle('{}'), /it has no format/);
  assert.throws(
    () => readBundle('{"format":"understudy-evidence/9"}'),
    /this version checks understudy-evidence\/1/,
  );
  assert.throws(
    () => readBundle('{"format":"understudy-evidence/1","lane":"l"}'),
    /lacks verdict, experiment/,
  );
});
