/**
 * How long the tests take whose time matters: at the pairs that a window has, at the most that a look is likely to have,
 * and where an exact p value is refused above. The median of several rounds, in which all take turns.
 *
 *     node test/bench/statistics.ts [rounds, default 7]
 */
import {
  hodgesLehmann,
  kolmogorovSmirnov,
  pairedKolmogorovSmirnov,
  rocAuc,
  wasserstein,
  wilcoxonSignedRank,
} from '@understudy/statistics';
import { report } from './support/measured.ts';

const rounds = Number(process.argv[2] ?? 7);
const pairs = 10_000;
const first = seeded(pairs, 1);
const second = seeded(pairs, 2).map((value) => value + 0.01);
const differences = second.map((value, place) => value - (first[place] ?? 0));
/** As many as a lane's window has in its sample. */
const sampled = (values: readonly number[]): number[] => values.slice(0, 500);
const millionDifferences = seeded(1_000_000, 3);
const labels = seeded(pairs, 4).map((value) => (value < 0.1 ? 1 : 0));
/** Two values only: nothing stops a path before the end of the first of them, so this is the longest walk. */
const tied = (values: readonly number[]): number[] => values.map((value) => Math.round(value));

const measured: Readonly<Record<string, () => unknown>> = {
  'hodgesLehmann, 500 pairs': () => hodgesLehmann({ differences: sampled(differences) }),
  'hodgesLehmann, 10,000 pairs': () => hodgesLehmann({ differences }),
  'hodgesLehmann, 1,000,000 pairs': () => hodgesLehmann({ differences: millionDifferences }),
  'kolmogorovSmirnov exact, 1,000 x 1,000': () =>
    kolmogorovSmirnov({ first: first.slice(0, 1_000), second: second.slice(0, 1_000), method: 'exact' }),
  'kolmogorovSmirnov exact, 10,000 x 10,000': () => kolmogorovSmirnov({ first, second, method: 'exact' }),
  'kolmogorovSmirnov exact, 10,000 x 10,000 of two values': () =>
    kolmogorovSmirnov({ first: tied(first), second: tied(second), method: 'exact' }),
  'kolmogorovSmirnov asymptotic, 10,000 x 10,000': () =>
    kolmogorovSmirnov({ first, second, method: 'asymptotic' }),
  'pairedKolmogorovSmirnov, 500 pairs, 199 swaps': () =>
    pairedKolmogorovSmirnov({
      first: sampled(first),
      second: sampled(second),
      seed: 1,
      permutations: 199,
    }),
  'pairedKolmogorovSmirnov, 500 pairs, 1,999 swaps': () =>
    pairedKolmogorovSmirnov({ first: sampled(first), second: sampled(second), seed: 1 }),
  'pairedKolmogorovSmirnov, 10,000 pairs, 1,999 swaps': () =>
    pairedKolmogorovSmirnov({ first, second, seed: 1 }),
  'rocAuc, 10,000': () => rocAuc({ labels, scores: first }),
  'wasserstein, 10,000 x 10,000': () => wasserstein({ first, second }),
  'wilcoxonSignedRank, 10,000 pairs': () => wilcoxonSignedRank({ differences }),
};

const millis = new Map<string, number[]>();
for (let round = 1; round <= rounds; round++) {
  report(`round ${round} of ${rounds}`);
  for (const [name, compute] of Object.entries(measured)) {
    const started = performance.now();
    compute();
    millis.set(name, [...(millis.get(name) ?? []), performance.now() - started]);
  }
}
const medians = [...millis].map(([name, all]) => [name, median(all)] as const);
process.stdout.write(`${JSON.stringify({ rounds, medianMs: Object.fromEntries(medians) }, null, 2)}\n`);

function median(values: readonly number[]): number {
  const middle = values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  return Math.round(middle * 10) / 10;
}

/** Numbers in [0, 1) that are the same in every run: a linear congruential generator (Numerical Recipes). */
function seeded(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
}
