import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';

test('what is counted comes out as text, with the service as a label', async () => {
  const metrics = createMetrics({ service: 'gateway' });
  const lost = metrics.counter({
    name: 'understudy_gateway_lost_total',
    help: 'Events that were not published.',
    labels: ['reason'],
  });
  lost.inc({ reason: 'queue-full' }, 3);
  metrics.gauge({ name: 'understudy_gateway_queue_bytes', help: 'Bytes that wait.' }).set(7);
  metrics.histogram({ name: 'understudy_gateway_answer_seconds', help: 'Time to answer.' }).observe(0.004);

  const text = await metrics.text();
  assert.match(text, /^understudy_gateway_lost_total\{reason="queue-full",service="gateway"\} 3$/m);
  assert.match(text, /^understudy_gateway_queue_bytes\{service="gateway"\} 7$/m);
  assert.match(text, /^understudy_gateway_answer_seconds_bucket\{le="0.005",service="gateway"\} 1$/m);
  assert.match(text, /^understudy_gateway_answer_seconds_bucket\{le="0.0025",service="gateway"\} 0$/m);
});

test('memory, CPU and event-loop lag of the process are there from the start', async () => {
  const text = await createMetrics({ service: 'gateway' }).text();
  for (const name of [
    'process_resident_memory_bytes',
    'process_cpu_seconds_total',
    'nodejs_eventloop_lag_seconds',
  ]) {
    assert.match(text, new RegExp(`^${name}\\{service="gateway"\\} `, 'm'));
  }
});

test('registries are apart: two services in one process may have a metric of the same name', async () => {
  const name = 'understudy_streams_commits_total';
  const [one, two] = [createMetrics({ service: 'one' }), createMetrics({ service: 'two' })];
  one.counter({ name, help: 'Commits.' }).inc();
  two.counter({ name, help: 'Commits.' });
  assert.match(await two.text(), /^understudy_streams_commits_total\{service="two"\} 0$/m);
  assert.throws(() => one.counter({ name, help: 'Commits.' }), /already been registered/);
});

test('a name that breaks the rule is refused with the rule', () => {
  const metrics = createMetrics({ service: 'gateway' });
  const rule = /a name is understudy_<room>_<what>_<unit>/;
  for (const name of [
    'understudy_gateway_lost', // no unit
    'understudy_kitchen_lost_total', // no such room
    'understudy_gateway_total', // no what
    'understudy_gateway_Lost_total',
    'gateway_lost_total',
  ]) {
    assert.throws(() => metrics.counter({ name, help: 'Bad.' }), rule, name);
  }
  assert.throws(() => metrics.counter({ name: 'understudy_gateway_queue_bytes', help: 'Bad.' }), rule);
  assert.throws(() => metrics.gauge({ name: 'understudy_gateway_queue_total', help: 'Bad.' }), rule);
  assert.throws(() => metrics.histogram({ name: 'understudy_gateway_answer_ms', help: 'Bad.' }), rule);
});
