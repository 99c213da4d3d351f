/**
 * One model as a process:
 *
 *     node examples/mortgage/src/server.ts --model production --port 0
 *
 * prints `{"listening":"http://127.0.0.1:PORT"}` on standard output when it is ready (port 0 takes any free one) and
 * stops on SIGTERM and SIGINT after the requests in flight. `--host` is the interface to listen on, 127.0.0.1 by
 * default, 0.0.0.0 for all. `--latency-ms N` makes every prediction that much slower.
 */
import { parseArgs } from 'node:util';
import { loadModel, type ModelName, modelNames } from './model.ts';
import { createModelServer } from './model-server.ts';

const usage = `usage: server.ts --model ${modelNames.join('|')} --port N [--host HOST] [--latency-ms N]`;
const closeLimitMs = 5_000;
const mostLatencyMs = 60_000;

try {
  await serve();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function serve(): Promise<void> {
  const { model, host, port, latencyMs } = readFlags(process.argv.slice(2));
  const app = createModelServer(loadModel(model), { latencyMs });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      // Without this limit a caller that never finishes its request could keep the process alive.
      setTimeout(() => process.exit(1), closeLimitMs).unref();
      void app.close();
    });
  }
  const address = await app.listen({ host, port });
  process.stdout.write(`${JSON.stringify({ listening: address })}\n`);
}

interface Flags {
  readonly model: ModelName;
  readonly host: string;
  readonly port: number;
  readonly latencyMs: number;
}

function readFlags(args: string[]): Flags {
  const { values } = parseArgs({
    args,
    options: {
      model: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string' },
      'latency-ms': { type: 'string', default: '0' },
    },
  });
  const model = modelNames.find((name) => name === values.model);
  if (model === undefined) throw new Error(`--model is ${values.model ?? 'missing'}; ${usage}`);
  return {
    model,
    host: values.host,
    port: wholeNumber('--port', values.port, 65_535),
    latencyMs: wholeNumber('--latency-ms', values['latency-ms'], mostLatencyMs),
  };
}

function wholeNumber(flag: string, text: string | undefined, most: number): number {
  const value = Number(text);
  if (text === undefined || !/^\d+$/.test(text) || value > most) {
    throw new Error(`${flag} is ${text ?? 'missing'}, must be a whole number from 0 to ${most}; ${usage}`);
  }
  return value;
}
