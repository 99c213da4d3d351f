/** What `understudy detector-test` runs. The command explains and checks its flags. */
import { parseArgs } from 'node:util';
import { pooledValue } from '@understudy/config';
import { runCommand } from '@understudy/service';
import { openStreams, StreamsError } from '@understudy/streams';
import { createMetrics } from '@understudy/telemetry';
import { laneWatch } from '../alerts/watch-lane.ts';
import { allSegments } from '../segments.ts';
import { selectWindows } from '../verify/select-windows.ts';
import { openToVerify } from '../verify/verify-lane.ts';
import { injectionsFor } from './injections.ts';
import { trialsText } from './trials-text.ts';
import { type Trial, tryInjection } from './try-injection.ts';

const options = {
  config: { type: 'string' },
  lane: { type: 'string', default: '' },
  last: { type: 'string', default: '100' },
  json: { type: 'boolean', default: false },
} as const;

await runCommand({
  name: 'detector-test',
  run: async ({ config, logger, args }) => {
    const { lane: name, last, json } = parseArgs({ args: [...args], options }).values;
    const metrics = createMetrics({ service: 'detector-test' });
    const streams = await openStreams({ config, service: 'detector-test', logger, metrics });
    try {
      const setup = await openToVerify({ config, streams, lane: name });
      const steps = await selectWindows(setup.log, setup.lane, { kind: 'last', count: Number(last) });
      const windows = steps.flatMap((step) => (step.kind === 'published' ? [step.window] : []));
      const [first, newest] = [windows[0], windows.at(-1)];
      if (first === undefined || newest === undefined)
        throw new StreamsError('unreadable', `${name} has published no window yet.`);
      const { experiment } = setup.settingsAt(newest.windowStart);
      const segment = allSegments(experiment.segments).find(({ value }) => value !== pooledValue) ?? null;
      const watch = laneWatch(name, experiment, { ...config.alerts, isOn: true });
      const range = { from: first.windowStart, to: newest.windowEnd };
      const trials: Trial[] = [];
      for (const injection of injectionsFor(segment)) {
        if (!json && process.stderr.isTTY) process.stderr.write(`\r\x1b[K${injection.name} …`);
        trials.push(await tryInjection(injection, { setup, ...range, watch }));
      }
      if (!json && process.stderr.isTTY) process.stderr.write('\r\x1b[K');
      const document = { lane: name, ...range, trials };
      process.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : trialsText(name, trials));
      return 0;
    } finally {
      await streams.close();
    }
  },
});
