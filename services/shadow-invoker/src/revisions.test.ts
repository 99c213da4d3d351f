import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { revisionOf } from '@understudy/domain';
import { firstRevision, GrowingTimeline } from '@understudy/streams';
import {
  cleanUp,
  codecs,
  harness,
  laneFor,
  nextOutput,
  plain,
  start,
  startShadow,
  topics,
  windowMs,
} from '../test/harness.ts';

afterEach(cleanUp);

function requestAt(timestampMs: number, offset: number) {
  const value = codecs.encoder('request', '')(plain(offset));
  return { topic: topics.requests, partition: 0, offset, timestampMs, key: null, value, headers: {} };
}

/** Two revisions: all is sampled before the second window, and nothing from there on. */
function timelineFor(url: string): GrowingTimeline {
  const { newest: first } = laneFor(url).timeline;
  const timeline = new GrowingTimeline(first);
  const experiment = { ...first.experiment, sampling: { ...first.experiment.sampling, rate: 0 } };
  timeline.add({ ...firstRevision(experiment), number: 2, fromMs: start + windowMs });
  return timeline;
}

/**
 * requests          r0 (4.999 s)   r1 (5 s)   r2 (10 s)
 * sampled           all, up to 5 s; nothing from there on
 * shadow responses  first@0                   progress@2
 */
test('who is sampled changes exactly at the boundary; what is written names the revision at its request', async () => {
  const shadow = await startShadow(() => 200);
  const timeline = timelineFor(shadow.url);
  timeline.know(Infinity);
  const { task } = harness(shadow.url, { timeline });
  for (const [offset, ms] of [windowMs - 1, windowMs, 2 * windowMs].entries())
    await task.accept(requestAt(start + ms, offset));
  const written: string[] = [];
  while (written.length < 2) {
    for (const { value, headers = {} } of (await nextOutput(task)).records) {
      const { kind, requestOffset } = await codecs.decode('shadow-response', value ?? Buffer.alloc(0));
      written.push(`${kind}@${requestOffset} ${revisionOf(headers) ?? 'none'}`);
    }
  }
  assert.deepEqual(written, ['first@0 1', 'progress@2 2']);
  assert.deepEqual(
    shadow.seen.map(({ id }) => id),
    ['x0'],
  );
});

test('no request is taken at a time whose revision is not known yet', async () => {
  const shadow = await startShadow(() => 200);
  const timeline = timelineFor(shadow.url);
  timeline.know(start + 100);
  const { task } = harness(shadow.url, { timeline });
  assert.equal(task.appetite(topics.requests, requestAt(start + 99, 0)), 'now');
  await task.accept(requestAt(start + 99, 0));
  assert.equal(task.appetite(topics.requests, requestAt(start + 100, 1)), 'later');
  // Its own clock may be behind: it is at the time of the one before it.
  assert.equal(task.appetite(topics.requests, requestAt(start + 50, 1)), 'now');
  timeline.know(start + 101);
  assert.equal(task.appetite(topics.requests, requestAt(start + 100, 1)), 'now');
});
