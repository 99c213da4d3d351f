import type { DuckDBConnection } from '@duckdb/node-api';
import { type ClassScore, classScores } from '@understudy/statistics';
import { readRows } from '../store/read-rows.ts';
import type { ClassesView } from '../views.ts';
import { type JudgedLane, judgedPairs, judgedValues } from './judged-pairs.ts';

const maxClasses = 200;

interface Row {
  readonly label: string;
  readonly prediction: string;
  readonly count: number;
}

/** How well each side predicted each class, by the labels that have come; the most frequent classes first, at most 200. */
export async function classLabels(
  connection: DuckDBConnection,
  judged: JudgedLane,
): Promise<{ readonly production: ClassesView; readonly shadow: ClassesView }> {
  const scores = async (side: 'production' | 'shadow'): Promise<ClassesView> => {
    const counts = await readRows<Row>(
      connection,
      `${judgedPairs(judged.experiment)}
       SELECT truth AS label, ${side} AS prediction, count(*) AS count
       FROM judged WHERE truth IS NOT NULL GROUP BY ALL`,
      judgedValues(judged),
    );
    return classesView(classScores({ counts }));
  };
  return { production: await scores('production'), shadow: await scores('shadow') };
}

function classesView(scores: readonly ClassScore[]): ClassesView {
  const mean = (of: (score: ClassScore) => number): number | null =>
    scores.length === 0 ? null : scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return {
    macroPrecision: mean(({ precision }) => precision),
    macroRecall: mean(({ recall }) => recall),
    macroF1: mean(({ f1 }) => f1),
    classes: scores
      .toSorted((a, b) => b.labelled - a.labelled || (a.name < b.name ? -1 : 1))
      .slice(0, maxClasses),
  };
}
