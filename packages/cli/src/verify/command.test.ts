import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'understudy-verify-'));
const file = join(folder, 'ours.yaml');
after(() => rmSync(folder, { recursive: true }));

writeFileSync(
  file,
  `
kafka: { brokers: ['127.0.0.1:1'] }
registry: { url: 'http://127.0.0.1:1' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:1' }]
    comparison: { kind: class, label: /decision }
`,
);

function verify(...args: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, [main, 'verify', ...args], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stderr };
}

test('a command that can not be carried out ends with 2, for 1 says that a window differs', () => {
  for (const [args, told] of [
    [[], /Say which lane: experiment\.shadow\.run, or --bundle and a file\./],
    [['--bundle', 'no-such.json'], /no such file.*no-such\.json/],
    [['--bundle', file], /^This is no evidence bundle: it is no JSON\./],
    [['mortgage.boosted.live', '--config', 'no-such.yaml'], /no-such\.yaml found no such file/],
    [['mortgage.boosted.live', '--config', file], /^Say which windows/],
    [['mortgage.boosted.live', 'noon', '--config', file], /^noon is no time such as/],
  ] as const) {
    const { status, stderr } = verify(...args);
    assert.match(stderr, told);
    assert.equal(status, 2, stderr);
  }
});

test('its help is no failure', () => {
  const { status, stdout } = spawnSync(process.execPath, [main, 'verify', '--help'], { encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(stdout, /Usage: understudy verify \[options\] \[lane\] \[start\]/);
});
