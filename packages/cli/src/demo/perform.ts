import { setTimeout as delay } from 'node:timers/promises';
import { type LaneReport, readGatewayReport, readLanes } from './api.ts';
import type { ModelRequest } from './applications.ts';
import { count } from './format.ts';
import type { LiveView } from './live-view.ts';
import type { Addresses } from './stage.ts';
import { Traffic } from './traffic.ts';

export interface PerformOptions {
  readonly addresses: Pick<Addresses, 'gateway' | 'console'>;
  /** Of the experiment. */
  readonly path: string;
  /** Names of the lanes that are to see every request. */
  readonly lanes: readonly string[];
  readonly requests: Iterable<ModelRequest>;
  /** How many they are. */
  readonly total: number;
  readonly ratePerSecond: number;
  /** How long after the last answer the lanes may take to account for all requests. */
  readonly ledgerLimitMs: number;
  readonly view: LiveView;
  /** Gives up. */
  readonly signal: AbortSignal;
}

export interface Performance {
  /** Callers who got no answer, or another one than 2xx. */
  readonly affected: number;
  readonly lanes: readonly LaneReport[];
}

const lookEveryMs = 250;

/**
 * Sends all requests, shows what becomes of them, and resolves when every lane has accounted for each.
 *
 * @throws Error that says what is missing, when a lane has not in time; whatever the signal makes fail
 */
export async function perform(options: PerformOptions): Promise<Performance> {
  const { addresses, path, requests, total, ratePerSecond, ledgerLimitMs, view, signal } = options;
  const traffic = new Traffic({ url: `${addresses.gateway}${path}`, requests, ratePerSecond, signal });
  let giveUpAt = Infinity;
  traffic.run().then(
    () => {
      giveUpAt = performance.now() + ledgerLimitMs;
    },
    () => {}, // the signal: it ends the loop, too
  );
  let lanes: readonly LaneReport[] = [];
  try {
    for (;;) {
      const isSent = giveUpAt < Infinity;
      // A console that doesn't answer is asked again, and missed at the end; one that died ends the demo by the signal.
      lanes = await readLanes(addresses.console, signal).catch(() => lanes);
      const { sent, answered, affected } = traffic;
      view.update({ requests: total, sent, answered, affected, lanes });
      if (isSent && missing(lanes, options).length === 0) return { affected, lanes };
      if (performance.now() > giveUpAt) throw new Error(await whatIsMissing(lanes, options));
      await delay(lookEveryMs, undefined, { signal });
    }
  } finally {
    view.end();
  }
}

/** A sentence for each lane that has not accounted for every request. */
function missing(reports: readonly LaneReport[], { lanes, total }: PerformOptions): string[] {
  return lanes.flatMap((name) => {
    const sampled = reports.find(({ lane }) => lane === name)?.ledger.sampled ?? 0;
    if (sampled === total) return [];
    return [`${name} has accounted for ${count(sampled)} of ${count(total)} requests`];
  });
}

async function whatIsMissing(reports: readonly LaneReport[], options: PerformOptions): Promise<string> {
  const { addresses, ledgerLimitMs, signal } = options;
  const gateway = await readGatewayReport(addresses.gateway, signal).then(
    ({ published, lost, pending }) => {
      const losses = Object.entries(lost).map(([reason, number]) => `, ${count(number)} lost (${reason})`);
      return `the gateway has published ${count(published)}${losses.join('')}, ${count(pending)} pending`;
    },
    (error: unknown) => `the gateway does not say what it has published: ${String(error)}`,
  );
  const title = `Something is missing ${ledgerLimitMs / 1000} s after the last answer:`;
  return [title, ...missing(reports, options), gateway].join('\n  ');
}
