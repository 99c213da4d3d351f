import { Command } from 'commander';
import { type OpenKafka, withKafka } from '../open-kafka.ts';
import { openRegistry } from '../open-registry.ts';
import { parseMoment } from '../replay/times.ts';
import { UserError } from '../user-error.ts';
import { currentRequests } from './current-requests.ts';
import { driftText } from './drift-text.ts';
import { featureDrift, type FeatureDrift } from './feature-drift.ts';
import { matchFeatures } from './match-features.ts';
import { readTraining } from './training-file.ts';

interface Flags {
  readonly config: string;
  readonly training: string;
  readonly feature?: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly json: boolean;
}

/** Of either side: what is held in memory, and enough to see a share of a thousandth move. */
const maxRows = 100_000;

/** `understudy drift`. */
export function driftCommand(): Command {
  const nowMs = Date.now();
  const moment = (text: string): number => parseMoment(text, nowMs);
  return new Command('drift')
    .description(
      'compare what requests hold with training data; exit code 0: every feature is stable, 1: one has drifted, 2: it can not be told',
    )
    .argument('<experiment>', 'whose requests')
    .requiredOption(
      '--training <file>',
      'CSV with a header, or .parquet: a column is a field of the request’s body',
    )
    .option('--feature <name...>', 'these columns only')
    .option('--from <time>', 'requests from it on: 2026-03-01T08:00:00Z, or -2h; default: all', moment, 0)
    .option('--to <time>', 'requests before it; default: now', moment, nowMs)
    .option('--json', 'print one JSON document', false)
    .option('--config <file>', 'the configuration file', 'understudy.yaml')
    .action(run);
}

async function run(experiment: string, flags: Flags): Promise<void> {
  const training = await readTraining(flags.training, maxRows);
  const wanted = flags.feature ?? [...training.keys()];
  const unknown = wanted.find((name) => !training.has(name));
  if (unknown !== undefined)
    throw new UserError(
      `${flags.training} has no column ${unknown}; there are: ${[...training.keys()].join(', ')}`,
    );
  const features = await withKafka({ file: flags.config, command: 'drift', level: 'warn' }, async (kafka) =>
    drifts(kafka, {
      experiment,
      training: new Map(wanted.map((name) => [name, training.get(name) ?? []])),
      flags,
    }),
  );
  process.stdout.write(flags.json ? `${JSON.stringify({ experiment, features })}\n` : driftText(features));
  process.exitCode = exitCode(features);
}

async function drifts(
  kafka: OpenKafka,
  given: {
    readonly experiment: string;
    readonly training: Awaited<ReturnType<typeof readTraining>>;
    readonly flags: Pick<Flags, 'from' | 'to'>;
  },
): Promise<readonly FeatureDrift[]> {
  const { experiment, training, flags } = given;
  const names = kafka.config.experiments.map(({ name }) => name);
  if (!names.includes(experiment))
    throw new UserError(`there is no experiment ${experiment}, there are: ${names.join(', ')}`);
  const registry = await openRegistry(kafka.config, kafka.logger);
  const { from, to } = flags;
  const requests = await currentRequests(
    { ...kafka, registry },
    { experiment, from, to, maxRequests: maxRows },
  );
  const current = matchFeatures(training, requests);
  return [...training]
    .map(([feature, values]) => featureDrift(feature, values, current.get(feature) ?? []))
    .toSorted((a, b) => (b.psi ?? -1) - (a.psi ?? -1) || (a.feature < b.feature ? -1 : 1));
}

function exitCode(features: readonly FeatureDrift[]): number {
  if (features.some(({ outcome }) => outcome === 'drifted')) return 1;
  return features.length > 0 && features.every(({ outcome }) => outcome === 'stable') ? 0 : 2;
}
