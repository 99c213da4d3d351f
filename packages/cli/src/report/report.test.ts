import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boosted } from '../../test/lane-reports.ts';
import { composeReport } from './compose.ts';
import type { ReportData } from './read-report.ts';
import { renderHtml } from './render-html.ts';
import { renderMarkdown } from './render-markdown.ts';
import { renderText } from './render-text.ts';
import { sparkline } from './sparkline.ts';

const minute = 60_000;
const start = Date.UTC(2026, 0, 31, 12);

const data: ReportData = {
  asked: start + 10 * minute,
  lane: {
    ...boosted,
    recommendation: { action: 'investigate', text: 'Keep it from users, and find out why: agreement.' },
    since: start,
    windowEnd: start + 4 * minute,
    windows: 4,
    margin: 0.95,
    band: 'do-not-deploy',
    statistics: [
      { name: 'cohensKappa', estimate: 0.7123, lower: 0.6, upper: 0.8, pValue: null, reason: null },
      {
        name: 'bowkerSymmetry',
        estimate: null,
        lower: null,
        upper: null,
        pValue: null,
        reason: 'one class only',
      },
    ],
    alerts: [
      {
        rule: 'divergence-high',
        since: start + minute,
        reason: '14.0% of 226 keys are answered differently',
      },
    ],
    resolvedAlerts: [],
  },
  history: [0.96, 0.9, null, 0.86].map((windowAgreement, n) => ({
    windowEnd: start + (n + 1) * minute,
    agreement: { estimate: 0.96 - n * 0.03, lower: 0.8, upper: 0.99 },
    windowAgreement,
    p95: { production: 10, shadow: 20 + n },
  })),
  pairs: [
    {
      exchangeId: 'exchange-1',
      requestId: 'loan-17',
      score: 0,
      production: { says: 'approved 0.61' },
      shadow: { says: 'denied 0.99' },
      fields: [
        { name: 'income', value: '<b>4,000</b>' },
        { name: 'purpose', value: 'a | b\nc' },
      ],
    },
  ],
};

test('text has every section, numbers with intervals, and says what was found', () => {
  const text = renderText(composeReport(data));
  for (const said of [
    /^Shadow report: mortgage\.boosted\.live\n2026-01-31 12:00 UTC to 2026-01-31 12:04 UTC, 4 windows, 1,226 requests$/m,
    /^Verdict: fail$/m,
    /^88\.3% \[84\.7, 91\.4\] of the answers agree with production's; 95\.0% are asked for\.$/m,
    /^ {2}agreement +fail +agreement is between 84\.7% and 91\.4%, below 95\.0%$/m,
    /^ {2}latency-p95 +not judged +verdict\.latency\.p95 is not set$/m,
    /^Keep it from users, and find out why: agreement\.$/m,
    /^Agreement over 4 windows, now 88\.3%/m,
    /^ {2}shadow-deferred +1 +0\.1%$/m,
    /^ {2}self_employed = yes +14\.8% \[6\.9, 26\.1\] +149 +90\.0% +below its margin$/m,
    /^ {2}cohensKappa +0\.712 +0\.6 to 0\.8$/m,
    /^ {2}bowkerSymmetry +– +one class only$/m,
    /^ {2}divergence-high +firing +2026-01-31 12:01 UTC +14\.0% of 226/m,
    /^ {2}loan-17 .*purpose a \| b\\x0ac +approved 0\.61 +denied 0\.99 +0\.00$/m,
  ])
    assert.match(text, said);
});

test('values of users’ requests are no markup, in Markdown and in HTML', () => {
  const document = composeReport(data);
  const markdown = renderMarkdown(document);
  assert.match(markdown, /income \\<b\\>4,000\\<\/b\\>, purpose a \\\| b c/);
  assert.match(markdown, /^# Shadow report: mortgage\.boosted\.live$/m);
  const html = renderHtml(document);
  assert.ok(html.includes('income &lt;b&gt;4,000&lt;/b&gt;'));
  assert.ok(!html.includes('<b>'));
});

test('HTML is one file: it asks for nothing, and draws agreement, latency and segments', () => {
  const html = renderHtml(composeReport(data));
  assert.doesNotMatch(html, /<script|<link|src=|href=|url\(|@import/);
  assert.equal([...html.matchAll(/<svg /g)].length, 3);
  assert.equal([...html.matchAll(/<circle class="dots"/g)].length, 3, 'a window without a pair has no dot');
  assert.doesNotMatch(html, /NaN|undefined|Infinity/);
});

test('a lane without a window’s agreement, segments or pairs is a report, too', () => {
  const none = { estimate: null, lower: null, upper: null };
  const lane = { ...data.lane, agreement: none, segments: [], statistics: [], alerts: [], since: null };
  const nothing = composeReport({ ...data, lane, history: [], pairs: [] });
  assert.match(renderText(nothing), /^No pair that differs was kept\.$/m);
  assert.match(renderText(nothing), /^None fires, and none did lately\.$/m);
  assert.doesNotMatch(renderHtml(nothing), /NaN|undefined|Infinity|<svg/);
});

test('a line of text rises and falls with its values, and is no longer than a terminal is wide', () => {
  assert.equal(sparkline([0, 1, null, 0.5]), '▁█ ▅');
  assert.equal(sparkline([2, 2]), '▄▄');
  assert.equal(sparkline([]), '');
  assert.equal(sparkline(Array.from({ length: 1440 }, (_, n) => n)).length, 60);
});
