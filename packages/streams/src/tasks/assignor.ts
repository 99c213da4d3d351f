import { type AssignorFactory, AssignorProtocol } from '../client/kafkajs.ts';
import { StreamsError } from '../client/errors.ts';
import { assignTasks } from './assign.ts';
import { type TaskPlan, topicsOf } from './task-plan.ts';

/**
 * The group protocol for a plan: whole tasks are assigned, so that all inputs of a task come to one member,
 * which the client's own assignors don't do; members say what they hold, and keep it where they can.
 *
 * @param partitions how many partitions every topic of the plan must have; growth would send keys elsewhere
 * @param owned the tasks that this member holds at the moment
 */
export function copartitioningAssignor(
  plan: TaskPlan,
  partitions: number,
  owned: () => readonly string[],
): AssignorFactory {
  const name = 'understudy-tasks';
  const topics = topicsOf(plan);
  return ({ cluster }) => ({
    name,
    version: 1,
    protocol: () => ({
      name,
      metadata: AssignorProtocol.MemberMetadata.encode({
        version: 1,
        topics: [...topics],
        userData: Buffer.from(JSON.stringify(owned())),
      }),
    }),
    assign: async ({ members }) => {
      for (const topic of topics) {
        const found = cluster.findTopicPartitionMetadata(topic).length;
        if (found !== partitions) throw grown(topic, found, partitions);
      }
      const assignment = assignTasks(
        plan.map((task) => task.id),
        members.map(({ memberId, memberMetadata }) => ({ id: memberId, owned: ownedBy(memberMetadata) })),
      );
      return members.map(({ memberId }) => ({
        memberId,
        memberAssignment: AssignorProtocol.MemberAssignment.encode({
          version: 1,
          assignment: partitionsOf(plan, assignment.get(memberId) ?? []),
          userData: Buffer.alloc(0),
        }),
      }));
    },
  });
}

function ownedBy(memberMetadata: Buffer): readonly string[] {
  const userData = AssignorProtocol.MemberMetadata.decode(memberMetadata)?.userData;
  return userData === undefined || userData.length === 0 ? [] : (JSON.parse(userData.toString()) as string[]);
}

function partitionsOf(plan: TaskPlan, tasks: readonly string[]): Record<string, number[]> {
  const assignment: Record<string, number[]> = {};
  for (const task of plan.filter((candidate) => tasks.includes(candidate.id))) {
    for (const { topic, partition } of task.inputs) (assignment[topic] ??= []).push(partition);
  }
  return assignment;
}

function grown(topic: string, found: number, planned: number): StreamsError {
  return new StreamsError(
    'topic-mismatch',
    `topic ${topic} has ${found} partitions, not ${planned}: partition counts are fixed, for a key must stay where it ` +
      'is; to grow, configure a new kafka.prefix',
  );
}
