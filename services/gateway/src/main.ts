import { runService } from '@understudy/service';
import { startGateway } from './start.ts';

await runService({ name: 'gateway', start: startGateway });
