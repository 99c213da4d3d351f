import type { Config } from '@understudy/config';
import { RecordRegistry } from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';

/** How long the registry is waited for. */
const waitMs = 10_000;

/** The config's registry, for a command. @throws StreamsError after 10 s without an answer */
export function openRegistry(config: Config, logger: Logger): Promise<RecordRegistry> {
  const { url, auth } = config.registry;
  return RecordRegistry.open({
    url,
    ...(auth && { auth: { username: auth.username, password: auth.password.reveal() } }),
    waitMs,
    logger,
  });
}
