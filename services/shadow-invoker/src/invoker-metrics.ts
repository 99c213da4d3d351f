import type { Metrics } from '@understudy/telemetry';
import type { BreakerState } from './breaker.ts';
import type { CallResult } from './call-result.ts';

/** What one lane tells about itself. */
export interface LaneMetrics {
  called(result: CallResult): void;
  breaker(state: BreakerState): void;
  /** Requests taken (or given up, if negative) whose result is not committed yet. */
  outstanding(change: number): void;
  /** Bytes of these and of their answers, more or (if negative) less. */
  outstandingBytes(change: number): void;
  /** Called again in place, or written to a retry topic. */
  retried(hop: 'in-place' | 'retry-topic'): void;
  deadLettered(): void;
  /** A session's rest is not called: a request of it was not answered, or it came too fast. */
  sessionBroken(how: 'broken' | 'shed'): void;
  /** A broken session is not known any more, for there are too many. */
  sessionForgotten(): void;
  /** Broken sessions that are known, more or (if negative) less. */
  brokenSessions(change: number): void;
}

const stateNumbers: Readonly<Record<BreakerState, number>> = { closed: 0, paused: 1, down: 2 };

/** To be called once per process; what it returns gives the metrics of a lane by its name. */
export function createInvokerMetrics(metrics: Metrics): (lane: string) => LaneMetrics {
  const calls = metrics.counter({
    name: 'understudy_invoker_calls_total',
    help: 'Calls of shadows, by what came of them: answered, failed or timed_out.',
    labels: ['lane', 'outcome'],
  });
  const latency = metrics.histogram({
    name: 'understudy_invoker_call_seconds',
    help: 'From sending a request to a shadow to the last byte of its answer, or to its failure.',
    labels: ['lane'],
  });
  const breaker = metrics.gauge({
    name: 'understudy_invoker_breaker_state',
    help: 'Whether the shadow is called: 0 yes, 1 the lane is paused, 2 the shadow is down and requests are skipped.',
    labels: ['lane'],
  });
  const outstanding = metrics.gauge({
    name: 'understudy_invoker_outstanding_requests',
    help: 'Requests that are called, wait for their turn, or are not committed yet.',
    labels: ['lane'],
  });
  const outstandingBytes = metrics.gauge({
    name: 'understudy_invoker_outstanding_bytes',
    help: 'What these requests and their answers hold in memory.',
    labels: ['lane'],
  });
  const retries = metrics.counter({
    name: 'understudy_invoker_retries_total',
    help: 'Requests to be tried again, by where: in-place or retry-topic. After a take-over some count again.',
    labels: ['lane', 'hop'],
  });
  const deadLetters = metrics.counter({
    name: 'understudy_invoker_dead_letters_total',
    help: 'Records given up. After a take-over some count again.',
    labels: ['lane'],
  });
  const sessionsEnded = metrics.counter({
    name: 'understudy_invoker_sessions_ended_total',
    help: 'Ordered sessions whose rest is not called, by how: broken or shed; forgotten ones are called again. After a take-over some count again.',
    labels: ['lane', 'how'],
  });
  const brokenSessions = metrics.gauge({
    name: 'understudy_invoker_broken_sessions',
    help: 'Broken and shed sessions that have not been silent for session.idle; at most 10,000 for each partition.',
    labels: ['lane'],
  });
  return (lane) => {
    breaker.set({ lane }, stateNumbers.closed);
    return {
      called: ({ status, latencyMs }) => {
        calls.inc({ lane, outcome: status });
        latency.observe({ lane }, latencyMs / 1_000);
      },
      breaker: (state) => breaker.set({ lane }, stateNumbers[state]),
      outstanding: (change) => outstanding.inc({ lane }, change),
      outstandingBytes: (change) => outstandingBytes.inc({ lane }, change),
      retried: (hop) => retries.inc({ lane, hop }),
      deadLettered: () => deadLetters.inc({ lane }),
      sessionBroken: (how) => sessionsEnded.inc({ lane, how }),
      sessionForgotten: () => sessionsEnded.inc({ lane, how: 'forgotten' }),
      brokenSessions: (change) => brokenSessions.inc({ lane }, change),
    };
  };
}
