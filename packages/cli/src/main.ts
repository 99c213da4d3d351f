/** The command `understudy`; started by bin/understudy.js on the project's own Node. */
import { ConfigError } from '@understudy/config';
import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { applyCommand } from './apply/command.ts';
import { configExplainCommand } from './config-explain.ts';
import { deadLettersCommand } from './dead-letters/command.ts';
import { demoCommand } from './demo/command.ts';
import { detectorTestCommand } from './detector-test/command.ts';
import { driftCommand } from './drift/command.ts';
import { evidenceCommand } from './evidence/command.ts';
import { exportCommand } from './export/command.ts';
import { gapsCommand } from './gaps/command.ts';
import { initCommand } from './init/command.ts';
import { labelsCommand } from './labels/command.ts';
import { reportCommand } from './report/command.ts';
import { noiseFloorCommand } from './noise-floor/command.ts';
import { replayCommand } from './replay/command.ts';
import { serviceCommand } from './service-command.ts';
import { serviceNames } from './stage/services.ts';
import { upCommand } from './up/command.ts';
import { verifyCommand } from './verify/command.ts';
import { UserError } from './user-error.ts';

const config = new Command('config')
  .description('look at the configuration')
  .addCommand(configExplainCommand());

const understudy = new Command('understudy')
  .description('Shadow deployments for machine-learning models')
  .version(packageJson.version)
  .addCommand(demoCommand())
  .addCommand(initCommand())
  .addCommand(upCommand())
  .addCommand(applyCommand())
  .addCommand(deadLettersCommand())
  .addCommand(labelsCommand())
  .addCommand(verifyCommand())
  .addCommand(evidenceCommand())
  .addCommand(reportCommand())
  .addCommand(detectorTestCommand())
  .addCommand(noiseFloorCommand())
  .addCommand(replayCommand())
  .addCommand(gapsCommand())
  .addCommand(exportCommand())
  .addCommand(driftCommand())
  .addCommand(config);
for (const service of serviceNames) understudy.addCommand(serviceCommand(service));
try {
  await understudy.parseAsync();
} catch (error) {
  if (error instanceof ConfigError || error instanceof UserError) understudy.error(error.message);
  throw error;
}
