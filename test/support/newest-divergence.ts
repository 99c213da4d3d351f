import type { Config } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import type { Divergence } from '@understudy/schemas-avro';
import { kafkaConnection, readLog, RecordRegistry } from '@understudy/streams';
import { createLogger } from '@understudy/telemetry';
import { waitFor } from './wait-for.ts';

const closedWithinMs = 60_000;

/** The newest record of the only lane, for the lane as a whole, as soon as it is the one that is waited for. */
export async function newestDivergence(
  config: Config,
  { isIt, what }: { readonly isIt: (divergence: Divergence) => boolean; readonly what: string },
): Promise<Divergence> {
  const connection = kafkaConnection(config, 'test', createLogger({ service: 'test', level: 'fatal' }));
  const registry = await RecordRegistry.open({ url: config.registry.url });
  const topic = topicNames(config.kafka.prefix).shared('divergence');
  const found: Divergence[] = [];
  await waitFor(
    async () => {
      for await (const { value } of readLog(connection, { topic })) {
        const divergence = value === null ? null : await registry.decode('divergence', value);
        if (divergence !== null && divergence.segment === null) found.push(divergence);
      }
      const newest = found.at(-1);
      return newest !== undefined && isIt(newest);
    },
    { what, timeoutMs: closedWithinMs },
  );
  const newest = found.at(-1);
  if (newest === undefined) throw new Error('nothing was found');
  return newest;
}
