import type { ClassSums, Statistic } from '@understudy/schemas-avro';
import { bowkerSymmetry, cohensKappa, gwetAC1, stuartMaxwell, type Table } from '@understudy/statistics';
import { maxClasses } from '../class-counts.ts';
import { statistic } from './statistic.ts';

/** Among pairs of two other classes nobody knows which agree: more than so many would be told as agreement. */
const mostPooledShare = 0.01;

const names = ['cohensKappa', 'gwetAC1', 'stuartMaxwell', 'bowkerSymmetry'] as const;

/** Agreement on classes beyond chance, and whether the disagreements go both ways alike. */
export function classStatistics({ classes, cells }: ClassSums, confidence: number): readonly Statistic[] {
  const { length } = classes;
  const sumOf = (those: ClassSums['cells']): number => those.reduce((sum, { count }) => sum + count, 0);
  const pooled = sumOf(cells.filter(({ production, shadow }) => Math.max(production, shadow) === length));
  if (pooled > mostPooledShare * sumOf(cells)) {
    const reason = `there are more than ${maxClasses} classes: ${pooled} of ${sumOf(cells)} pairs have another one`;
    return names.map((name) => statistic(name, { reason }));
  }
  const confusion = tableOf(cells, pooled === 0 ? length : length + 1);
  const { kappa, ...ofKappa } = cohensKappa({ confusion, confidence });
  const { ac1, ...ofAC1 } = gwetAC1({ confusion, confidence });
  const marginal = stuartMaxwell({ confusion });
  const symmetry = bowkerSymmetry({ confusion });
  return [
    statistic('cohensKappa', { estimate: kappa, ...ofKappa }),
    statistic('gwetAC1', { estimate: ac1, ...ofAC1 }),
    statistic('stuartMaxwell', { estimate: marginal.statistic, ...marginal }),
    statistic('bowkerSymmetry', { estimate: symmetry.statistic, ...symmetry }),
  ];
}

function tableOf(cells: ClassSums['cells'], size: number): Table {
  const table = Array.from({ length: size }, () => Array.from({ length: size }, () => 0));
  for (const { production, shadow, count } of cells) {
    const row = table[production];
    if (row !== undefined) row[shadow] = count;
  }
  return table;
}
