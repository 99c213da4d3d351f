import type { Divergence, OutputSums, Segment, SegmentSums, Statistic } from '@understudy/schemas-avro';

/** What has a sign; the rest is the same from both sides. */
export const signed: readonly string[] = [
  'signTest',
  'meanDifference',
  'hodgesLehmann',
  'latencySignTest',
  'latencyMedianShift',
];

function negated(value: number | null): number | null {
  return value === null || value === 0 ? value : -value;
}

function swappedStatistic(statistic: Statistic): Statistic {
  if (!signed.includes(statistic.name)) return statistic;
  const { estimate, lower, upper } = statistic;
  return { ...statistic, estimate: negated(estimate), lower: negated(upper), upper: negated(lower) };
}

function swappedCategories(differences: Readonly<Record<string, number>>): Record<string, number> {
  const names = new Map([
    ['missing', 'extra'],
    ['extra', 'missing'],
  ]);
  return Object.fromEntries(
    Object.entries(differences).map(([name, count]) => [names.get(name) ?? name, count]),
  );
}

function swappedReasons(reasons: Readonly<Record<string, number>>): Record<string, number> {
  const sides = new Map([
    ['production', 'shadow'],
    ['shadow', 'production'],
  ]);
  return Object.fromEntries(
    Object.entries(reasons).map(([reason, count]) => [
      reason.replace(/^[a-z]+/, (side) => sides.get(side) ?? side),
      count,
    ]),
  );
}

function swappedOutputs({ classes, numbers, scores }: OutputSums): OutputSums {
  return {
    classes: classes && {
      ...classes,
      cells: classes.cells
        .map(({ production, shadow, count }) => ({ production: shadow, shadow: production, count }))
        .toSorted((a, b) => a.production - b.production || a.shadow - b.shadow),
    },
    numbers: numbers && {
      ...numbers,
      higher: numbers.lower,
      lower: numbers.higher,
      moments: {
        production: numbers.moments.shadow,
        shadow: numbers.moments.production,
        productionSquares: numbers.moments.shadowSquares,
        shadowSquares: numbers.moments.productionSquares,
        products: numbers.moments.products,
      },
      sample: numbers.sample.map((pair) => ({ ...pair, production: pair.shadow, shadow: pair.production })),
    },
    scores,
  };
}

function swappedSums(sums: SegmentSums): SegmentSums {
  const { latencyShift } = sums;
  return {
    ...sums,
    productionLatency: sums.shadowLatency,
    shadowLatency: sums.productionLatency,
    differences: swappedCategories(sums.differences),
    notComparable: swappedReasons(sums.notComparable),
    outputs: sums.outputs && swappedOutputs(sums.outputs),
    latencyShift: latencyShift && {
      ...latencyShift,
      slower: latencyShift.faster,
      faster: latencyShift.slower,
    },
  };
}

export interface Said {
  readonly segment: Segment | null;
  readonly running: Divergence['running'];
  readonly window: Divergence['window'];
  readonly statistics: readonly Statistic[];
}

/** What a record says of both sides; the rest, as the alerts, looks at the shadow. */
export function said({ segment, running, window, statistics }: Divergence): Said {
  return { segment, running, window, statistics };
}

/** What it has to say where the sides have changed places. */
export function swapped({ segment, running, window, statistics }: Divergence): Said {
  const { productionLatency, shadowLatency, differences } = window;
  return {
    segment,
    running: { ...running, sums: swappedSums(running.sums) },
    window: {
      ...window,
      productionLatency: shadowLatency,
      shadowLatency: productionLatency,
      differences: swappedCategories(differences),
      notComparable: swappedReasons(window.notComparable),
    },
    statistics: statistics.map(swappedStatistic),
  };
}
