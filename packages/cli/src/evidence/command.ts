import { fileURLToPath } from 'node:url';
import { ConfigError, readConfigSource } from '@understudy/config';
import { Command, Option } from 'commander';
import { becomeProcess } from '../become-process.ts';
import { withLocalAddresses } from '../up/local-addresses.ts';
import { UserError } from '../user-error.ts';

/** Part of the comparator: the verdict is judged once more by the very code that judged it. */
const evidenceMain = fileURLToPath(
  new URL('../../../../services/comparator/src/evidence/main.ts', import.meta.url),
);

interface EvidenceOptions {
  readonly config: string;
  readonly out?: string;
  readonly rollbackPlan?: string;
  readonly acknowledgedBy?: string;
}

/** `understudy evidence LANE`. It takes the place of this process, so its exit code is the command's. */
export function evidenceCommand(): Command {
  return new Command('evidence')
    .description(
      'write what the verdict of a lane rests on into one file, that understudy verify --bundle checks without the log',
    )
    .argument('<lane>', 'experiment.shadow.run')
    .option('--out <file>', 'the file; by default LANE.evidence.json')
    .option('--rollback-plan <text>', 'how it is taken back if it goes wrong, or where that is written')
    .option('--acknowledged-by <name>', 'who has read the plan')
    .addOption(new Option('--config <file>', 'the configuration file').default('understudy.yaml'))
    .action((lane: string, options: EvidenceOptions, command: Command) => {
      try {
        becomeEvidence(lane, options);
      } catch (error) {
        if (!(error instanceof ConfigError) && !(error instanceof UserError)) throw error;
        command.error(error.message);
      }
    });
}

function becomeEvidence(lane: string, { config, out, rollbackPlan, acknowledgedBy }: EvidenceOptions): void {
  if ((rollbackPlan === undefined) !== (acknowledgedBy === undefined))
    throw new UserError(
      '--rollback-plan and --acknowledged-by go together: a plan counts when a person has read it.',
    );
  const { env } = withLocalAddresses(readConfigSource({ file: config, env: process.env }));
  const file = out ?? `${lane}.evidence.json`;
  const plan =
    rollbackPlan === undefined || acknowledgedBy === undefined
      ? []
      : ['--plan', rollbackPlan, '--by', acknowledgedBy];
  becomeProcess([evidenceMain, '--config', config, '--lane', lane, '--out', file, ...plan], env);
}
