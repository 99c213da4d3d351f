import { count, percent } from '../format.ts';
import { printable } from '../printable.ts';

/** How much more often one differs than the other; bounds of a confidence sequence, in [-1, 1]. */
export interface Excess {
  readonly estimate: number | null;
  readonly lower: number;
  readonly upper: number;
}

/** What the console says of a lane against its baseline. */
export interface NoiseReport {
  readonly lane: string;
  readonly baseline: string;
  readonly requests: number;
  readonly missing: number;
  readonly bothDiffer: number;
  readonly shadowOnly: number;
  readonly baselineOnly: number;
  readonly excess: Excess;
  readonly pValue: number | null;
  readonly paths: readonly {
    readonly path: string;
    readonly shadowOnly: number;
    readonly baselineOnly: number;
    readonly bothDiffer: number;
    readonly excess: Excess;
    readonly finding: string;
  }[];
}

const findings: Readonly<Record<string, string>> = {
  noise: 'noise: production differs from itself there, too',
  shadow: 'the shadow’s own',
  open: 'not known yet',
};

export function noiseText(report: NoiseReport): string {
  const { lane, baseline, requests, missing, bothDiffer, shadowOnly, baselineOnly, excess, paths } = report;
  const of = (part: number): string => (requests === 0 ? '–' : percent(part / requests));
  const rows = paths.map((path) => [
    path.path === '' ? '(all of it)' : printable(path.path),
    of(path.bothDiffer + path.shadowOnly),
    of(path.bothDiffer + path.baselineOnly),
    excessText(path.excess),
    findings[path.finding] ?? path.finding,
  ]);
  return [
    `${lane} against ${baseline}, on ${count(requests)} requests`,
    `  production differs from itself in ${of(bothDiffer + baselineOnly)}, the shadow from production in ${of(bothDiffer + shadowOnly)}`,
    `  excess ${excessText(excess)}: ${judgement(excess)}`,
    ...(missing === 0
      ? []
      : [`  ${count(missing)} were not compared in the shadow's lane: the interval has them`]),
    ...(rows.length === 0 ? [] : ['', ...aligned([['where', 'shadow', 'baseline', 'excess', ''], ...rows])]),
    '',
  ].join('\n');
}

function judgement({ lower, upper }: Excess): string {
  if (lower > 0) return 'more than production’s own noise';
  return upper < 0 ? 'less noisy than production' : 'no more than noise, as far as is known';
}

/** `+16.7% [5.1, 27.9]` */
function excessText({ estimate, lower, upper }: Excess): string {
  const sign = estimate !== null && estimate > 0 ? '+' : '';
  return `${sign}${percent(estimate)} [${(lower * 100).toFixed(1)}, ${(upper * 100).toFixed(1)}]`;
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
}
