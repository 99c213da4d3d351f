import assert from 'node:assert/strict';
import { test } from 'node:test';
import { treeOf } from '../structure/tree.ts';
import { declaredMetrics } from './metrics-in-code.ts';

const metricsIn = (text: string) => declaredMetrics(treeOf({ 'services/gateway/src/a.ts': text }));

test('name, kind, labels and help of what is declared, by name', () => {
  const text = `
    const lost = metrics.counter<'reason'>({
      name: 'understudy_gateway_lost_total',
      help: 'Lost, by reason (it doesn\\'t matter which).',
      labels: ['reason', 'experiment'],
    });
    return {
      calls: metrics.gauge({ name: 'understudy_gateway_calls', help: "Caller's labels." }),
      latency: metrics.histogram({
        name: 'understudy_gateway_latency_seconds',
        help: 'A',
        buckets: [1, 2],
      }),
    };`;
  assert.deepEqual(metricsIn(text), [
    { name: 'understudy_gateway_calls', kind: 'gauge', labels: [], help: "Caller's labels." },
    { name: 'understudy_gateway_latency_seconds', kind: 'histogram', labels: [], help: 'A' },
    {
      name: 'understudy_gateway_lost_total',
      kind: 'counter',
      labels: ['reason', 'experiment'],
      help: "Lost, by reason (it doesn't matter which).",
    },
  ]);
});

test('a metric that several rooms have is one', () => {
  const text =
    "metrics.counter({ name: `understudy_${room}_lost_total`, help: 'Lost.', labels: ['reason'] });";
  assert.deepEqual(metricsIn(text), [
    { name: 'understudy_(room)_lost_total', kind: 'counter', labels: ['reason'], help: 'Lost.' },
  ]);
});

test('a metric that can not be read from its place is refused, not passed over', () => {
  for (const text of [
    "metrics.gauge({ name: 'understudy_gateway_calls', help, labels: [] });",
    "metrics.gauge({ name: 'understudy_gateway_calls', help: 'A', labels });",
    "const name = 'understudy_gateway_calls';",
  ]) {
    assert.throws(
      () => metricsIn(text),
      /services\/gateway\/src\/a\.ts: write the metric .*understudy_gateway_calls/,
    );
  }
});

test('what is shown in a comment is none', () => {
  assert.deepEqual(metricsIn("/** metrics.gauge({ name: 'understudy_gateway_calls' }) */"), []);
});
