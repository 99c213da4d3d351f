import { runService } from '@understudy/service';
import { startComparator } from './start.ts';

await runService({ name: 'comparator', telemetry: (config) => config.comparator, start: startComparator });
