import { maxDivergence } from './alerts.ts';
import { defaultMaxPause } from './breaker.ts';
import { defaultMethod } from './experiment.ts';
import { at, formatPath, items, type Path } from './path.ts';
import { defaultRetention, minRetentionMs } from './retention.ts';
import { lastPart, pooledValue } from './segment.ts';
import { defaultConcurrency, defaultMaxOutstanding } from './shadow.ts';
import { formatDuration, formatSize, parseDuration, parseSize } from './units.ts';
import { defaultMargin } from './verdict.ts';

/** Two settings that are right by themselves and wrong together; reported at one of them. */
export interface Conflict {
  readonly path: Path;
  readonly found: string;
  readonly allowed: string;
}

/**
 * Conflicts between settings. Works on the file as given, so that they are reported together with what else is
 * wrong: values of the wrong kind are passed over here, for the sections report them.
 */
export function findConflicts(given: unknown): Conflict[] {
  const experiments = at(given, 'experiments');
  const kafka = at(given, 'kafka');
  return [
    ...captureBeyondQueue(at(given, 'gateway')),
    ...repeated(experiments, ['experiments'], nameOf, 'a name that no other experiment has'),
    ...repeated(experiments, ['experiments'], routeOf, 'a method and path that no other experiment has'),
    ...repeated(
      at(at(given, 'alerts'), 'webhooks'),
      ['alerts', 'webhooks'],
      nameOf,
      'a name that no other webhook has',
    ),
    ...items(experiments).flatMap((experiment, index) => [
      ...inExperiment(experiment, ['experiments', index]),
      ...longPauses(experiment, ['experiments', index], kafka),
    ]),
  ];
}

function inExperiment(experiment: unknown, path: Path): Conflict[] {
  const shadows = at(experiment, 'shadows');
  const segments = at(experiment, 'segments');
  return [
    ...repeated(shadows, [...path, 'shadows'], nameOf, 'a name that no other shadow of the experiment has'),
    ...items(shadows).flatMap((shadow, index) => tooFewOutstanding(shadow, [...path, 'shadows', index])),
    ...repeated(
      segments,
      [...path, 'segments'],
      segmentNameOf,
      'a name that no other segment of the experiment has',
    ),
    ...items(segments).flatMap((segment, index) => inSegment(segment, [...path, 'segments', index])),
    ...redactedButRead(experiment, path),
    ...leastAboveMost(experiment, path),
  ];
}

function inSegment(segment: unknown, path: Path): Conflict[] {
  const values = at(segment, 'values');
  const pooled = items(values).indexOf(pooledValue);
  return [
    ...repeated(values, [...path, 'values'], (value) => ({ key: value, at: [] }), 'each value once'),
    ...(pooled < 0
      ? []
      : [
          {
            path: [...path, 'values', pooled],
            found: `"${pooledValue}"`,
            allowed: `any value but "${pooledValue}": that is what all values not declared count under`,
          },
        ]),
  ];
}

function captureBeyondQueue(gateway: unknown): Conflict[] {
  const capture = sizeAt(gateway, 'captureBytes', '1MiB');
  const queue = sizeAt(at(gateway, 'queue'), 'maxBytes', '64MiB');
  if (capture === null || queue === null || 2 * capture <= queue) return [];
  return [
    {
      path: ['gateway', 'captureBytes'],
      found: formatSize(capture),
      allowed: `at most half of gateway.queue.maxBytes (${formatSize(queue)}), which holds a request and its answer`,
    },
  ];
}

const minOutstandingWithRetries = 3;

function tooFewOutstanding(shadow: unknown, path: Path): Conflict[] {
  const concurrency = at(shadow, 'concurrency') ?? defaultConcurrency;
  const maxOutstanding = at(shadow, 'maxOutstanding') ?? defaultMaxOutstanding;
  if (typeof concurrency !== 'number' || typeof maxOutstanding !== 'number') return [];
  const found = String(maxOutstanding);
  if (maxOutstanding < concurrency) {
    const allowed = `at least the concurrency (${concurrency}), for calls in flight are outstanding`;
    return [{ path: [...path, 'maxOutstanding'], found, allowed }];
  }
  const delays = at(at(shadow, 'retry'), 'delays');
  const retries = delays === undefined || items(delays).length > 0;
  if (!retries || maxOutstanding >= minOutstandingWithRetries) return [];
  const allowed = `at least ${minOutstandingWithRetries}: one for the requests and one for each of retry.delays`;
  return [{ path: [...path, 'maxOutstanding'], found, allowed }];
}

/** What a paused lane has yet to read must still be there when it goes on. */
function longPauses(experiment: unknown, path: Path, kafka: unknown): Conflict[] {
  const general = durationAt(kafka, 'retention', defaultRetention);
  const kept = ['requests', 'shadow-retries'].map(
    (kind) => durationAt(at(kafka, 'retentionOf'), kind, '') ?? general ?? Infinity,
  );
  const retentionMs = Math.min(...kept);
  return items(at(experiment, 'shadows')).flatMap((shadow, index) => {
    const pauseMs = durationAt(at(shadow, 'breaker'), 'maxPause', defaultMaxPause);
    if (pauseMs === null || retentionMs < minRetentionMs) return [];
    if (2 * pauseMs < retentionMs) return [];
    return [
      {
        path: [...path, 'shadows', index, 'breaker', 'maxPause'],
        found: formatDuration(pauseMs),
        allowed: `less than half of the time that requests and retries are kept (${formatDuration(retentionMs)}), or they are deleted before they are read`,
      },
    ];
  });
}

/** A divergence that is too high and too low at once. */
function leastAboveMost(experiment: unknown, path: Path): Conflict[] {
  const divergence = at(at(experiment, 'alerts'), 'divergence');
  const min = at(divergence, 'min');
  const margin = at(at(at(experiment, 'verdict'), 'agreement'), 'margin') ?? defaultMargin;
  const max = at(divergence, 'max') ?? (typeof margin === 'number' ? maxDivergence(margin) : 'off');
  if (typeof min !== 'number' || typeof max !== 'number' || min < max) return [];
  return [
    {
      path: [...path, 'alerts', 'divergence', 'min'],
      found: String(min),
      allowed: `less than max (${max}), or off`,
    },
  ];
}

/** Options of comparisons that say where in an answer something is. */
const places = [
  'label',
  'score',
  'scores',
  'value',
  'unit',
  'text',
  'items',
  'vector',
  'document',
  'calls',
  'error',
];

/** What the gateway takes out of bodies can't be read behind it: every answer would be not comparable. */
function redactedButRead(experiment: unknown, path: Path): Conflict[] {
  const redacted = items(at(at(experiment, 'redact'), 'body')).filter(
    (pointer) => typeof pointer === 'string',
  );
  const read: Path[] = [
    ...places.map((key) => ['comparison', key]),
    ...items(at(experiment, 'segments')).map((_, index) => ['segments', index, 'field']),
  ];
  return read.flatMap((field) => {
    const pointer = field.reduce<unknown>(at, experiment);
    const cover = redacted.find((outer) => pointer === outer || String(pointer).startsWith(`${outer}/`));
    if (typeof pointer !== 'string' || cover === undefined) return [];
    return [
      {
        path: [...path, ...field],
        found: `"${pointer}", which redact.body takes out ("${cover}")`,
        allowed: 'a field that is not redacted',
      },
    ];
  });
}

/** What must differ between the items of a list, and where in the item it is written. */
interface Identity {
  readonly key: unknown;
  readonly at: Path;
}

function repeated(
  list: unknown,
  path: Path,
  identify: (item: unknown) => Identity,
  allowed: string,
): Conflict[] {
  const firstIndex = new Map<string, number>();
  return items(list).flatMap((item, index) => {
    const { key, at: place } = identify(item);
    if (typeof key !== 'string') return [];
    const first = firstIndex.get(key);
    if (first === undefined) {
      firstIndex.set(key, index);
      return [];
    }
    return [
      { path: [...path, index, ...place], found: `"${key}", as in ${formatPath([...path, first])}`, allowed },
    ];
  });
}

function nameOf(item: unknown): Identity {
  return { key: at(item, 'name'), at: ['name'] };
}

function segmentNameOf(segment: unknown): Identity {
  const name = at(segment, 'name');
  const field = at(segment, 'field');
  if (name === undefined && typeof field === 'string') return { key: lastPart(field), at: ['field'] };
  return { key: name, at: ['name'] };
}

function routeOf(experiment: unknown): Identity {
  const route = at(experiment, 'route');
  const path = at(route, 'path');
  const method = at(route, 'method') ?? defaultMethod;
  const isGiven = typeof path === 'string' && typeof method === 'string';
  return { key: isGiven ? `${method} ${path}` : undefined, at: ['route', 'path'] };
}

function sizeAt(section: unknown, key: string, otherwise: string): number | null {
  const given = at(section, key) ?? otherwise;
  return typeof given === 'string' ? parseSize(given) : null;
}

function durationAt(section: unknown, key: string, otherwise: string): number | null {
  const given = at(section, key) ?? otherwise;
  return typeof given === 'string' ? parseDuration(given) : null;
}
