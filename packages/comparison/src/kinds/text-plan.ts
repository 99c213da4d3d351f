import type { Location } from '../json/location.ts';
import { locationOption, shareOption } from '../options.ts';
import type { TextMetric, TextMetricOptions } from '../text/text-similarity.ts';
import type { Tokenizer } from '../text/tokenize.ts';

/** Texts must be alike. */
export interface TextOptions extends TextJudgingOptions {
  readonly kind: 'text';
  /**
   * Where the text is; default: the whole body is text, not JSON. A JSONPath may select several texts, the first 16 of
   * which count: the pair of one of each side that is most alike is compared.
   */
  readonly text?: string;
}

/** When two texts are alike. */
export interface TextJudgingOptions {
  /** Default `rouge-l`. */
  readonly metric?: TextMetric;
  /** The least score of texts that agree, above 0 and up to 1; default 0.9. */
  readonly minimum?: number;
  /** Of `rouge-l`; default `unicode`. */
  readonly tokenizer?: Tokenizer;
  /** Whether `rouge-l` takes English words of one stem for the same; default false. */
  readonly stem?: boolean;
}

export interface TextPlan extends TextJudging {
  readonly kind: 'text';
  readonly text: Location | null;
}

export interface TextJudging extends TextMetricOptions {
  readonly minimum: number;
}

export function textPlan(options: TextOptions): TextPlan {
  const { text } = options;
  return {
    kind: 'text',
    text: text === undefined ? null : locationOption('text', text),
    ...textJudging(options),
  };
}

export function textJudging({ metric, minimum, tokenizer, stem }: TextJudgingOptions): TextJudging {
  return {
    metric: metric ?? 'rouge-l',
    minimum: shareOption('minimum', minimum ?? 0.9),
    tokenizer: tokenizer ?? 'unicode',
    stem: stem ?? false,
  };
}
