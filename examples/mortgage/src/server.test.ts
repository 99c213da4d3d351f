import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { modelServerFile } from './index.ts';

const limitMs = 20_000;

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`says where it listens, answers, and stops on ${signal}`, { timeout: limitMs }, async (t) => {
    const server = start('--model', 'shadow-repaired', '--port', '0');
    t.after(() => server.kill('SIGKILL'));
    const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
    const { listening } = JSON.parse(line) as { listening: string };
    assert.match(listening, /^http:\/\/127\.0\.0\.1:\d+$/);

    const health = await fetch(`${listening}/healthz`);
    assert.deepEqual(await health.json(), { status: 'ok', model: 'shadow-repaired' });

    server.kill(signal);
    assert.deepEqual(await once(server, 'exit'), [0, null]);
  });
}

const wrongFlags: ReadonlyArray<[string[], RegExp]> = [
  [['--port', '0'], /--model is missing; usage: .*production\|shadow\|shadow-repaired/],
  [['--model', 'shadows', '--port', '0'], /--model is shadows/],
  [['--model', 'shadow'], /--port is missing/],
  [['--model', 'shadow', '--port', '65536'], /--port is 65536, must be a whole number from 0 to 65535/],
  [['--model', 'shadow', '--port', '0', '--latency-ms', '-1'], /--latency-ms/],
  [['--model', 'shadow', '--port', '0', '--speed', '1'], /--speed/],
];
for (const [flags, message] of wrongFlags) {
  test(`refuses ${flags.join(' ')}`, { timeout: limitMs }, async (t) => {
    const server = start(...flags);
    t.after(() => server.kill('SIGKILL'));
    const [[code], text] = await Promise.all([once(server, 'exit'), read(server.stderr)]);
    assert.equal(code, 1);
    assert.match(text, message);
  });
}

test('listens on the interface of --host', { timeout: limitMs }, async (t) => {
  const everywhere = start('--model', 'production', '--port', '0', '--host', '0.0.0.0');
  t.after(() => everywhere.kill('SIGKILL'));
  const [line] = (await once(createInterface(everywhere.stdout), 'line')) as [string];
  const { port } = new URL((JSON.parse(line) as { listening: string }).listening);
  assert.equal((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);

  const notOurs = '192.0.2.1'; // set aside for documentation (RFC 5737): no machine has it
  const nowhere = start('--model', 'production', '--port', '0', '--host', notOurs);
  t.after(() => nowhere.kill('SIGKILL'));
  const [[code], text] = await Promise.all([once(nowhere, 'exit'), read(nowhere.stderr)]);
  assert.equal(code, 1);
  assert.ok(text.includes(notOurs), text);
});

test('a port in use is named', { timeout: limitMs }, async (t) => {
  const first = start('--model', 'production', '--port', '0');
  t.after(() => first.kill('SIGKILL'));
  const [line] = (await once(createInterface(first.stdout), 'line')) as [string];
  const { port } = new URL((JSON.parse(line) as { listening: string }).listening);

  const second = start('--model', 'production', '--port', port);
  t.after(() => second.kill('SIGKILL'));
  const [[code], text] = await Promise.all([once(second, 'exit'), read(second.stderr)]);
  assert.equal(code, 1);
  assert.ok(text.includes(port), text);
});

function start(...flags: string[]): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [modelServerFile, ...flags]);
}

async function read(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
