import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { checkMetricName } from './metric-name.ts';

export type { Counter, Gauge, Histogram } from 'prom-client';

export interface MetricOptions<Label extends string> {
  /** `understudy_<room>_<what>_<unit>`, see `metric-name.ts`. */
  readonly name: string;
  /** A sentence for whoever reads the metric. */
  readonly help: string;
  /** Names of labels; default none. Their values must come from a small closed set. */
  readonly labels?: readonly Label[];
}

export interface HistogramOptions<Label extends string> extends MetricOptions<Label> {
  /** Upper bounds, ascending; default `latencyBucketsSeconds`. */
  readonly buckets?: readonly number[];
}

/** 1 ms to 10 s: a model's answer, a commit, a call. */
export const latencyBucketsSeconds: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** The metrics of one service. */
export interface Metrics {
  readonly service: string;
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label>;
  gauge<Label extends string = never>(options: MetricOptions<Label>): Gauge<Label>;
  histogram<Label extends string = never>(options: HistogramOptions<Label>): Histogram<Label>;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
  /** The content type of `text()`. */
  readonly contentType: string;
}

/**
 * Metrics in a registry of their own, each with the label `service`. Memory, CPU, event-loop lag and garbage
 * collection of the process are there from the start, under the names that Node services usually give them.
 *
 * `counter`, `gauge` and `histogram` throw a RangeError for a name that breaks the rule, and an Error for a name
 * that is taken.
 */
export function createMetrics({ service }: { readonly service: string }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });

  function settings<Label extends string>({ name, help, labels = [] }: MetricOptions<Label>) {
    return { name, help, labelNames: labels, registers: [registry] };
  }

  return {
    service,
    counter(options) {
      checkMetricName(options.name, 'counter');
      return new Counter(settings(options));
    },
    gauge(options) {
      checkMetricName(options.name, 'gauge');
      return new Gauge(settings(options));
    },
    histogram(options) {
      checkMetricName(options.name, 'histogram');
      return new Histogram({
        ...settings(options),
        buckets: [...(options.buckets ?? latencyBucketsSeconds)],
      });
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
