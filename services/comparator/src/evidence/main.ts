/** What `understudy evidence` runs: writes a bundle, or checks one. The command explains and checks its flags. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runCommand } from '@understudy/service';
import { openStreams } from '@understudy/streams';
import { createMetrics } from '@understudy/telemetry';
import { openToVerify } from '../verify/verify-lane.ts';
import { readBundle } from './read-bundle.ts';
import { checkBundle } from './check-bundle.ts';
import { checksText } from './checks-text.ts';
import { collectEvidence } from './collect.ts';

const options = {
  config: { type: 'string' },
  lane: { type: 'string', default: '' },
  out: { type: 'string', default: '' },
  plan: { type: 'string' },
  by: { type: 'string' },
} as const;

await runCommand({
  name: 'evidence',
  run: async ({ config, logger, args }) => {
    const { lane, out, plan, by } = parseArgs({ args: [...args], options }).values;
    const streams = await openStreams({
      config,
      service: 'evidence',
      logger,
      metrics: createMetrics({ service: 'evidence' }),
    });
    try {
      const rollback = plan === undefined || by === undefined ? null : { plan, acknowledgedBy: by };
      const bundle = await collectEvidence(await openToVerify({ config, streams, lane }), rollback);
      writeFileSync(out, `${JSON.stringify(bundle, null, 2)}\n`);
      // As it will be read.
      const checks = checkBundle(readBundle(readFileSync(out, 'utf8')));
      process.stdout.write(`${checksText(bundle, checks)}Written to ${out}\n`);
      return checks.every(({ holds }) => holds) ? 0 : 1;
    } finally {
      await streams.close();
    }
  },
});
