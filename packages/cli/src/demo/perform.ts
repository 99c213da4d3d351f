import { setTimeout as delay } from 'node:timers/promises';
import { type LaneReport, readGatewayReport, readLanes } from '../api.ts';
import type { ModelRequest } from './applications.ts';
import type { PhaseReport } from './callers.ts';
import { count } from '../format.ts';
import type { LiveView } from './live-view.ts';
import type { Outage } from './outage.ts';
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
  readonly outage: Outage;
  /** The lane whose shadow it takes. */
  readonly outageLane: string;
  /** Called when all requests are sent: what is known only later, as in life. */
  readonly onSent: () => Promise<void>;
  /** How long after the last answer the lanes may take to account for all requests. */
  readonly ledgerLimitMs: number;
  readonly view: LiveView;
  /** Gives up. */
  readonly signal: AbortSignal;
}

export interface Performance {
  readonly callers: readonly PhaseReport[];
  readonly lanes: readonly LaneReport[];
}

const lookEveryMs = 250;

/**
 * Sends all requests, lets a shadow die on the way, shows what becomes of everything, and resolves when every lane has
 * accounted for each request, closed what it had put off, and learned every outcome.
 *
 * @throws Error that says what is missing, when a lane has not in time; what failed; whatever the signal makes fail
 */
export async function perform(options: PerformOptions): Promise<Performance> {
  const { addresses, outage, total, view, signal } = options;
  const failing = new AbortController();
  const ending = AbortSignal.any([signal, failing.signal]);
  const traffic = new Traffic({
    url: `${addresses.gateway}${options.path}`,
    requests: options.requests,
    ratePerSecond: options.ratePerSecond,
    phase: () => outage.phase,
    signal: ending,
  });
  const fail = (error: unknown): void => failing.abort(error);
  let giveUpAt = Infinity;
  let outageDone: Promise<void> = Promise.resolve();
  traffic
    .run()
    .then(() => Promise.all([outageDone, options.onSent()]))
    .then(() => (giveUpAt = performance.now() + options.ledgerLimitMs), fail);
  let lanes: readonly LaneReport[] = [];
  try {
    for (;;) {
      // A console that doesn't answer is asked again, and missed at the end; one that died ends the demo by the signal.
      lanes = await readLanes(addresses.console, ending).catch(() => lanes);
      ending.throwIfAborted();
      const { sent, answered, affected } = traffic.callers;
      const down = outage.phase === 'during' ? options.outageLane : null;
      view.update({ requests: total, sent, answered, affected, lanes, down });
      const isSent = giveUpAt < Infinity;
      const begun = isSent ? null : outage.follow(sent, ending);
      if (begun !== null) {
        outageDone = begun;
        begun.catch(fail);
      }
      if (isSent && missing(lanes, options).length === 0) return { callers: traffic.callers.report(), lanes };
      if (performance.now() > giveUpAt) throw new Error(await whatIsMissing(lanes, options));
      await delay(lookEveryMs, undefined, { signal: ending });
    }
  } catch (error) {
    throw failing.signal.aborted ? failing.signal.reason : error;
  } finally {
    failing.abort();
    view.end();
  }
}

/** A sentence for each lane that has not accounted for every request, or has not closed what it put off. */
function missing(reports: readonly LaneReport[], { lanes, total }: PerformOptions): string[] {
  return lanes.flatMap((name) => {
    const report = reports.find(({ lane }) => lane === name);
    const sampled = report?.ledger.sampled ?? 0;
    if (report === undefined || sampled !== total)
      return [`${name} has accounted for ${count(sampled)} of ${count(total)} requests`];
    const deferred = (report.ledger.notCompared['shadow-deferred'] ?? 0) + report.corrected;
    const closed = Object.values(report.recovered).reduce((sum, each) => sum + each, 0);
    if (closed !== deferred)
      return [`${name} has closed ${count(closed)} of ${count(deferred)} requests that it had put off`];
    const { compared } = report.ledger;
    const labelled = report.labels?.labelled ?? 0;
    if (labelled === compared) return [];
    return [
      `${name} knows the outcome of ${count(labelled)} of ${count(compared)} requests that it compared`,
    ];
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
