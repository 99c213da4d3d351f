/** Labels as a user sends them, hours or seconds later: the command, the topic, the console's answer. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { testCluster } from '../support/cluster.ts';
import { startPipeline } from '../support/pipeline.ts';
import { waitFor } from '../support/wait-for.ts';

const limitMs = 60_000;
const requests = 40;
const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

interface Ran {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** `understudy labels send` with these arguments, and lines on standard input. */
async function sendLabels(
  configFile: string,
  args: readonly string[],
  lines: readonly string[] = [],
): Promise<Ran> {
  const command = [main, 'labels', 'send', ...args, '--config', configFile];
  const child = spawn(process.execPath, command, { stdio: 'pipe' });
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  child.stdin.end(lines.join('\n'));
  const [stdout, stderr, [code]] = await output;
  return { code, stdout, stderr };
}

interface Labels {
  readonly labelled: number;
  readonly production: Side;
  readonly shadow: Side;
}

interface Side {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

async function labelsOf(console: string): Promise<Labels | null> {
  const answer = await fetch(`${console}/api/lanes/mortgage.boosted.live`);
  if (answer.status === 404) return null;
  return ((await answer.json()) as { labels: Labels | null }).labels;
}

test('labels sent from a file show how often production and the shadow were right', async (t) => {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const pipeline = await startPipeline(t, cluster, {
    production: (request, response) => {
      request.resume();
      response.end('{"decision":"approved"}');
    },
    // Every fourth is denied.
    shadow: (request, response) => {
      request.resume();
      const isDenied = Number(request.headers['x-number']) % 4 === 0;
      response.end(JSON.stringify({ decision: isDenied ? 'denied' : 'approved' }));
    },
  });
  const ids: string[] = [];
  for (let n = 0; n < requests; n += 1) {
    // Half of the callers give an id of their own; the others keep the one they are told.
    const own: Record<string, string> = n % 2 === 0 ? { 'x-request-id': `application-${n}` } : {};
    const answer = await fetch(pipeline.route, {
      method: 'POST',
      headers: { 'x-number': String(n), ...own },
      body: '{}',
    });
    ids.push(own['x-request-id'] ?? answer.headers.get('x-exchange-id') ?? '');
  }
  // All should have been approved; of one that is in doubt the second label is the one that counts.
  const lines = ids.map((id) => `${id},approved`);
  const first = await sendLabels(
    pipeline.configFile,
    ['-', '--experiment', 'mortgage'],
    ['id,value', `${ids[1]},denied`, ...lines],
  );
  assert.deepEqual([first.code, first.stdout], [0, `{"sent":${requests + 1},"problems":0}\n`], first.stderr);
  const mixed = await sendLabels(
    pipeline.configFile,
    ['-'],
    [
      '{"requestId":"of-nobody","experiment":"mortgage","value":"approved"}',
      '{"requestId":"of-nobody","experiment":"unheard-of","value":"approved"}',
    ],
  );
  assert.deepEqual([mixed.code, mixed.stdout], [1, '{"sent":1,"problems":1}\n']);
  assert.match(mixed.stderr, /^line 2: there is no experiment unheard-of, there are: mortgage$/m);

  const absent = await sendLabels(pipeline.configFile, ['absent.csv']);
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /absent\.csv.*name a file of labels/);

  await waitFor(
    async () => {
      const found = await labelsOf(pipeline.console);
      return found?.labelled === requests && found.production.estimate === 1;
    },
    { what: 'all labels to be joined', timeoutMs: limitMs },
  );
  const { production, shadow } = (await labelsOf(pipeline.console)) ?? assert.fail('no labels');
  const rounded = ({ estimate, lower, upper }: Side): string[] =>
    [estimate, lower, upper].map((share) => share.toFixed(3));
  assert.deepEqual(rounded(production), ['1.000', '0.846', '1.000']);
  assert.deepEqual(rounded(shadow), ['0.750', '0.512', '0.914']);
});
