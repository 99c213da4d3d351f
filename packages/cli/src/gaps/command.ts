import { laneName, laneOf } from '@understudy/domain';
import {
  acceptGaps,
  configuredLane,
  findGaps,
  type FoundGap,
  readRuns,
  type SetUpLane,
} from '@understudy/streams';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../user-error.ts';
import { acceptedText, gapListText } from './gap-text.ts';
import { type OpenGaps, withGaps } from './open-gaps.ts';

interface Flags {
  readonly config: string;
}

const configOption = (): Option =>
  new Option('--config <file>', 'the configuration file').default('understudy.yaml');

/** `understudy gaps list|accept`. */
export function gapsCommand(): Command {
  return new Command('gaps')
    .description('look at what lanes can not read any more, and let them go on without it')
    .addCommand(listCommand())
    .addCommand(acceptCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list the partitions that stand still because records are gone, and the gaps accepted')
    .addOption(configOption())
    .action(({ config }: Flags) =>
      withGaps(config, async (open) => {
        const lanes = await openLanes(open);
        const found: FoundGap[] = [];
        for (const lane of lanes) found.push(...(await findGaps(open, lane)));
        process.stdout.write(
          gapListText(
            found,
            lanes.map(({ run }) => run),
          ),
        );
      }),
    );
}

function acceptCommand(): Command {
  return new Command('accept')
    .description('record that windows of a partition are not covered: its tasks go on after them')
    .argument('<lane>', 'experiment.shadow.run')
    .option('--partition <number>', 'as list shows it; default: all that stand still', partitionNumber)
    .requiredOption('--reason <text>', 'why, for those who look at the windows later')
    .addOption(configOption())
    .action((name: string, { config, partition, reason }: Flags & { partition?: number; reason: string }) =>
      withGaps(config, async (open) => {
        const lane = (await openLanes(open)).find((each) => laneName(each.lane) === name);
        if (lane === undefined) {
          throw new UserError(
            `There is no lane ${name} that is called or judged: \`understudy gaps list\` names them.`,
          );
        }
        const found = (await findGaps(open, lane)).filter(
          (gap) => partition === undefined || gap.partition === partition,
        );
        if (found.length === 0) {
          const where = partition === undefined ? name : `partition ${partition} of ${name}`;
          throw new UserError(`Nothing is missing in ${where}: there is nothing to accept.`);
        }
        await acceptGaps(open.runs, found, reason);
        process.stdout.write(acceptedText(found));
      }),
    );
}

/** The lanes of every run that is not over, and whose shadow the config has. */
async function openLanes({ config, runs }: OpenGaps): Promise<readonly SetUpLane[]> {
  return [...(await readRuns(runs)).values()].flatMap((run) => {
    const configured = laneOf(run.lane) && configuredLane(config, run.lane);
    const isOver = run.state === 'ended' || run.state === 'cancelled';
    return configured === null || isOver ? [] : [{ ...configured, run }];
  });
}

function partitionNumber(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be the number of a partition, from 0 on.');
}
