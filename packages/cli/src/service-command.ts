import { Command } from 'commander';
import { becomeProcess } from './become-process.ts';
import { serviceMain, type ServiceName } from './stage/services.ts';

const descriptions: Readonly<Record<ServiceName, string>> = {
  gateway: 'answer from production, and record both sides',
  'shadow-invoker': 'call the shadows',
  comparator: 'compare the answers, window by window',
  console: 'show what was found',
};

/**
 * `understudy gateway` and so on: one service alone. It takes the place of this process, with its pid and streams, so
 * signals reach it and its exit code is the command's.
 */
export function serviceCommand(service: ServiceName): Command {
  return new Command(service)
    .description(`run one service alone: ${descriptions[service]}`)
    .option('--config <file>', 'the configuration file', 'understudy.yaml')
    .action(({ config }: { config: string }) => {
      becomeProcess([serviceMain(service), '--config', config], process.env);
    });
}
