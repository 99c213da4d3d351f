/**
 * `npm run test:compose`: docker-compose.yml for real. Builds the image, starts everything under a project name and on
 * ports of its own, sends requests through the gateway, kills the comparator meanwhile, and sees that every request is
 * accounted for. Takes everything down again, whatever happens. Its last line is `N passed, N failed`.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { watchForInterruption } from '../runner/interruption.ts';
import { runSteps, type Step } from '../runner/step.ts';
import { waitFor } from '../support/wait-for.ts';
import { ComposeProject, type Container } from './compose-project.ts';
import { Load } from './load.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const print = (text: string): void => void process.stdout.write(text);

const services = ['gateway', 'shadow-invoker', 'comparator', 'console'];
const models = ['model-production', 'model-boosted', 'model-repaired'];
const ours = [...services, ...models];
const everything = ['kafka', 'registry', ...ours];

/** The part of the console's answer that is looked at. */
interface Lane {
  readonly lane: string;
  readonly verdict: string;
  readonly balanced: boolean;
  readonly ledger: { readonly sampled: number };
  readonly segments: readonly { readonly segment: object; readonly flagged: boolean }[];
}

function stepsOf(project: ComposeProject, signal: AbortSignal): readonly Step[] {
  let sent = 0;
  const step = (name: string, check: () => Promise<void>): Step => ({
    name,
    run: async () => {
      await check();
      return { passed: 1, failed: 0 };
    },
  });
  return [
    step('the image is built', () => project.build()),
    step('everything starts and is healthy', async () => {
      await project.up();
      const containers = await project.containers();
      assert.deepEqual([...containers.keys()].toSorted(), everything.toSorted());
      for (const [service, { State }] of containers) assert.equal(State.Health?.Status, 'healthy', service);
    }),
    step('what is ours has no rights, and ports are open to this machine alone', async () => {
      const containers = await project.containers();
      for (const service of ours) assertWithoutRights(service, containers.get(service));
      for (const [service, { NetworkSettings }] of containers) {
        const hosts = Object.values(NetworkSettings.Ports).flatMap((open) => open ?? []);
        for (const { HostIp } of hosts) assert.equal(HostIp, '127.0.0.1', service);
      }
    }),
    step('every caller is answered while the comparator is killed and comes back', async () => {
      const load = new Load({ url: project.gateway, callers: 8, signal });
      await waitFor(() => load.answered >= 500, { what: '500 answers', timeoutMs: 60_000 });
      await project.shell('comparator', 'kill -9 -1'); // all but the container's first process, which then ends
      await waitFor(() => hasComeBack(project, 'comparator'), {
        what: 'the comparator to be started again',
        timeoutMs: 120_000,
      });
      await waitFor(() => load.answered >= 1500, { what: '1,500 answers', timeoutMs: 60_000 });
      await load.end();
      sent = load.answered;
    }),
    step('every request is accounted for once, and the verdicts are right', async () => {
      let lanes: readonly Lane[] = [];
      await waitFor(
        async () => {
          lanes = await lanesOf(project);
          return lanes.length === 2 && lanes.every(({ ledger }) => ledger.sampled >= sent);
        },
        { what: `both lanes to account for ${sent} requests`, timeoutMs: 180_000 },
      ).catch((error: unknown) => {
        throw new Error(`the lanes say ${JSON.stringify(lanes)}`, { cause: error });
      });
      const [boosted, repaired] = lanes;
      assert.ok(boosted !== undefined && repaired !== undefined);
      for (const { lane, ledger, balanced } of lanes) {
        assert.equal(ledger.sampled, sent, lane);
        assert.equal(balanced, true, lane);
      }
      assert.equal(boosted.lane, 'mortgage.boosted.live');
      assert.equal(boosted.verdict, 'fail');
      assert.deepEqual(boosted.segments[0]?.segment, { field: 'self_employed', value: 'yes' });
      assert.equal(repaired.lane, 'mortgage.repaired.live');
      assert.notEqual(repaired.verdict, 'fail');
      print(`${sent} requests: boosted ${boosted.verdict}, repaired ${repaired.verdict}\n`);
    }),
  ];
}

function assertWithoutRights(service: string, container: Container | undefined): void {
  assert.ok(container !== undefined, service);
  const { Config, HostConfig } = container;
  assert.match(Config.User, /^(?!root$|0(?::|$)).+/, `${service} runs as a user without rights`);
  assert.equal(HostConfig.Privileged, false, service);
  assert.equal(HostConfig.ReadonlyRootfs, true, `${service} has a read-only root`);
  assert.deepEqual([HostConfig.CapDrop, HostConfig.CapAdd ?? []], [['ALL'], []], `${service}: capabilities`);
  assert.ok(HostConfig.SecurityOpt?.includes('no-new-privileges:true'), `${service} can't gain privileges`);
  assert.ok(HostConfig.Memory > 0, `${service} has a limit on memory`);
}

async function hasComeBack(project: ComposeProject, service: string): Promise<boolean> {
  const container = (await project.containers()).get(service);
  return (
    container !== undefined && container.RestartCount > 0 && container.State.Health?.Status === 'healthy'
  );
}

async function lanesOf(project: ComposeProject): Promise<readonly Lane[]> {
  const response = await fetch(`${project.console}/api/lanes`, { signal: AbortSignal.timeout(10_000) });
  assert.equal(response.status, 200);
  return ((await response.json()) as { lanes: readonly Lane[] }).lanes;
}

/** The exit code. */
async function main(): Promise<number> {
  const ended = Promise.withResolvers<void>();
  const interruption = watchForInterruption(ended.promise);
  const { signal } = interruption;
  try {
    const project = await ComposeProject.open({ root, name: `understudy-test-${process.pid}`, signal });
    try {
      const { passed, failed } = await runSteps(stepsOf(project, signal), { signal, print });
      if (failed > 0 && !signal.aborted) print(await project.report());
      print(`${passed} passed, ${failed} failed\n`);
      return interruption.exitCode() ?? (failed > 0 ? 1 : 0);
    } finally {
      await project.down();
    }
  } finally {
    ended.resolve();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  print(`${error instanceof Error ? error.message : String(error)}\n0 passed, 1 failed\n`);
  return 1;
});
