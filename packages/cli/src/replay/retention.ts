import { topicNames } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import { readLog } from '@understudy/streams';
import { UserError } from '../user-error.ts';
import type { OpenReplays } from './open-replays.ts';
import { isoTime } from './plan-replay.ts';

/** @throws UserError that says from when on there is data, where requests of the run were deleted already */
export async function checkRetention(open: OpenReplays, { start }: Run): Promise<void> {
  const { connection, admin, config } = open;
  const topic = topicNames(config.kafka.prefix).shared('requests');
  let since = -Infinity;
  for (const [partition, bounds] of (await admin.bounds(topic)).entries()) {
    if (bounds.start === 0) continue; // nothing was ever deleted
    if (bounds.start === bounds.end) since = Math.max(since, Date.now());
    for await (const { timestampMs } of readLog(connection, {
      topic,
      partitions: [partition],
      until: new Map([[partition, bounds.start + 1]]),
    })) {
      since = Math.max(since, timestampMs);
    }
  }
  if (since <= start) return;
  throw new UserError(
    `The requests before ${isoTime(since)} are no longer all in the log: begin there, or later. ` +
      'How long they are kept is kafka.retention, or kafka.retentionOf.',
  );
}
