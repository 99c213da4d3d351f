import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minimalWith, minimalYaml, onlyProblem, parse } from '../test/minimal.ts';
import { explainConfig, Secret } from './index.ts';

function withExperimentAlerts(alerts: string): string {
  return `${minimalYaml}    alerts: ${alerts}\n`;
}

test('the divergence that is in order follows the margin, unless it is given', () => {
  const max = (text: string): unknown => parse(text).experiments[0]?.alerts.divergence.max;
  assert.equal(max(`${minimalYaml}    verdict: { agreement: { margin: 0.97 } }\n`), 0.03);
  assert.equal(max(`${minimalYaml}    verdict: { agreement: { margin: 0.99999999 } }\n`), 0.000001);
  assert.equal(max(withExperimentAlerts('{ divergence: { max: 0.2 } }')), 0.2);
  assert.equal(max(withExperimentAlerts('{ divergence: { max: off } }')), 'off');
});

test('what is given is compiled', () => {
  const text = `${withExperimentAlerts('{ latency: { p95: 1500ms, floor: 0ms }, silent: { windows: off } }')}
alerts:
  falseAlarms: 7d
  link: https://console.internal/
  webhooks: [{ name: chat, url: 'https://chat.internal/hook?key=1', secret: { env: CHAT }, timeout: 2s }]
`;
  const { alerts, experiments } = parse(text, { CHAT: 'hunter2' });
  assert.deepEqual(experiments[0]?.alerts.latency, { p95Ratio: 2, floorMs: 0, p95Ms: 1500 });
  assert.equal(experiments[0].alerts.silent.windows, 'off');
  assert.equal(alerts.falseAlarmsMs, 604_800_000);
  assert.equal(alerts.link, 'https://console.internal');
  assert.partialDeepStrictEqual(alerts.webhooks, [
    { name: 'chat', url: 'https://chat.internal/hook?key=1', timeoutMs: 2000 },
  ]);
  assert.equal(alerts.webhooks[0]?.secret?.reveal(), 'hunter2');
});

test('a rule that is off is explained as off', () => {
  const explained = explainConfig({ text: minimalYaml, file: 'understudy.yaml', env: {} });
  assert.match(explained, /alerts\.latency\.p95 +off +default/);
  assert.match(explained, /alerts\.stalledAfter +1m +default/);
});

test('a divergence can not be too high and too low at once', () => {
  const { path, allowed } = onlyProblem(withExperimentAlerts('{ divergence: { min: 0.05 } }'));
  assert.equal(path, 'experiments[0].alerts.divergence.min');
  assert.match(allowed, /less than max \(0\.05\)/);
});

test('webhooks have names of their own, and addresses without a password', () => {
  const twice = "alerts: { webhooks: [{ name: a, url: 'http://a' }, { name: a, url: 'http://b' }] }\nkafka:";
  assert.equal(onlyProblem(minimalWith('kafka:', twice)).path, 'alerts.webhooks[1].name');
  const leaky = "alerts: { webhooks: [{ name: a, url: 'http://me:hunter2@a' }] }\nkafka:";
  assert.doesNotMatch(onlyProblem(minimalWith('kafka:', leaky)).found, /hunter2/);
});

test('a webhook’s address may be a secret: checked, and never shown', () => {
  const text = minimalWith('kafka:', 'alerts: { webhooks: [{ name: a, url: { env: HOOK } }] }\nkafka:');
  const env = { HOOK: 'https://chat.internal/hunter2' };
  const [webhook] = parse(text, env).alerts.webhooks;
  assert.ok(webhook?.url instanceof Secret);
  assert.equal(webhook.url.reveal(), 'https://chat.internal/hunter2');
  assert.match(
    explainConfig({ text, file: 'understudy.yaml', env }),
    /url +\[secret HOOK\] +environment HOOK/,
  );

  const wrong = onlyProblem(text, { HOOK: 'ftp://chat.internal/hunter2' });
  assert.match(wrong.allowed, /variable that holds an http/);
  assert.doesNotMatch(JSON.stringify(wrong), /hunter2/);
  assert.match(onlyProblem(text).allowed, /the environment has no HOOK/);
  const without = onlyProblem(text.replace(', url: { env: HOOK }', ''));
  assert.match(without.allowed, /^an http.*, or \{ env: NAME \}$/);
});

test('what is neither off nor a number says what may stand there', () => {
  const { allowed } = onlyProblem(withExperimentAlerts('{ errors: { max: never } }'));
  assert.match(allowed, /off, or a number between 0 and 1/);
});
