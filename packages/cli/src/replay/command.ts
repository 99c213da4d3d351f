import { laneOf } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import { changeRun, readRuns, readTimelines } from '@understudy/streams';
import { Command, Option } from 'commander';
import { UserError } from '../user-error.ts';
import { type Control, controlRun } from './control-run.ts';
import { compareRuns, compareRunsText, examplesText, runsBeside } from './compare-runs.ts';
import { findNamed } from './find-run.ts';
import { followRun } from './follow-run.ts';
import { runListText } from './list-runs.ts';
import { type OpenReplays, withReplays } from './open-replays.ts';
import { checkRoom, checkSource, isoTime, planReplay, type ReplayRequest } from './plan-replay.ts';
import { checkRetention } from './retention.ts';
import { parseCalls, parseMoment, parseRate, parseSpeed } from './times.ts';

interface Flags {
  readonly config: string;
  readonly experiment: string;
  readonly shadow: string;
  readonly run: string;
  readonly from: number;
  readonly to: number;
  readonly speed: number | null;
  readonly rejudge?: string;
  readonly alerts: boolean;
  readonly concurrency: number | null;
  readonly rate: number | null;
}

const configOption = (): Option =>
  new Option('--config <file>', 'the configuration file').default('understudy.yaml');
const moment = (text: string): number => parseMoment(text, Date.now());

/** `understudy replay`, and `understudy replay list|status|compare|pause|resume|cancel`. */
export function replayCommand(): Command {
  const replay = new Command('replay')
    .description('call a shadow over requests of the past, beside the live lane; services have to run')
    .addCommand(beginCommand(), { isDefault: true })
    .addCommand(listCommand())
    .addCommand(statusCommand())
    .addCommand(compareCommand());
  const controls: readonly (readonly [Control, string])[] = [
    ['pause', 'call nobody until it is resumed'],
    ['resume', 'go on with a run that was paused'],
    ['cancel', 'give a run up; what it found until now stays'],
  ];
  for (const [control, description] of controls) replay.addCommand(controlCommand(control, description));
  return replay;
}

function beginCommand(): Command {
  return new Command('begin')
    .description('begin a replay, and show how far it is until it ends')
    .addOption(configOption())
    .requiredOption('--experiment <name>', 'whose requests')
    .requiredOption('--shadow <name>', 'who is called')
    .requiredOption('--run <name>', 'what the new run is called')
    .requiredOption('--from <time>', 'ISO 8601, or how long ago: -2h', moment)
    .requiredOption('--to <time>', 'ISO 8601, or how long ago: -1h', moment)
    .option('--speed <speed>', 'as-recorded, 5x, or max: as fast as its limits allow', parseSpeed, null)
    .option(
      '--concurrency <calls>',
      'at the same time, of each shadow-invoker; default a quarter of the shadow’s',
      parseCalls,
      null,
    )
    .option('--rate <calls>', 'a second at the most, default no limit', parseRate, null)
    .option('--rejudge <run>', 'judge what this run has called, and call nobody')
    .option('--alerts', 'raise alerts', false)
    .action(begin);
}

async function begin({ config: file, from, to, rejudge, ...same }: Flags): Promise<void> {
  const request: ReplayRequest = { ...same, fromMs: from, toMs: to, rejudge: rejudge ?? null };
  await withReplays(file, async (open) => {
    const run = await judgedBy(open, planReplay(open.config, request, Date.now()));
    const runs = await readRuns(open.runs);
    checkSource(run, runs);
    checkRoom(open.config, run, runs);
    await checkRetention(open, run);
    const begun = await changeRun(open.runs, laneOf(run.lane) ?? request, (before) => {
      if (before === null) return run;
      throw new UserError(`There is a run ${run.lane} already, ${before.state}: choose another --run.`);
    });
    process.stdout.write(`${begun.lane}: ${isoTime(run.start)} to ${isoTime(run.end ?? 0)}\n`);
    await followRun(open, begun);
  });
}

/** Who judges again does so by the newest revision, and the run says which one that is: else its windows would depend on when. */
async function judgedBy({ runs }: OpenReplays, run: Run): Promise<Run> {
  if (run.kind !== 'rejudge') return run;
  const experiment = laneOf(run.lane)?.experiment ?? '';
  const timelines = await readTimelines(runs, [experiment]);
  return { ...run, revision: timelines.get(experiment)?.newest.number ?? null };
}

function listCommand(): Command {
  return new Command('list')
    .description('list the replays, the newest first')
    .addOption(configOption())
    .action(({ config }: Pick<Flags, 'config'>) =>
      withReplays(config, async (open) => {
        process.stdout.write(runListText(await readRuns(open.runs)));
      }),
    );
}

function statusCommand(): Command {
  return new Command('status')
    .description('show how far a replay is until it ends, and what it found')
    .argument('<name>', 'of the run, or of its lane')
    .addOption(configOption())
    .action((name: string, { config }: Pick<Flags, 'config'>) =>
      withReplays(config, async (open) => followRun(open, findNamed(await readRuns(open.runs), name))),
    );
}

function compareCommand(): Command {
  return new Command('compare')
    .description('compare two runs request by request, over the windows that both cover')
    .argument('<name>', 'of a run, or of its lane')
    .argument(
      '[other]',
      'default: the live run of its shadow where that covers the same windows, else another that does',
    )
    .addOption(configOption())
    .action((name: string, other: string | undefined, { config }: Pick<Flags, 'config'>) =>
      withReplays(config, async (open) => {
        const runs = await readRuns(open.runs);
        const first = findNamed(runs, name);
        const [beside] = runsBeside(first, runs);
        const second = other === undefined ? beside : findNamed(runs, other, 'any');
        if (second === undefined)
          throw new UserError(
            `No other run of the experiment covers ${first.lane}: name the run to compare it with.`,
          );
        const counts = await compareRuns(open, first, second);
        process.stdout.write(
          `${first.lane}\n${compareRunsText(counts, second.lane)}\n${examplesText(counts)}`,
        );
      }),
    );
}

function controlCommand(control: Control, description: string): Command {
  return new Command(control)
    .description(description)
    .argument('<name>', 'of the run, or of its lane')
    .addOption(configOption())
    .action((name: string, { config }: Pick<Flags, 'config'>) =>
      withReplays(config, async (open) => {
        const run = findNamed(await readRuns(open.runs), name);
        const { lane, state } = await controlRun(open, run, control);
        process.stdout.write(`${lane} is ${state}.\n`);
      }),
    );
}
