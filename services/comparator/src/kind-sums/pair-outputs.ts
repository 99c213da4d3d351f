import type { ComparisonPlan } from '@understudy/comparison';
import type { NumberPair } from '@understudy/schemas-avro';
import type { Judgement } from '../judge.ts';
import { saltedRank } from './salted-rank.ts';

/** What one compared pair adds to the sums of its kind. */
export interface PairOutputs {
  /** As canonical JSON; null: the kind has no classes, or the answers are none, as errors are. */
  readonly classes: { readonly production: string; readonly shadow: string } | null;
  /** Null: the kind has no numbers, or the answers are none. */
  readonly numbers: NumberPair | null;
  /** How alike the answers are, in [0, 1]; null where the kind has classes or numbers to tell it by. */
  readonly score: number | null;
}

/** @param exchangeId - what the pair is sampled by: it knows nothing of sides */
export function outputsOf(
  kind: ComparisonPlan['kind'],
  judgement: Judgement,
  exchangeId: string | null,
): PairOutputs | null {
  if (judgement.outcome !== 'compared') return null;
  const { outcome, outputs, score } = judgement.comparison;
  switch (kind) {
    case 'class':
      return { classes: outputs, numbers: null, score: null };
    case 'class-scores':
      return { classes: outputs, numbers: null, score };
    case 'number': {
      const numbers =
        outputs === null
          ? null
          : {
              rank: saltedRank('number-pairs', exchangeId ?? ''),
              production: Number(outputs.production),
              shadow: Number(outputs.shadow),
              within: outcome === 'agree',
            };
      return { classes: null, numbers, score: null };
    }
    case 'json':
    case 'text':
    case 'ranking':
    case 'embedding':
    case 'stream':
    case 'tool-calls':
    case 'bytes':
      return { classes: null, numbers: null, score };
  }
}
