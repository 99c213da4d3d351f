import type { LabelsReport, ScoreView } from '../src/views.ts';
import { boundsOf, count, interval, percent } from './format.ts';

/** What labels say beyond how often each side was right, in sentences. */
export function reportSentences(report: LabelsReport): readonly string[] {
  const { difference, discordant, coverage, differing, classes, numbers, scores } = report;
  const sentences = [
    `shadow less production ${interval(difference)}, whatever missing labels say`,
    `right alone: production ${count(discordant.productionOnly)}, shadow ${count(discordant.shadowOnly)}, p ${digits(discordant.pValue)} (McNemar)`,
    `labelled ${percent(coverage.share.estimate)} ${boundsOf(coverage.share)}, of those answered differently ${percent(differing.share.estimate)} ${boundsOf(differing.share)}`,
  ];
  if (classes !== null) {
    const { production, shadow } = classes;
    sentences.push(
      `F1, mean of the classes: production ${digits(production.macroF1)}, shadow ${digits(shadow.macroF1)}`,
    );
  }
  if (numbers !== null) {
    const { production, shadow, closer } = numbers;
    sentences.push(
      `mean absolute error: production ${digits(production.meanAbsoluteError)}, shadow ${digits(shadow.meanAbsoluteError)}`,
      `nearer: production ${count(closer.production)} times, shadow ${count(closer.shadow)}, p ${digits(closer.pValue)} (sign test)`,
    );
  }
  if (scores.production !== null && scores.shadow !== null)
    sentences.push(
      `area under the curve: production ${area(scores.production)}, shadow ${area(scores.shadow)}`,
    );
  return sentences;
}

function area({ auc, expectedError }: ScoreView): string {
  const { estimate, lower, upper } = auc;
  return `${digits(estimate)} [${digits(lower)}, ${digits(upper)}], calibration error ${digits(expectedError)}`;
}

/** Three significant digits; a dash where there is nothing to say. */
function digits(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(3)));
}
