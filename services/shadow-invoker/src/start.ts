import { laneName, topicNames } from '@understudy/domain';
import { copartitionedTasks, openStreams, readiness, setUpLanes, TaskGroup } from '@understudy/streams';
import type { RunningService, ServiceContext } from '@understudy/service';
import { ShadowCaller } from './call-shadow.ts';
import { openInvokerTask } from './open-invoker-task.ts';

/** Starts this process's share of calling the shadows: a group of tasks for every lane. */
export async function startInvoker({
  config,
  logger,
  metrics,
  onOver,
}: ServiceContext): Promise<RunningService> {
  const streams = await openStreams({ config, service: 'shadow-invoker', logger, metrics });
  const { prefix, partitions, sessionTimeoutMs } = config.kafka;
  const names = topicNames(prefix);
  const running: { group: TaskGroup; caller: ShadowCaller }[] = [];
  for (const lane of await setUpLanes({ config, ...streams })) {
    const name = laneName(lane.lane);
    const groupId = `${prefix}${name}.invoker`;
    const laneLogger = logger.child({ lane: name });
    const caller = new ShadowCaller(lane.shadow, config.gateway.captureBytes, laneLogger);
    const topics = {
      requests: names.shared('requests'),
      shadowResponses: names.shadowResponses(lane.lane),
      deadLetters: names.shared('shadow-dead-letters'),
    };
    const group = await TaskGroup.start({
      ...streams,
      groupId,
      partitions,
      sessionTimeoutMs,
      plan: copartitionedTasks([topics.requests], partitions),
      openTask: openInvokerTask({ lane, caller, streams, topics }),
      logger: laneLogger,
      onOver,
    });
    running.push({ group, caller });
  }
  return {
    address: null,
    ready: () => readiness(running.map(({ group }) => group)),
    close: async () => {
      await Promise.all(running.map(({ group }) => group.close()));
      await Promise.all(running.map(({ caller }) => caller.close()));
      await streams.close();
    },
  };
}
