import { runService } from '@understudy/service';
import { startInvoker } from './start.ts';

await runService({ name: 'shadow-invoker', telemetry: (config) => config.invoker, start: startInvoker });
