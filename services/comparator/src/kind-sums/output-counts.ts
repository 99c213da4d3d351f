import type { OutputSums } from '@understudy/schemas-avro';
import { ClassCounts } from './class-counts.ts';
import { NumberCounts } from './number-counts.ts';
import type { PairOutputs } from './pair-outputs.ts';
import { ScoreCounts } from './score-counts.ts';

/** What both sides answered, by kind. Nothing is held of what a kind doesn't have. */
export class OutputCounts {
  readonly #sampleSize: number;
  #classes: ClassCounts | null = null;
  #numbers: NumberCounts | null = null;
  #scores: ScoreCounts | null = null;

  /** @param sampleSize - pairs of numbers that are kept one by one, at the most */
  constructor(sampleSize: number) {
    this.#sampleSize = sampleSize;
  }

  count({ classes, numbers, score }: PairOutputs): void {
    if (classes !== null) (this.#classes ??= new ClassCounts()).count(classes.production, classes.shadow);
    if (numbers !== null) (this.#numbers ??= new NumberCounts(this.#sampleSize)).count(numbers);
    if (score !== null) (this.#scores ??= new ScoreCounts()).count(score);
  }

  add({ classes, numbers, scores }: OutputSums): void {
    if (classes !== null) (this.#classes ??= new ClassCounts()).add(classes);
    if (numbers !== null) (this.#numbers ??= new NumberCounts(this.#sampleSize)).add(numbers);
    if (scores !== null) (this.#scores ??= new ScoreCounts()).add(scores);
  }

  /** Null where no pair had anything to count. */
  toRecord(): OutputSums | null {
    if (this.#classes === null && this.#numbers === null && this.#scores === null) return null;
    return {
      classes: this.#classes?.toRecord() ?? null,
      numbers: this.#numbers?.toRecord() ?? null,
      scores: this.#scores?.toRecord() ?? null,
    };
  }
}
