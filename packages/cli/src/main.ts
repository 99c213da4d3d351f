/** The command `understudy`; started by bin/understudy.js on the project's own Node. */
import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { configExplainCommand } from './config-explain.ts';
import { demoCommand } from './demo/command.ts';

const config = new Command('config')
  .description('look at the configuration')
  .addCommand(configExplainCommand());

await new Command('understudy')
  .description('Shadow deployments for machine-learning models')
  .version(packageJson.version)
  .addCommand(demoCommand())
  .addCommand(config)
  .parseAsync();
