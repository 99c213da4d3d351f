import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { createLogger } from './logger.ts';

const loggerModule = new URL('logger.ts', import.meta.url).href;

/** Runs `script` in a process of its own, with `log` at hand. */
function run(script: string, env: Readonly<Record<string, string>> = {}): { stdout: string; stderr: string } {
  const source = `import { createLogger } from '${loggerModule}'; const log = createLogger({ service: 'test' }); ${script}`;
  const result = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
    encoding: 'utf8',
    env: { ...process.env, UNDERSTUDY_LOG_LEVEL: '', ...env },
    timeout: 30_000,
  });
  return { stdout: result.stdout, stderr: result.stderr };
}

test('a line is JSON on standard error and names the service; standard output stays empty', () => {
  const { stdout, stderr } = run(`log.info({ port: 1 }, 'up'); process.exit();`);
  assert.equal(stdout, '');
  const line: unknown = JSON.parse(stderr);
  assert.partialDeepStrictEqual(line, { service: 'test', port: 1, msg: 'up' });
});

test('secrets are redacted wherever a caller may have logged them', () => {
  const { stderr } = run(`
    const headers = { authorization: 'hunter2', 'set-cookie': ['hunter2'], 'x-api-key': 'hunter2', accept: 'shown' };
    log.info({ password: 'hunter2', headers });
    log.info({ req: { headers }, sasl: { password: 'hunter2' } });
    log.error({ err: Object.assign(new Error('no'), { config: { headers } }) });
    log.child({ headers }).info('child');
  `);
  assert.doesNotMatch(stderr, /hunter2/);
  assert.equal(stderr.match(/"accept":"shown"/g)?.length, 4);
});

test('the level comes from the environment', () => {
  const script = `log.debug('fine'); log.warn('loud');`;
  assert.doesNotMatch(run(script).stderr, /fine/);
  assert.match(run(script, { UNDERSTUDY_LOG_LEVEL: 'debug' }).stderr, /fine/);
  assert.equal(run(script, { UNDERSTUDY_LOG_LEVEL: 'silent' }).stderr, '');
});

test('an unknown level is refused with the known ones', () => {
  assert.throws(() => createLogger({ service: 'test', level: 'loud' }), /"loud".*trace, debug, info.*silent/);
});
