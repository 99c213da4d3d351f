/**
 * The proof that windows are exact whoever dies: processes of shadow-invoker and comparator are killed with SIGKILL at
 * random points, dozens of times, under load; then an oracle that shares no code with them recomputes every window
 * from the raw topics (see test/proof/oracle).
 *
 * Set by the environment: UNDERSTUDY_PROOF_SEED (default random, printed), UNDERSTUDY_PROOF_KILLS (default 40; a kill
 * takes about 2.5 s), UNDERSTUDY_PROOF_RATE (requests a second, default 200).
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadConfig } from '@understudy/config';
import { ProcessGroup } from '@understudy/infra-local';
import { openStreams, setUpSharedTopics } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { Chaos } from '../proof/chaos.ts';
import type { Finding, OracleReport, OracleTask } from '../proof/oracle/task.ts';
import { Publisher } from '../proof/publisher.ts';
import { Random } from '../proof/random.ts';
import { configText, laneRules, targets } from '../proof/scenario.ts';
import { Traffic } from '../proof/traffic.ts';
import { testCluster } from '../support/cluster.ts';

const seed = numberFrom('UNDERSTUDY_PROOF_SEED', randomInt(2 ** 31));
const kills = numberFrom('UNDERSTUDY_PROOF_KILLS', 40);
const requestsPerSecond = numberFrom('UNDERSTUDY_PROOF_RATE', 200);
const faultEveryMs = 2_000;
const frozenMs = 4_000;
/** Production's deadline, 61 s, after the last request, and time to catch up. */
const closedWithinMs = 120_000;
const shown = 12;
/** Offsets, times, ids: what differs between findings of one kind. */
const numbers = /\b[0-9a-f]*\d[0-9a-f]*\b/g;

const oracle = fileURLToPath(new URL('../proof/oracle/main.ts', import.meta.url));
const stub = fileURLToPath(new URL('../proof/stub-shadow.ts', import.meta.url));

test(
  'every window is exact though invokers, comparators and mergers are killed',
  { timeout: 100_000 + kills * 5_000 },
  async (t) => {
    t.diagnostic(`seed ${seed}: UNDERSTUDY_PROOF_SEED=${seed} tries it again`);
    const cluster = await testCluster();
    t.after(() => cluster.stop());
    const folder = await mkdtemp(join(tmpdir(), 'understudy-proof-'));
    t.diagnostic(`logs are in ${folder}; they stay if it fails`);
    const report = await provoke(t, { folder, ...cluster });
    const findings = report.findings;
    assert.equal(findings.length, 0, describe(findings, folder));
    await rm(folder, { recursive: true });
  },
);

interface Place {
  readonly folder: string;
  readonly brokers: readonly string[];
  readonly registryUrl: string;
}

async function provoke(t: TestContext, { folder, brokers, registryUrl }: Place): Promise<OracleReport> {
  const prefix = `proof-${randomBytes(4).toString('hex')}.`;
  const processes = new ProcessGroup({ onExit: (exit) => chaos.endedByItself(exit) });
  t.after(() => processes.stop());
  const chaos = new Chaos({
    brokers,
    processes,
    folder,
    random: new Random(seed),
    kills,
    everyMs: faultEveryMs,
    frozenMs,
    targets: targets(prefix),
  });

  const shadowPort = await startStub(processes, folder);
  const configFile = join(folder, 'understudy.yaml');
  await writeFile(configFile, configText({ brokers, registryUrl, prefix, shadowPort }));
  const config = loadConfig({ file: configFile, env: {} });
  const streams = await openStreams({
    config,
    service: 'proof',
    logger: createLogger({ service: 'proof', level: 'warn' }),
    metrics: createMetrics({ service: 'proof' }),
  });
  t.after(() => streams.close());
  await setUpSharedTopics({ config, ...streams });

  const publisher = new Publisher(streams, prefix);
  const traffic = new Traffic({ publisher, random: new Random(seed + 1), requestsPerSecond });
  for (let n = 0; n < 50; n += 1) traffic.exchange(); // before any run begins: nobody's
  await chaos.start();
  traffic.start();
  await chaos.run();
  await traffic.stop();
  await publisher.close();
  t.diagnostic(JSON.stringify(chaos.counts));
  for (const line of chaos.ended) t.diagnostic(line);

  const report = await judge(folder, {
    brokers,
    registryUrl,
    prefix,
    lanes: laneRules(),
    acknowledged: publisher.acknowledged,
    waitMs: closedWithinMs,
  });
  t.diagnostic(JSON.stringify(report.counts));
  return report;
}

async function startStub(processes: ProcessGroup, folder: string): Promise<number> {
  const logFile = join(folder, 'stub-shadow.log');
  await processes.spawn({
    name: 'stub shadows',
    command: process.execPath,
    args: [stub],
    logFile,
    readyLine: /on port \d+/,
  });
  return Number(/on port (\d+)/.exec(await readFile(logFile, 'utf8'))?.[1]);
}

/** The oracle is a process of its own: our guards of the Kafka client hold in the whole process that loads them. */
async function judge(folder: string, task: OracleTask): Promise<OracleReport> {
  const taskFile = join(folder, 'oracle-task.json');
  await writeFile(taskFile, JSON.stringify(task));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [oracle, taskFile], {
    timeout: 2 * closedWithinMs,
    maxBuffer: 256 * 1024 * 1024,
  });
  await writeFile(join(folder, 'oracle.log'), stderr);
  await writeFile(join(folder, 'oracle-report.json'), stdout);
  return JSON.parse(stdout) as OracleReport;
}

/** How many of each kind, and one of each. */
function describe(findings: readonly Finding[], folder: string): string {
  const kinds = [...Map.groupBy(findings, ({ check, where }) => `${check} ${where.replace(numbers, 'N')}`)];
  const lines = kinds.slice(0, shown).flatMap(([kind, of]) => {
    const { where, expected, found } = of[0] ?? { where: '', expected: '', found: '' };
    return [`${of.length} times ${kind}`, `  ${where}`, `    expected ${expected}`, `    found    ${found}`];
  });
  const title = `${findings.length} findings of ${kinds.length} kinds with seed ${seed}; logs and all findings: ${folder}`;
  return [title, ...lines].join('\n');
}

function numberFrom(variable: string, otherwise: number): number {
  return Number(process.env[variable] ?? otherwise);
}
