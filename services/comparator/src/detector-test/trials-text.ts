import { formatDuration } from '@understudy/config';
import type { Trial } from './try-injection.ts';

const blocks = '▁▂▃▄▅▆▇█';
const width = 24;

/** One line for each injection: how much was put in and found, when it alarmed, and how agreement went. */
export function trialsText(lane: string, trials: readonly Trial[]): string {
  const rows = [
    ['what was put in', 'hit', 'found', 'first alarm', 'verdict', 'agreement by window'],
    ...trials.map((trial) => [
      trial.name,
      count(trial.injected),
      `${count(trial.diverging)} of ${count(trial.compared)}`,
      trial.alert === null ? 'none' : `${trial.alert.rule} after ${formatDuration(trial.alert.afterMs)}`,
      trial.verdict,
      bars(trial.agreement),
    ]),
  ];
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const [itself] = trials;
  const falseAlarms =
    itself === undefined ? '' : `${count(itself.alerts)} false alarms in ${count(itself.windows)} windows`;
  return `${[`${lane}: what its detectors would have said`, '', ...lines, '', falseAlarms].join('\n')}\n`;
}

/** From none to all. */
function bars(shares: readonly (number | null)[]): string {
  const chosen =
    shares.length <= width
      ? shares
      : Array.from(
          { length: width },
          (_, n) => shares[Math.round((n * (shares.length - 1)) / (width - 1))] ?? null,
        );
  return chosen
    .map((share) => (share === null ? ' ' : (blocks[Math.round(share * (blocks.length - 1))] ?? ' ')))
    .join('');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
