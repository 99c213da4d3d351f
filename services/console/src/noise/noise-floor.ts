import type { DuckDBConnection } from '@duckdb/node-api';
import type { Config } from '@understudy/config';
import { laneOf } from '@understudy/domain';
import { countNoise, countNoiseByPath } from './noise-counts.ts';
import { type NoiseReport, noiseReport } from './noise-report.ts';

export interface NoiseFloorOptions {
  /** To the store; closed after each question. */
  readonly connect: () => Promise<DuckDBConnection>;
  readonly experiments: Config['experiments'];
  /** Start of a lane's first window that counts. */
  readonly sinceOf: (lane: string) => number;
}

/** Asks the store how far a lane's divergence is over that of another lane of its experiment, production's second instance. */
export function noiseFloor({ connect, experiments, sinceOf }: NoiseFloorOptions) {
  return async (lane: string, baseline: string): Promise<NoiseReport | null> => {
    const experiment = experiments.find(({ name }) => name === laneOf(lane)?.experiment);
    if (experiment === undefined || laneOf(baseline)?.experiment !== experiment.name || lane === baseline)
      return null;
    // From where both lanes' windows count.
    const question = { lane, baseline, since: Math.max(sinceOf(lane), sinceOf(baseline)) };
    const connection = await connect();
    try {
      const counts = await countNoise(connection, question);
      const paths = await countNoiseByPath(connection, question);
      return noiseReport({ lane, baseline, counts, paths, confidence: experiment.verdict.confidence });
    } finally {
      connection.closeSync();
    }
  };
}
