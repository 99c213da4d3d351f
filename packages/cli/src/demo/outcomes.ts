import { loadConfig } from '@understudy/config';
import { openStreams } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { sendLabels } from '../labels/send-labels.ts';

/** What became of one case in the end. */
export interface Outcome {
  /** The id under which it was sent. */
  readonly requestId: string;
  readonly decision: 'approved' | 'denied';
}

/**
 * Sends what the lender decided, as a user's own system would send it days later: with this the console can say how
 * often each model was right.
 *
 * @throws Error if one of them could not be sent
 */
export async function sendOutcomes(
  configFile: string,
  { experiment, outcomes }: { readonly experiment: string; readonly outcomes: Iterable<Outcome> },
): Promise<void> {
  const config = loadConfig({ file: configFile, env: process.env });
  const logger = createLogger({ service: 'demo', level: 'error' });
  const metrics = createMetrics({ service: 'demo' });
  const streams = await openStreams({ config, service: 'demo', logger, metrics });
  try {
    await sendLabels({
      config,
      streams,
      lines: linesOf(outcomes),
      experiment,
      onProblem: (line, problem) => {
        throw new Error(`the outcome of request ${line} can't be sent: ${problem}`);
      },
      onProgress: () => {},
    });
  } finally {
    await streams.close();
  }
}

async function* linesOf(outcomes: Iterable<Outcome>): AsyncGenerator<string> {
  for (const { requestId, decision } of outcomes) yield JSON.stringify({ requestId, value: decision });
}
