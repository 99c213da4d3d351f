import type { Interval } from '@understudy/schemas-avro';

/** A report before it is text, Markdown or HTML: the same for all of them. */
export interface ReportDocument {
  readonly title: string;
  readonly subtitle: string;
  readonly verdict: string;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'time-plot'; readonly plot: TimePlot }
  | { readonly kind: 'interval-plot'; readonly plot: IntervalPlot };

export interface Column {
  readonly name: string;
  /** Numbers stand at the right. */
  readonly isNumber?: boolean;
}

/** Something over the log's time. */
export interface TimePlot {
  /** What is seen, as a sentence: for those who don't see it. */
  readonly says: string;
  /** ms since the epoch, rising; the values below stand beside them. */
  readonly times: readonly number[];
  readonly band: {
    readonly lower: readonly (number | null)[];
    readonly upper: readonly (number | null)[];
  } | null;
  readonly lines: readonly {
    readonly name: string;
    readonly look: 'first' | 'second' | 'dots';
    readonly values: readonly (number | null)[];
  }[];
  readonly level: { readonly value: number; readonly name: string } | null;
  readonly format: (value: number) => string;
}

/** Intervals of shares below each other, each with what is asked of it. */
export interface IntervalPlot {
  readonly says: string;
  readonly rows: readonly {
    readonly name: string;
    readonly interval: Interval;
    readonly margin: number | null;
  }[];
}
