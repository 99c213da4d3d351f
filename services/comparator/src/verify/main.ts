/** What `understudy verify` runs: computes windows again from the log. The command explains and checks its flags. */
import { runCommand } from '@understudy/service';
import { openStreams } from '@understudy/streams';
import { createMetrics } from '@understudy/telemetry';
import { readArguments } from './arguments.ts';
import { exitCodeOf, noOutcomes, withOutcome } from './outcomes.ts';
import { reportText, summaryText } from './report-text.ts';
import { verifyLane } from './verify-lane.ts';
import type { WindowReport } from './verify-steps.ts';

await runCommand({
  name: 'verify',
  run: async ({ config, logger, args }) => {
    const { lane, wanted, isJson } = readArguments(args);
    const metrics = createMetrics({ service: 'verify' });
    const streams = await openStreams({ config, service: 'verify', logger, metrics });
    const windows: WindowReport[] = [];
    let outcomes = noOutcomes;
    try {
      for await (const report of verifyLane({ config, streams, lane, wanted })) {
        outcomes = withOutcome(outcomes, report);
        if (isJson) windows.push(report);
        else process.stdout.write(reportText(report));
      }
    } finally {
      await streams.close();
    }
    const summary = isJson
      ? `${JSON.stringify({ lane, ...outcomes, windows }, null, 2)}\n`
      : summaryText(outcomes);
    process.stdout.write(summary);
    return exitCodeOf(outcomes);
  },
});
