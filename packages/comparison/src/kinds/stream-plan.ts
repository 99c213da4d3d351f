import type { Location } from '../json/location.ts';
import { locationOption } from '../options.ts';
import type { StreamFormat } from '../text/event-stream.ts';
import { type TextJudging, textJudging, type TextJudgingOptions } from './text-plan.ts';

/** Texts that are streamed in pieces must be alike when all pieces are there. */
export interface StreamOptions extends TextJudgingOptions {
  readonly kind: 'stream';
  /** Default `sse`. */
  readonly format?: StreamFormat;
  /** Where, in an event's JSON, its piece of the text is; default: the event's data is the piece. */
  readonly text?: string;
  /** Data of an event that only says that the stream ends; default `[DONE]`. */
  readonly end?: string;
}

export interface StreamPlan extends TextJudging {
  readonly kind: 'stream';
  readonly format: StreamFormat;
  readonly text: Location | null;
  readonly end: string;
}

export function streamPlan(options: StreamOptions): StreamPlan {
  const { format, text, end } = options;
  return {
    kind: 'stream',
    format: format ?? 'sse',
    text: text === undefined ? null : locationOption('text', text),
    end: end ?? '[DONE]',
    ...textJudging(options),
  };
}
