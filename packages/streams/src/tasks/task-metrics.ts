import type { Counter, Gauge, Histogram, Metrics } from '@understudy/telemetry';

/** What the tasks of a process tell about themselves, by group. */
export interface TaskMetrics {
  readonly accepted: Counter<'group'>;
  readonly queued: Gauge<'group'>;
  readonly queuedBytes: Gauge<'group'>;
  readonly commitSeconds: Histogram<'group'>;
  readonly ticks: Counter<'group'>;
  readonly faults: Counter<'group' | 'policy'>;
  readonly lookupBytes: Counter;
  readonly lanesFailed: Gauge;
  readonly revisionsKnownUntil: Gauge;
  readonly lanesOpen: Gauge<'kind'>;
  readonly lanesWaiting: Gauge;
}

/** To be called once per process. */
export function createTaskMetrics(metrics: Metrics): TaskMetrics {
  return {
    accepted: metrics.counter({
      name: 'understudy_streams_accepted_total',
      help: 'Records that tasks took, again after a take-over too.',
      labels: ['group'],
    }),
    queued: metrics.gauge({
      name: 'understudy_streams_queued_records',
      help: 'Records fetched and not yet taken by their tasks.',
      labels: ['group'],
    }),
    queuedBytes: metrics.gauge({
      name: 'understudy_streams_queued_bytes',
      help: 'What these records take in memory; of all groups together about 64 MiB at most.',
      labels: ['group'],
    }),
    commitSeconds: metrics.histogram({
      name: 'understudy_streams_commit_seconds',
      help: 'How long a transaction took; its count is the number of commits.',
      labels: ['group'],
    }),
    ticks: metrics.counter({
      name: 'understudy_streams_ticks_total',
      help: 'Ticks asked for, to move the time of a silent partition on.',
      labels: ['group'],
    }),
    faults: metrics.counter({
      name: 'understudy_streams_faults_total',
      help: 'Faults of tasks, by what follows: begin-again, confirm-membership or halt.',
      labels: ['group', 'policy'],
    }),
    lookupBytes: metrics.counter({
      name: 'understudy_streams_lookup_bytes_total',
      help: 'Bytes of records that were read again by their position, beside those who follow the log.',
    }),
    lanesOpen: metrics.gauge({
      name: 'understudy_streams_open_lanes',
      help: 'Lanes that this process works on, by the kind of their run: live, replay or rejudge.',
      labels: ['kind'],
    }),
    lanesWaiting: metrics.gauge({
      name: 'understudy_streams_waiting_lanes',
      help: 'Replays that begin when another one is over: there are replays.atOnce already.',
    }),
    lanesFailed: metrics.gauge({
      name: 'understudy_streams_failed_lanes',
      help: 'Lanes that this process could not open, or not go on with, and tries again.',
    }),
    revisionsKnownUntil: metrics.gauge({
      name: 'understudy_streams_revisions_known_until_seconds',
      help: 'The time up to which all revisions of experiments are known, as seconds since 1970: tasks wait before it.',
    }),
  };
}
