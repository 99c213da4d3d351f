import type { TransactionalProducerOptions } from '../client/transactional-producer.ts';
import type { TaskSpec } from './task-plan.ts';

/** What the producer of a task is opened with, by its owner and by whoever shuts the owner out. */
export function producerOptions(
  groupId: string,
  { id, inputs, writes }: TaskSpec,
): TransactionalProducerOptions {
  const [input] = inputs;
  if (input === undefined) throw new Error(`task ${id} has no inputs`);
  return { transactionalId: `${groupId}.${id}`, writes, readsPositionsOf: { groupId, ...input } };
}
