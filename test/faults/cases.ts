import { ofBrokers } from './cases/brokers.ts';
import { ofConnections } from './cases/connections.ts';
import { ofTheLog } from './cases/log.ts';
import { ofOrder } from './cases/order.ts';
import { ofProcesses } from './cases/processes.ts';
import type { FaultCase } from './fault-case.ts';

/** Every case of the suite. */
export const faultCases: readonly FaultCase[] = [
  ...ofProcesses,
  ...ofConnections,
  ...ofBrokers,
  ...ofTheLog,
  ...ofOrder,
];
