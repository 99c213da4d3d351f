/**
 * `node infra/local/src/main.ts up [--brokers 3] [--no-registry] [--data-dir FOLDER]`: starts Kafka and the registry, prints one line of JSON with their addresses on
 * standard output (progress on standard error), and stays until a signal.
 */
import { parseArgs } from 'node:util';
import { startLocalCluster } from './local-cluster.ts';
import type { LocalClusterOptions } from './local-cluster.ts';
import { ProcessGroup } from './process-group.ts';

const USAGE = 'usage: node infra/local/src/main.ts up [--brokers 1|3] [--no-registry] [--data-dir FOLDER]';

function readCommandLine(): LocalClusterOptions {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    allowNegative: true,
    options: {
      brokers: { type: 'string', default: '1' },
      registry: { type: 'boolean', default: true },
      'data-dir': { type: 'string' },
    },
  });
  if (positionals.length !== 1 || positionals[0] !== 'up') throw new Error(USAGE);
  if (values.brokers !== '1' && values.brokers !== '3')
    throw new Error(`--brokers is 1 or 3, not ${values.brokers}`);
  return {
    brokers: values.brokers === '3' ? 3 : 1,
    registry: values.registry,
    ...(values['data-dir'] === undefined ? {} : { dataDir: values['data-dir'] }),
  };
}

async function up(options: LocalClusterOptions): Promise<void> {
  const processes = new ProcessGroup({
    onExit: ({ name, lastLogLines, logFile }) => {
      process.stderr.write(
        [`${name} has ended. Its last lines:`, ...lastLogLines, `(${logFile})`].join('\n  ') + '\n',
      );
      void processes.stop({ keepFolder: true }).finally(() => process.exit(1));
    },
  });
  processes.installSignalHandlers();
  try {
    const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
    const { bootstrapServers, registryUrl } = await startLocalCluster({ ...options, processes, onProgress });
    process.stdout.write(`${JSON.stringify({ bootstrapServers, registryUrl })}\n`);
  } catch (error) {
    await processes.stop({ keepFolder: true });
    throw error;
  }
}

try {
  await up(readCommandLine());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
