import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ExperimentConfig, experimentText, parseConfig } from '@understudy/config';
import { liveRun, type Experiment } from '@understudy/schemas-avro';
import { addTo } from './revision-log.ts';
import { type GrowingTimeline, perRevision, runTimeline } from './timeline.ts';

const windowMs = 5_000;

function experiment(rate: number): ExperimentConfig {
  const { experiments } = parseConfig({
    text: `
kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: / }
    production: { url: 'http://127.0.0.1:9001' }
    window: 5s
    sampling: { rate: ${rate} }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:9002' }]
    comparison: { kind: json }
`,
    file: 'test.yaml',
    env: {},
  });
  assert.ok(experiments[0]);
  return experiments[0];
}

interface Appended {
  readonly appendedMs: number;
  /** What the record says; default 0, as of a writer whose clock is behind. */
  readonly effectiveFrom?: number;
  readonly revision?: number;
  readonly config?: string;
}

/** A timeline as the log has it: revisions from 1, each with a rate of its own. */
function timelineOf(appended: readonly Appended[]): GrowingTimeline {
  const timelines = new Map<string, GrowingTimeline>();
  for (const [index, given] of appended.entries()) {
    const revision = given.revision ?? index + 1;
    const record: Experiment = {
      name: 'mortgage',
      revision,
      effectiveFrom: given.effectiveFrom ?? 0,
      configHash: `hash ${revision}`,
      config: given.config ?? experimentText(experiment(1 / (index + 1))),
    };
    addTo(timelines, record, { timestampMs: given.appendedMs });
  }
  const timeline = timelines.get('mortgage');
  assert.ok(timeline);
  return timeline;
}

/** From when each of two revisions holds, the second appended at a time. */
function effectOf(second: Appended): number {
  return timelineOf([{ appendedMs: 0 }, second]).newest.fromMs;
}

test('the first revision holds from the beginning of time, whenever it was recorded', () => {
  const timeline = timelineOf([{ appendedMs: 1_000_000, effectiveFrom: 7 }]);
  assert.deepEqual([timeline.at(0).number, timeline.at(2_000_000).number], [1, 1]);
  assert.equal(timeline.newest.fromMs, 0);
});

/** windows of 5 s; a record appended at 95 s has 30 s until the boundary of 125 s, exactly */
test('a revision takes effect at the first boundary that is 30 s after its record was appended', () => {
  assert.equal(effectOf({ appendedMs: 94_999 }), 125_000);
  assert.equal(effectOf({ appendedMs: 95_000 }), 125_000);
  assert.equal(effectOf({ appendedMs: 95_001 }), 130_000);
});

test('of what the record says and what its append time allows, the later counts', () => {
  assert.equal(effectOf({ appendedMs: 95_000, effectiveFrom: 120_000 }), 125_000);
  assert.equal(effectOf({ appendedMs: 95_000, effectiveFrom: 140_000 }), 140_000);
});

test('the request at the boundary is the first of the next revision', () => {
  const timeline = timelineOf([{ appendedMs: 0 }, { appendedMs: 95_000 }]);
  assert.deepEqual(
    [124_999, 125_000].map((timeMs) => timeline.at(timeMs).number),
    [1, 2],
  );
  assert.equal(timeline.newest.number, 2, 'what acts is the newest, before it judges');
});

/** 2 is appended at 95 s, and 3 at 90 s: by a broker whose clock is behind */
test('a revision does not take effect before the one it follows', () => {
  const timeline = timelineOf([{ appendedMs: 0 }, { appendedMs: 95_000 }, { appendedMs: 90_000 }]);
  assert.deepEqual(
    [124_999, 125_000].map((timeMs) => timeline.at(timeMs).number),
    [1, 3],
  );
});

test('a record that is read again adds nothing', () => {
  const timeline = timelineOf([
    { appendedMs: 0 },
    { appendedMs: 95_000 },
    { appendedMs: 200_000, revision: 2 },
  ]);
  assert.equal(timeline.newest.fromMs, 125_000);
});

test('an experiment of a version that knows more is refused, with what to do', () => {
  assert.throws(() => timelineOf([{ appendedMs: 0, config: '{"unheardOf":1}' }]), {
    code: 'state-mismatch',
    message: /revision 1 of mortgage .* run the newer one/,
  });
});

test('what was known of it stays known', () => {
  const timeline = timelineOf([{ appendedMs: 0 }]);
  assert.equal(timeline.knownUntilMs, 0);
  timeline.know(120_000);
  timeline.know(110_000);
  assert.equal(timeline.knownUntilMs, 120_000);
});

test('what is made of a revision is made once', () => {
  const timeline = timelineOf([{ appendedMs: 0 }, { appendedMs: 95_000 }]);
  const made: number[] = [];
  const rateAt = perRevision(timeline, ({ number, experiment: { sampling } }) => {
    made.push(number);
    return sampling.rate;
  });
  assert.deepEqual([100_000, 124_999, 125_000, 1].map(rateAt), [1, 1, 0.5, 1]);
  assert.deepEqual(made, [1, 2]);
});

test('a run that names a revision is judged by it throughout; others by the time of each request', () => {
  const timeline = timelineOf([{ appendedMs: 0 }, { appendedMs: 95_000 }]);
  const run = liveRun({ lane: 'mortgage.boosted.again', start: 0, windowMs });
  assert.equal(runTimeline(timeline, run), timeline);
  const again = runTimeline(timeline, { ...run, kind: 'rejudge', revision: 2 });
  assert.deepEqual([again.at(0).number, again.knownUntilMs], [2, Infinity]);
  assert.throws(() => runTimeline(timeline, { ...run, revision: 3 }), { code: 'state-mismatch' });
});
