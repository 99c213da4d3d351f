/** How many replays services work on at once: found from `runs` alone, by every process the same way. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { parseConfig } from '@understudy/config';
import { liveRun, type Run } from '@understudy/schemas-avro';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster } from '../../../../test/support/cluster.ts';
import { waitFor } from '../../../../test/support/wait-for.ts';
import { LaneDirectory } from './lane-directory.ts';
import { runsOf, setUpSharedTopics } from './lane-setup.ts';
import { openStreams } from './open-streams.ts';
import { changeRun } from './runs.ts';

const laneOf = (run: string) => ({ experiment: 'mortgage', shadow: 'boosted', run });
const replay = (run: string, recorded: number): Run => ({
  ...liveRun({ lane: `mortgage.boosted.${run}`, start: 0, windowMs: 10_000, recorded }),
  kind: 'replay',
  end: 10_000,
});

test('a replay that there is no room for begins when another one is over', async (t) => {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const config = parseConfig({
    text: `
kafka: { brokers: ['${cluster.brokers.join("', '")}'], prefix: 'at-once-${randomUUID().slice(0, 8)}.', partitions: 1 }
registry: { url: '${cluster.registryUrl}' }
replays: { atOnce: 2 }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:1' }]
    comparison: { kind: json }
`,
    file: 'understudy.yaml',
    env: {},
  });
  const logger = createLogger({ service: 'test', level: 'fatal' });
  const metrics = createMetrics({ service: 'test' });
  const streams = await openStreams({ config, service: 'test', logger, metrics });
  t.after(() => streams.close());
  const setup = { config, ...streams };
  await setUpSharedTopics(setup);
  const runs = runsOf(setup);
  const record = (run: string, recorded: number) => changeRun(runs, laneOf(run), () => replay(run, recorded));
  // Recorded in another order than that of their times, which counts.
  await record('third', 3);
  await record('first', 1);
  await record('second', 2);

  const open = new Set<string>();
  const directory = await LaneDirectory.open({
    ...setup,
    logger,
    onOver: (error) => {
      throw error;
    },
    open: async ({ lane: { run } }) => {
      open.add(run);
      return { close: async () => void open.delete(run) };
    },
  });
  t.after(() => directory.close());
  assert.deepEqual([...open].toSorted(), ['first', 'live', 'second']);
  const measured = await metrics.text();
  assert.match(measured, /open_lanes\{kind="live",service="test"\} 1/);
  assert.match(measured, /open_lanes\{kind="replay",service="test"\} 2/);
  assert.match(measured, /waiting_lanes\{service="test"\} 1/);

  await changeRun(runs, laneOf('first'), (run) => run && { ...run, state: 'ended' });
  await waitFor(() => !open.has('first') && open.has('third'), {
    what: 'the third to begin',
    timeoutMs: 20_000,
  });
  assert.deepEqual([...open].toSorted(), ['live', 'second', 'third']);
});
