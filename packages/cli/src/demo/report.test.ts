import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { boosted, callers, repaired } from '../../test/lane-reports.ts';
import { type DemoResult, reportText } from './report.ts';

const result: DemoResult = {
  requests: 1226,
  applicants: 1226,
  outage: { lane: boosted.lane, durationMs: 5_000, callers },
  lanes: [boosted, repaired],
  addresses: {
    gateway: 'http://127.0.0.1:8080',
    console: 'http://127.0.0.1:8090',
    kafka: '127.0.0.1:9092',
    registry: 'http://127.0.0.1:8081/apis/ccompat/v7',
  },
};

const plain = (_look: unknown, text: string): string => text;
const report = (changed: Partial<DemoResult> = {}): string => reportText({ ...result, ...changed }, plain);

suite('the report', () => {
  test('says each verdict with its reason, the balance, the latencies and what agrees least', () => {
    assert.equal(
      report(),
      `1,226 requests were sent; users affected: 0.

Half-way the shadow boosted was killed for 5 s. What production's users saw:
            requests  errors       p50       p99
  before         613       0    2.1 ms     12 ms
  during         301       0    2.0 ms     12 ms
  after          312       0    2.2 ms     12 ms
  Its requests waited in the log until it was back.
  14 requests that it had failed were tried again: 13 recovered, 1 given up.

boosted: fail
  88.3% [84.7, 91.4] of its answers agree with production's: below 95.0%
  1,226 sampled = 1,225 compared + 1 shadow-deferred
  p95 latency: production 1.6 ms, shadow 12 ms
  What agrees least:
    self_employed = yes: 15% [7, 26] of 149, below its margin of 90%; others 99%
    condominium = no: 88% [84, 92] of 898, others –
    single = no: 88% [83, 92] of 741, others 89%
  Next: keep it from users, and look at self_employed = yes on the page.

repaired: pass
  98.5% [96.6, 99.5] of its answers agree with production's: above 95.0%
  1,226 sampled = 1,216 compared + 1 missing-production-response + 9 shadow-timed-out
  p95 latency: production 1.6 ms, shadow 12 ms
  1,216 outcomes are known by now; right were
    production 91.1% [88.2, 93.4], shadow 91.2% [88.4, 93.5]
  What agrees least:
    single = yes: 97% [94, 99] of 485, others –
  Next: give it a small share of the users (a canary of 1%).

Page      http://127.0.0.1:8090
Gateway   http://127.0.0.1:8080
Kafka     127.0.0.1:9092
Registry  http://127.0.0.1:8081/apis/ccompat/v7
`,
    );
  });

  test('says that repeated applicants are no new evidence', () => {
    assert.doesNotMatch(report(), /repeat/);
    assert.match(
      report({ requests: 3000 }),
      /^1,774 of them repeat an applicant under a new id\.\n.* the intervals no longer hold\.$/m,
    );
  });

  test('says how many users were affected', () => {
    const affected = callers.map((each) => ({ ...each, affected: 4 }));
    const text = report({ outage: { ...result.outage, callers: affected } });
    assert.match(text, /^1,226 requests were sent; users affected: 12\.$/m);
    assert.match(text, /^ {2}during +301 +4 /m);
  });

  test('fits into 80 columns, but for a balance with many reasons', () => {
    const lines = report().split('\n');
    assert.deepEqual(
      lines.filter((line) => line.length > 80 && !line.includes(' sampled = ')),
      [],
    );
  });

  test('does not speak of an outage that never was', () => {
    const none = callers.map((each) => (each.phase === 'before' ? each : { ...each, requests: 0 }));
    assert.doesNotMatch(report({ outage: { ...result.outage, callers: none } }), /killed/);
  });

  test('a shadow that failed no request before it was missed has nothing to retry', () => {
    const lanes = [
      { ...boosted, ledger: { sampled: 1226, compared: 1226, notCompared: {} }, corrected: 0, recovered: {} },
    ];
    assert.match(report({ lanes }), /^ {2}Its requests waited in the log until it was back\.\n\n/m);
  });

  test('says what to do next', () => {
    const recommendation = { action: 'keep-shadowing', text: 'Keep shadowing: about 9 more requests.' };
    const inconclusive = report({ lanes: [{ ...boosted, verdict: 'inconclusive', recommendation }] });
    assert.match(inconclusive, /^ {2}Next: keep shadowing: about 9 more requests\.$/m);
    const unbalanced = report({ lanes: [{ ...repaired, balanced: false }] });
    assert.match(unbalanced, /^ {2}Next: find out why requests are missing/m);
    const flagged = report({ lanes: [{ ...boosted, verdict: 'pass' }] });
    assert.match(flagged, /^ {2}Next: before a canary, look at self_employed = yes/m);
  });

  test('a ledger out of balance is said first', () => {
    const ledger = { sampled: 1226, compared: 1200, notCompared: {} };
    const text = report({ lanes: [{ ...boosted, balanced: false, ledger }] });
    assert.match(text, /^ {2}Out of balance: 1,226 sampled, but 1,200 compared$/m);
  });

  test('where nothing was compared nothing is invented', () => {
    const none = { estimate: null, lower: null, upper: null };
    const quantiles = { p50: null, p95: null, p99: null };
    const latency = { production: quantiles, shadow: quantiles };
    const text = report({ lanes: [{ ...boosted, agreement: none, latency, segments: [] }] });
    assert.match(text, /^ {2}p95 latency: production –, shadow –$/m);
    assert.doesNotMatch(text, /NaN|null|undefined|agrees least/);
  });

  test('colours verdicts and what is flagged, where there are colours', () => {
    const painted = reportText(result, (look, text) => `<${String(look)} ${text}>`);
    assert.match(painted, /<bold boosted>: <bold,red fail>/);
    assert.match(painted, /<bold repaired>: <bold,green pass>/);
    assert.match(painted, /<red self_employed = yes: 15% \[7, 26\] of 149>, below its margin of 90%/);
  });
});
