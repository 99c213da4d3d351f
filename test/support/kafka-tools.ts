import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { javaCommand, type ProcessGroup, resolveDistribution } from '@understudy/infra-local';

const doneWithinMs = 60_000;

/**
 * Kafka's own `kafka-consumer-groups`, from the software that the tests' brokers run.
 *
 * @returns what it printed
 * @throws ProcessError if it fails
 */
export async function kafkaConsumerGroups(
  processes: ProcessGroup,
  brokers: readonly string[],
  args: readonly string[],
): Promise<string> {
  const { kafkaClassPath } = await resolveDistribution(processes, () => {});
  const logFile = join(processes.folder, `kafka-consumer-groups.${calls++}.log`);
  await processes.run(
    {
      name: 'kafka-consumer-groups',
      command: javaCommand(),
      args: [
        '-XX:TieredStopAtLevel=1',
        '-cp',
        kafkaClassPath,
        'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
        '--bootstrap-server',
        brokers.join(','),
        ...args,
      ],
      logFile,
    },
    doneWithinMs,
  );
  return readFile(logFile, 'utf8');
}

let calls = 0;
