import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

const commandModule = new URL('config-explain.ts', import.meta.url).href;

const yaml = `
kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://registry', auth: { username: us, password: { env: REGISTRY_PASSWORD } } }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://production' }
    shadows: [{ name: boosted, url: 'http://shadow', timeout: 2s }]
    comparison: { kind: class, label: /decision }
`;

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command in a process of its own, in a folder where `understudy.yaml` holds `text`. */
function explain(context: TestContext, text: string, args: readonly string[] = []): Outcome {
  const cwd = mkdtempSync(join(tmpdir(), 'understudy-explain-'));
  context.after(() => rmSync(cwd, { recursive: true }));
  writeFileSync(join(cwd, 'understudy.yaml'), text);
  const source = `
    import { configExplainCommand } from '${commandModule}';
    await configExplainCommand().parseAsync(process.argv.slice(1), { from: 'user' });`;
  return spawnSync(process.execPath, ['--input-type=module', '--eval', source, '--', ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, REGISTRY_PASSWORD: 'hunter2' },
    timeout: 30_000,
  });
}

test('the effective configuration goes to standard output, without secrets', (context) => {
  const { status, stdout, stderr } = explain(context, yaml);
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /^kafka\.partitions +6 +default$/m);
  assert.match(stdout, /^experiments\[0\]\.shadows\[0\]\.timeout +2s +understudy\.yaml:8$/m);
  assert.match(
    stdout,
    /^registry\.auth\.password +\[secret REGISTRY_PASSWORD\] +environment REGISTRY_PASSWORD$/m,
  );
  assert.doesNotMatch(stdout, /hunter2/);
});

test('a config as `init` writes it, without Kafka, is explained, too', (context) => {
  const { status, stdout } = explain(context, yaml.replace(/^(kafka|registry):.*$/gm, ''));
  assert.equal(status, 0);
  assert.match(stdout, /^kafka\.brokers +127\.0\.0\.1:9092 +understudy up$/m);
});

test('what is wrong with the file goes to standard error, with exit code 1', (context) => {
  const { status, stdout, stderr } = explain(context, yaml.replace('timeout:', 'tiemout:'));
  assert.deepEqual([status, stdout], [1, '']);
  assert.match(stderr, /^understudy\.yaml:8:\d+ .* unknown key "tiemout"; did you mean "timeout"\?/);
});

test('another file may be named', (context) => {
  const { status, stderr } = explain(context, yaml, ['--config', 'absent.yaml']);
  assert.equal(status, 1);
  assert.match(stderr, /^absent\.yaml found no such file/);
});
