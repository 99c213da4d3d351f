import { QuantileSketch } from '@understudy/statistics';
import { type Phase, phases } from './outage.ts';

/** What callers met in one phase. */
export interface PhaseReport {
  readonly phase: Phase;
  readonly requests: number;
  /** Callers who got no answer, or another one than 2xx. */
  readonly affected: number;
  /** Of answers, as the caller measures them; null without any. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

interface PhaseCount {
  requests: number;
  affected: number;
  readonly latency: QuantileSketch;
}

/** Counts what callers meet, by the phase in which they sent their requests. */
export class Callers {
  readonly #counts: Readonly<Record<Phase, PhaseCount>> = {
    before: newCount(),
    during: newCount(),
    after: newCount(),
  };

  get sent(): number {
    return this.#sum(({ requests }) => requests);
  }

  /** With whatever status. */
  get answered(): number {
    return this.#sum(({ latency }) => latency.count);
  }

  /** Callers who got no answer, or another one than 2xx. */
  get affected(): number {
    return this.#sum(({ affected }) => affected);
  }

  sends(phase: Phase): void {
    this.#counts[phase].requests += 1;
  }

  /** @param latencyMs null: there was no answer */
  met(phase: Phase, { latencyMs, ok }: { readonly latencyMs: number | null; readonly ok: boolean }): void {
    const count = this.#counts[phase];
    if (latencyMs !== null) count.latency.add(latencyMs);
    if (!ok) count.affected += 1;
  }

  report(): readonly PhaseReport[] {
    return phases.map((phase) => {
      const { requests, affected, latency } = this.#counts[phase];
      return { phase, requests, affected, p50Ms: latency.quantile(0.5), p99Ms: latency.quantile(0.99) };
    });
  }

  #sum(of: (count: PhaseCount) => number): number {
    return phases.reduce((sum, phase) => sum + of(this.#counts[phase]), 0);
  }
}

function newCount(): PhaseCount {
  return { requests: 0, affected: 0, latency: new QuantileSketch() };
}
