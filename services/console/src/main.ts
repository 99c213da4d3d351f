import { runService } from '@understudy/service';
import { startConsole } from './start.ts';

await runService({ name: 'console', start: startConsole });
