import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { boosted, repaired } from '../../test/lane-reports.ts';
import { type DemoResult, reportText } from './report.ts';

const result: DemoResult = {
  requests: 1226,
  applicants: 1226,
  affected: 0,
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
      `1,226 requests were sent, and no user was affected.

boosted: fail
  88.3% of its answers agree with production's
  agreement is between 84.7% and 91.4%, below 95.0%
  1,226 sampled = 1,226 compared
  p95 latency: production 1.6 ms, shadow 12 ms
  What agrees least:
    self_employed = yes: 15% [7, 26] of 149, below its margin of 90%
    condominium = no: 88% [84, 92] of 898
    single = no: 88% [83, 92] of 741

repaired: pass
  98.5% of its answers agree with production's
  agreement is between 96.6% and 99.5%, above 95.0%
  1,226 sampled = 1,216 compared + 1 missing-production-response + 9 shadow-timed-out
  p95 latency: production 1.6 ms, shadow 12 ms
  What agrees least:
    single = yes: 97% [94, 99] of 485

Gateway   http://127.0.0.1:8080
Console   http://127.0.0.1:8090/api/lanes
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
    assert.match(report({ affected: 1 }), /^1,226 requests were sent, and 1 user was affected\.$/m);
    assert.match(report({ affected: 12 }), /^1,226 requests were sent, and 12 users were affected\.$/m);
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
