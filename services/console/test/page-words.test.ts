/** The page's modules that need no browser. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { bearingOf, notComparedReasons, statisticNames } from '@understudy/domain';
import { chooseExamples } from '../page/choose-pairs.ts';
import { ago, boundsOf, count, interval, milliseconds, percent } from '../page/format.ts';
import { latestOnly } from '../page/latest-only.ts';
import { agreementRange, roundedRange, shareOf } from '../page/scale.ts';
import { statisticRow, statisticWords } from '../page/statistic-words.ts';
import {
  coverageSentence,
  ledgerSentence,
  notComparableSentence,
  reasons,
  reasonsIn,
  summarySentence,
  waitingSentence,
} from '../page/words.ts';
import { pairView } from '../src/pair-view.ts';
import type { HistoryPoint, LaneView, SegmentView, StatisticView } from '../src/views.ts';
import { divergingPair } from './comparison.ts';

suite('the page in words', () => {
  test('numbers are written as the command line writes them', () => {
    assert.deepEqual(
      [count(1226), percent(0.8834), percent(1, 0), percent(null)],
      ['1,226', '88.3%', '100%', '–'],
    );
    const agreement = { estimate: 0.8834, lower: 0.8469, upper: 0.9142 };
    assert.equal(interval(agreement), '88.3% [84.7, 91.4]');
    assert.equal(interval({ estimate: 0.1477, lower: 0.0685, upper: 0.2613 }, 0), '15% [7, 26]');
    assert.equal(interval({ estimate: null, lower: null, upper: null }), '–');
    assert.equal(interval({ estimate: null, lower: 0, upper: 1 }), '– [0.0, 100.0]');
    assert.equal(boundsOf({ estimate: 0.5, lower: null, upper: null }), '');
    assert.deepEqual([0.42, 12.4, 1240.6].map(milliseconds), ['0.4 ms', '12 ms', '1,241 ms']);
    assert.deepEqual(
      [0, 119, 120, 7_199, 7_200, 172_800].map((seconds) => ago(0, seconds * 1_000)),
      ['0 s ago', '119 s ago', '2 min ago', '120 min ago', '2 h ago', '2 d ago'],
    );
    assert.equal(ago(5_000, 0), '0 s ago', 'a reader’s clock may be late');
  });

  test('every reason is known, in the domain’s order, with what it says about agreement', () => {
    assert.deepEqual(Object.keys(reasons), [...notComparedReasons]);
    for (const reason of notComparedReasons) {
      assert.equal(reasons[reason]?.bearing, bearingOf(reason), reason);
    }
  });

  test('the ledger is a sum; a reason of a newer version is shown, too', () => {
    const notCompared = { new: 1, 'shadow-timed-out': 9, 'production-failed': 2, 'shadow-shed': 0 };
    const ledger = { sampled: 1226, compared: 1214, notCompared };
    assert.equal(
      ledgerSentence(ledger, true),
      '1,226 sampled = 1,214 compared + 2 production-failed + 9 shadow-timed-out + 1 new',
    );
    assert.match(ledgerSentence(ledger, false), /^Out of balance: 1,226 sampled, but 1,214 compared/);
    assert.deepEqual(
      reasonsIn(notCompared).map(({ reason }) => reason),
      ['production-failed', 'shadow-timed-out', 'new'],
    );
  });

  test('what is not comparable says what it lacks, the most frequent first', () => {
    const sentence = notComparableSentence({ 'both-not-json': 1, 'shadow-label-missing': 1200 });
    assert.equal(sentence, 'What they lack: 1,200 shadow-label-missing, 1 both-not-json');
    assert.equal(notComparableSentence({}), '');
  });

  test('every statistic has a name that people know, in the domain’s order', () => {
    assert.deepEqual(Object.keys(statisticWords), [...statisticNames]);
  });

  test('a statistic is a row, in its unit; one of a newer version is shown, too', () => {
    const nothing = { estimate: null, lower: null, upper: null, pValue: null, reason: null };
    const row = (values: Partial<StatisticView>): string[] =>
      Object.values(statisticRow({ ...nothing, name: 'new', ...values }));
    const share = { name: 'shareOutsideTolerance', estimate: 0.0123, lower: 0.01, upper: 0.015 };
    assert.deepEqual(row(share), ['Outside tolerance', '1.2%', '1.0% to 1.5%', '', '']);
    assert.deepEqual(row({ name: 'latencyMedianShift', estimate: -12.3456 }).slice(1, 2), ['-12.3 ms']);
    assert.deepEqual(row({ estimate: 1, pValue: 1.57772e-30 }), ['new', '1', '', '1.6e-30', '']);
    assert.deepEqual(row({ pValue: 0.0425, reason: 'why' }), ['new', '–', '', '0.043', 'why']);
  });

  test('what waits is said as exactly as it is known', () => {
    const waiting = (requests: number, isExact: boolean): string =>
      waitingSentence({ waiting: { requests, isExact } });
    assert.equal(waiting(0, true), 'nothing waits for the next window');
    assert.equal(waiting(1, true), '1 request in open windows');
    assert.equal(waiting(2140, false), 'up to 2,140 requests in open windows');
    assert.equal(waitingSentence({ waiting: null }), '');
  });

  test('a window that not all partitions cover is called partial', () => {
    assert.equal(coverageSentence({ covered: 4, of: 5 }), 'partial: 4 of 5 partitions');
    assert.equal(coverageSentence(null), '');
  });

  test('all lanes are summed up in a line', () => {
    const lane = (verdict: LaneView['verdict'], firing = 0): Pick<LaneView, 'verdict' | 'alerts'> => {
      const alert = { identity: '', rule: '', since: 0, reason: '' };
      return { verdict, alerts: Array.from({ length: firing }, () => alert) };
    };
    assert.equal(summarySentence([]), 'No lane has closed a window yet.');
    assert.equal(summarySentence([lane('pass')]), '1 lane: 1 passes');
    assert.equal(
      summarySentence([lane('fail', 2), lane('fail'), lane('inconclusive'), lane('pass')]),
      '4 lanes: 2 fail, 1 undecided, 1 passes, 2 alerts firing',
    );
  });
});

suite('examples', () => {
  const pair = (exchangeId: string, segments: Record<string, string> = {}) =>
    pairView(divergingPair({ exchangeId, segments }), null);
  const segment = (value: string, flagged: boolean): SegmentView => {
    const agreement = { estimate: null, lower: null, upper: null };
    return {
      segment: { field: 'branch', value },
      agreement,
      compared: 9,
      agreed: 8,
      sampled: 9,
      margin: 0.9,
      flagged,
    };
  };
  const chosen = (pairs: ReturnType<typeof pair>[], segments: SegmentView[]) =>
    chooseExamples(pairs, segments).map((each) => [each.segment?.value ?? null, each.pair.exchangeId]);

  test('are one of each flagged segment, then the lane’s worst, each once, three at most', () => {
    const pairs = [pair('a'), pair('b', { branch: 'n' }), pair('c', { branch: 's' }), pair('d')];
    assert.deepEqual(chosen(pairs, [segment('s', true), segment('n', false)]), [
      ['s', 'c'],
      [null, 'a'],
      [null, 'b'],
    ]);
    assert.deepEqual(chosen(pairs.slice(0, 1), [segment('s', true)]), [[null, 'a']]);
    assert.deepEqual(chosen([], [segment('s', true)]), []);
  });
});

suite('scales', () => {
  const point = (sampled: number, lower: number, windowAgreement: number | null = null): HistoryPoint => ({
    windowEnd: sampled,
    coverage: null,
    sampled,
    compared: 1,
    agreement: { estimate: null, lower, upper: 1 },
    windowAgreement,
    p95: { production: null, shadow: null },
  });
  const rounded = ({ from, to }: { from: number; to: number }): number[] => [Number(from.toFixed(4)), to];

  test('agreement: down to the margin at least, and not to what few requests say', () => {
    assert.deepEqual(rounded(agreementRange([], 0.95)), [0.85, 1]);
    assert.deepEqual(rounded(agreementRange([point(1, 0.01), point(1_000, 0.84)], 0.95)), [0.8, 1]);
    assert.deepEqual(rounded(agreementRange([point(1_000, 0.84, 0.42)], 0.95)), [0.4, 1]);
    assert.deepEqual(rounded(agreementRange([point(1_000, 0)], 0.95)), [0, 1]);
  });

  test('latency: to a round number', () => {
    const ends = [0, 1, 1.5, 90, 100, 101, 4_000].map((most) => roundedRange(most).to);
    assert.deepEqual(ends, [1, 1, 2, 100, 100, 200, 5_000]);
  });

  test('what is beyond lies at the end', () => {
    const range = { from: 10, to: 20 };
    assert.deepEqual(
      [5, 10, 15, 25].map((value) => shareOf(range, value)),
      [0, 0, 0.5, 1],
    );
    assert.equal(shareOf({ from: 1, to: 1 }, 1), 0.5);
  });
});

test('questions never overtake each other, a burst costs two, and one that fails is asked again', async () => {
  const asked: PromiseWithResolvers<void>[] = [];
  const ask = latestOnly(() => {
    const answer = Promise.withResolvers<void>();
    asked.push(answer);
    return answer.promise;
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  ask();
  ask();
  ask();
  assert.equal(asked.length, 1);
  asked[0]?.resolve();
  await settled();
  assert.equal(asked.length, 2);
  asked[1]?.reject(new Error('away'));
  await settled();
  assert.equal(asked.length, 2);
  ask();
  assert.equal(asked.length, 3);
});
