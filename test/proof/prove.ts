/**
 * A proof: the pipeline works under load, something is done to it, and then an oracle that shares no code with it
 * recomputes every window from the raw topics (see `oracle/`).
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadConfig } from '@understudy/config';
import { ProcessGroup } from '@understudy/infra-local';
import { openStreams, setUpSharedTopics, StreamsError, type StreamsSetup } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { Crew } from './crew.ts';
import type { Finding, OracleReport, OracleTask } from './oracle/task.ts';
import { Publisher } from './publisher.ts';
import { Random } from './random.ts';
import { configText, laneRules } from './scenario.ts';
import type { ServiceName } from './service-slot.ts';
import { Traffic, type TrafficOptions } from './traffic.ts';
import { holdsWithin } from './wait-for.ts';

export interface Proof {
  readonly seed: number;
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly requestsPerSecond: number;
  /** Copies of every partition. Default: 1. */
  readonly replicationFactor?: number;
  /** What is special about what comes. Default: nothing. */
  readonly traffic?: Pick<TrafficOptions, 'late' | 'clockErrorMs'>;
  /** Processes of each service. Default: 2. */
  readonly size?: Readonly<Record<ServiceName, number>>;
  /** What is another for one process. Default: nothing. */
  readonly configOf?: (service: ServiceName, number: number) => ProcessConfig;
  /** Default: true. Else `disturb` starts the crew. */
  readonly startsCrew?: boolean;
  /** What is done while requests come. When it resolves, all has to be well again. */
  readonly disturb: (stage: Stage) => Promise<void>;
}

export interface ProcessConfig {
  /** Where it finds Kafka. Default: where the others do. */
  readonly brokers?: readonly string[];
  /** What it works for. Default: all. */
  readonly experiments?: readonly string[];
}

/** What there is to disturb. */
export interface Stage {
  readonly crew: Crew;
  readonly traffic: Traffic;
  readonly publisher: Publisher;
  readonly random: Random;
  readonly prefix: string;
}

/** Production's deadline, 61 s, after the last request, and time to catch up. */
const closedWithinMs = 120_000;
const setUpWithinMs = 120_000;
const shown = 12;
/** Offsets, times, ids: what differs between findings of one kind. */
const numbers = /\b[0-9a-f]*\d[0-9a-f]*\b/g;

const oracle = fileURLToPath(new URL('oracle/main.ts', import.meta.url));
const stub = fileURLToPath(new URL('stub-shadow.ts', import.meta.url));

/**
 * Fails the test unless the oracle finds nothing. What it has looked at is told as a diagnostic.
 *
 * @returns what it has counted
 */
export async function prove(t: TestContext, proof: Proof): Promise<OracleReport['counts']> {
  t.diagnostic(`seed ${proof.seed}`);
  const folder = await mkdtemp(join(tmpdir(), 'understudy-proof-'));
  t.diagnostic(`logs are in ${folder}; they stay if it fails`);
  const report = await provoke(t, folder, proof);
  assert.equal(report.findings.length, 0, describe(report.findings, { seed: proof.seed, folder }));
  await rm(folder, { recursive: true });
  return report.counts;
}

async function provoke(t: TestContext, folder: string, proof: Proof): Promise<OracleReport> {
  const { brokers, registryUrl } = proof;
  const stage = await setStage(t, folder, proof);
  const { crew, traffic, publisher, prefix } = stage;
  if (proof.startsCrew ?? true) await crew.start();
  traffic.start();
  await proof.disturb(stage);
  await crew.untilUp();
  await traffic.stop();
  await publisher.close();
  for (const line of crew.ended) t.diagnostic(line);

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

async function setStage(t: TestContext, folder: string, proof: Proof): Promise<Stage> {
  const { brokers, registryUrl, seed, requestsPerSecond, replicationFactor = 1 } = proof;
  const prefix = `proof-${randomBytes(4).toString('hex')}.`;
  const processes = new ProcessGroup({ onExit: (exit) => crew.endedByItself(exit) });
  t.after(() => processes.stop());
  const shadowPort = await startStub(processes, folder);
  const writeConfig = (name: string, other?: ProcessConfig): string => {
    const file = join(folder, name);
    writeFileSync(
      file,
      configText({ brokers, registryUrl, prefix, shadowPort, replicationFactor, ...other }),
    );
    return file;
  };
  const configFile = writeConfig('understudy.yaml');
  const configOf = (service: ServiceName, number: number): string =>
    proof.configOf === undefined
      ? configFile
      : writeConfig(`${service}-${number}.yaml`, proof.configOf(service, number));
  const random = new Random(seed);
  const size = proof.size ?? { 'shadow-invoker': 2, comparator: 2 };
  const crew = new Crew({ processes, folder, random, size, configOf });

  const config = loadConfig({ file: configFile, env: {} });
  const streams = await openStreams({
    config,
    service: 'proof',
    logger: createLogger({ service: 'proof', level: 'warn' }),
    metrics: createMetrics({ service: 'proof' }),
  });
  t.after(() => streams.close());
  await setUp({ config, ...streams });

  const publisher = new Publisher(streams, prefix);
  const traffic = new Traffic({
    publisher,
    random: new Random(seed + 1),
    requestsPerSecond,
    ...proof.traffic,
  });
  t.after(async () => {
    traffic.abandon(); // of a proof that failed on the way: its process would never end
    await publisher.abandon();
  });
  for (let n = 0; n < 50; n += 1) traffic.exchange(); // before any run begins: nobody's
  return { crew, traffic, publisher, random, prefix };
}

/** A registry that has just started answers late on a machine with other work; services are started again, and this waits. */
async function setUp(setup: StreamsSetup): Promise<void> {
  const isDone = await holdsWithin(setUpWithinMs, 500, async () => {
    try {
      await setUpSharedTopics(setup);
      return true;
    } catch (error) {
      if (error instanceof StreamsError && error.code === 'registry-unavailable') return false;
      throw error;
    }
  });
  if (!isDone) throw new Error('the registry does not answer');
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
    timeout: 5 * closedWithinMs, // it reads and computes all of it again, on a machine that may have other work
    maxBuffer: 256 * 1024 * 1024,
  });
  await writeFile(join(folder, 'oracle.log'), stderr);
  await writeFile(join(folder, 'oracle-report.json'), stdout);
  return JSON.parse(stdout) as OracleReport;
}

/** How many of each kind, and one of each. */
function describe(
  findings: readonly Finding[],
  { seed, folder }: { readonly seed: number; readonly folder: string },
): string {
  const kinds = [...Map.groupBy(findings, ({ check, where }) => `${check} ${where.replace(numbers, 'N')}`)];
  const lines = kinds.slice(0, shown).flatMap(([kind, of]) => {
    const { where, expected, found } = of[0] ?? { where: '', expected: '', found: '' };
    return [`${of.length} times ${kind}`, `  ${where}`, `    expected ${expected}`, `    found    ${found}`];
  });
  const title = `${findings.length} findings of ${kinds.length} kinds with seed ${seed}; logs and all findings: ${folder}`;
  return [title, ...lines].join('\n');
}
