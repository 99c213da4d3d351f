/** The demo as a new user runs it: everything starts, the fault is found, everything stops. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { dataFolder } from '@understudy/infra-local';
import { waitFor } from '../support/wait-for.ts';

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const startLimitMs = 90_000;
const runLimitMs = 150_000;

interface Lane {
  readonly lane: string;
  readonly ledger: {
    readonly sampled: number;
    readonly compared: number;
    readonly notCompared: Readonly<Record<string, number>>;
  };
  readonly corrected: number;
  readonly recovered: Readonly<Record<string, number>>;
  readonly labels: { readonly labelled: number } | null;
  readonly balanced: boolean;
  readonly verdict: string;
  readonly segments: readonly {
    readonly segment: { readonly field: string; readonly value: string };
    readonly agreement: { readonly upper: number };
    readonly compared: number;
  }[];
}

interface Document {
  readonly requests: number;
  readonly affected: number;
  readonly callers: readonly {
    readonly phase: string;
    readonly requests: number;
    readonly affected: number;
  }[];
  readonly lanes: readonly Lane[];
  readonly addresses: object;
}

interface Demo {
  readonly child: ChildProcess;
  /** The exit code, or the signal. */
  readonly ended: Promise<number | string>;
  readonly stdout: Promise<string>;
  readonly stderr: Promise<string>;
}

function startDemo(context: TestContext, flags: readonly string[]): Demo {
  const child = spawn(process.execPath, [main, 'demo', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  context.after(() => child.kill('SIGTERM'));
  return {
    child,
    ended: once(child, 'close').then(([code, signal]: (number | string)[]) => code ?? signal ?? 'lost'),
    stdout: text(child.stdout),
    stderr: text(child.stderr),
  };
}

/** Pids of what a demo has started and not seen ending, from the list that it keeps in its data folder. */
function startedBy({ child }: Demo): readonly number[] {
  const folder = join(dataFolder(), 'instances');
  const lists = readdirSync(folder).filter(
    (name) => name.endsWith('.json') && name.includes(`-${child.pid}-`),
  );
  return lists.flatMap((name) => {
    const list = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { processes: { pid: number }[] };
    return list.processes.map(({ pid }) => pid);
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

suite('the demo', () => {
  test('finds the fault of the boosted shadow though it dies half-way, and clears the repaired one', async (context) => {
    const demo = startDemo(context, ['--requests', '1226', '--json']);
    const everything = 9; // Kafka, the registry, three models, four services
    let started: readonly number[] = [];
    await waitFor(() => (started = startedBy(demo)).length === everything || demo.child.exitCode !== null, {
      what: 'everything to be started',
      timeoutMs: startLimitMs,
    });
    const late = AbortSignal.timeout(runLimitMs);
    late.addEventListener('abort', () => demo.child.kill('SIGTERM'));
    assert.equal(await demo.ended, 0, await demo.stderr);

    const document = JSON.parse(await demo.stdout) as Document;
    assert.deepEqual([document.requests, document.affected], [1226, 0]);
    assert.deepEqual(Object.keys(document.addresses), ['gateway', 'console', 'kafka', 'registry']);
    const [boosted, repaired] = document.lanes;
    assert.ok(boosted && repaired);
    assert.deepEqual([boosted.lane, repaired.lane], ['mortgage.boosted.live', 'mortgage.repaired.live']);
    for (const lane of document.lanes) {
      assert.equal(lane.ledger.sampled, 1226);
      assert.equal(lane.balanced, true);
    }

    const [before, during] = document.callers;
    assert.deepEqual([before?.phase, during?.phase], ['before', 'during']);
    assert.ok((during?.requests ?? 0) > 0, 'requests were sent while the shadow was dead');
    assert.deepEqual(boosted.ledger.notCompared, {}, 'its death costs nothing but time');
    const { corrected: putOff } = boosted;
    // None, where so many callers came at once that it was missed before any call was tried again.
    assert.deepEqual(boosted.recovered, putOff === 0 ? {} : { answered: putOff });
    assert.deepEqual(repaired.ledger.notCompared, {}, 'another lane does not notice');
    for (const { labels, ledger } of [boosted, repaired]) assert.equal(labels?.labelled, ledger.compared);

    assert.equal(boosted.verdict, 'fail');
    const [worst] = boosted.segments;
    assert.deepEqual(worst?.segment, { field: 'self_employed', value: 'yes' });
    assert.ok(worst.agreement.upper < 0.9, 'the segment is flagged');

    assert.notEqual(repaired.verdict, 'fail');
    const selfEmployed = repaired.segments.find(
      ({ segment }) => segment.field === 'self_employed' && segment.value === 'yes',
    );
    assert.ok((selfEmployed?.agreement.upper ?? 0) >= 0.9, 'the segment is not flagged any more');

    assert.match(await demo.stderr, /boosted: fail/);
    assert.equal(started.length, everything);
    assert.deepEqual(started.filter(isAlive), []);
  });

  test('stops everything at a signal, in the middle of the set-up', async (context) => {
    const demo = startDemo(context, ['--json']);
    let started: readonly number[] = [];
    const kafkaAndModels = 4;
    await waitFor(
      () => (started = startedBy(demo)).length >= kafkaAndModels || demo.child.exitCode !== null,
      {
        what: 'Kafka and the models to be started',
        timeoutMs: startLimitMs,
      },
    );
    demo.child.kill('SIGTERM');
    assert.equal(await demo.ended, 143, await demo.stderr);
    assert.equal(await demo.stdout, '');
    assert.ok(started.length >= kafkaAndModels);
    assert.deepEqual(started.filter(isAlive), []);
  });
});
