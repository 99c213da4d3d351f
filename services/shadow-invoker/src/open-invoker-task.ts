import { type OpenTask, type ReadyLane, type Streams } from '@understudy/streams';
import type { ShadowCaller } from './call-shadow.ts';
import { invokerStateOf } from './invoker-state.ts';
import { InvokerTask } from './invoker-task.ts';

export interface OpenInvokerOptions {
  readonly lane: ReadyLane;
  readonly caller: ShadowCaller;
  readonly streams: Streams;
  readonly topics: {
    readonly requests: string;
    readonly shadowResponses: string;
    readonly deadLetters: string;
  };
}

/** Opens the tasks of one lane's invoker: at the committed offset, or where the run begins. */
export function openInvokerTask({ lane, caller, streams, topics }: OpenInvokerOptions): OpenTask {
  return async ({ spec, committed, wake }) => {
    const partition = Number(spec.id);
    const before = committed[0];
    const isFirst = before === undefined || before.offset === null;
    const start = isFirst ? await firstOffset(partition) : before.offset;
    const state = isFirst ? { clock: 0, written: lane.run.start } : invokerStateOf(before);
    const task = new InvokerTask({ lane, partition, state, caller, codecs: streams.registry, topics, wake });
    return { task, start: new Map([[topics.requests, start]]) };
  };

  async function firstOffset(partition: number): Promise<number> {
    const [offset] = await streams.admin.offsetsAtTime(topics.requests, lane.run.start, [partition]);
    if (offset === undefined) throw new Error(`no offset for ${topics.requests}/${partition}`);
    return offset;
  }
}
