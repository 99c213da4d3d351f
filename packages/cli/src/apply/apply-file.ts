import { type Applied, applyExperiment, runsOf, setUpSharedTopics } from '@understudy/streams';
import { withKafka } from '../open-kafka.ts';
import { openRegistry } from '../open-registry.ts';

/**
 * Records every experiment of a config that differs from its newest revision as the next one, each by itself. What the log
 * has and the config does not stays as it is.
 *
 * @param onApplied - told of each, those too that do not differ
 * @throws ConfigError; UserError for what can't be changed, or when Kafka or the registry can't be reached: what was told
 *   before is recorded
 */
export async function applyFile(file: string, onApplied: (applied: Applied) => void): Promise<void> {
  await withKafka({ file, command: 'apply', level: 'error' }, async (kafka) => {
    const registry = await openRegistry(kafka.config, kafka.logger);
    const setup = { ...kafka, registry };
    await setUpSharedTopics(setup);
    for (const experiment of kafka.config.experiments)
      onApplied(await applyExperiment(runsOf(setup), experiment));
  });
}
