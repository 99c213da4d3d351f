/**
 * What the API answers, and the page shows. This file imports nothing: the page's modules, which run in a browser,
 * share its types.
 *
 * Times are ms since the epoch; shares, agreements and margins are in [0, 1]; null is "nothing to say", never 0.
 */

/** What a lane has found since its run, or its config, began. */
export interface LaneView {
  /** `(experiment).(shadow).(run)`. */
  readonly lane: string;
  /** Start of the first window that counts; null before there is one. */
  readonly since: number | null;
  /** The newest window; its end is excluded. */
  readonly windowStart: number;
  readonly windowEnd: number;
  /** Of the newest window, where it is partial: outside all that is said here. Else null. */
  readonly coverage: CoverageView | null;
  /** Windows of the lane that were read; those in which nothing was sampled are not written. */
  readonly windows: number;
  /** The revision of the experiment that judged the newest window; null: none is named. */
  readonly revision: number | null;
  /** Recovered requests that are compared are among the compared. */
  readonly ledger: LedgerView;
  /** Of those that are not comparable: count by what was lacking, and on which side. */
  readonly notComparable: Readonly<Record<string, number>>;
  /** Of the compared: deferred at first, and answered later. */
  readonly corrected: number;
  /** Whether sampled = compared + all that was not compared. */
  readonly balanced: boolean;
  /** Deferred requests that were closed afterwards, by outcome; beside the ledger, not part of it. */
  readonly recovered: Readonly<Record<string, number>>;
  /** Confidence sequence, valid at every look. */
  readonly agreement: IntervalView;
  readonly margin: number;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  readonly criteria: readonly CriterionView[];
  /** By the upper end of the divergence: safe, investigate, edge-cases or do-not-deploy; null: too few units. */
  readonly band: string | null;
  /** What it takes to decide; null: it is decided, or an older version judged it. */
  readonly needed: NeededView | null;
  /** What to do with the verdict; null: an older version gave it. */
  readonly recommendation: { readonly action: string; readonly text: string } | null;
  readonly latency: { readonly production: LatencyView; readonly shadow: LatencyView };
  /** Of the whole lane: docs/statistics.md says which there are, and what each tells. */
  readonly statistics: readonly StatisticView[];
  /** Those in which something was sampled: flagged ones first, then what agrees least. */
  readonly segments: readonly SegmentView[];
  /** Those that fire, the newest first. */
  readonly alerts: readonly AlertView[];
  /** Those that ended last, the newest first; at most 5. */
  readonly resolvedAlerts: readonly AlertView[];
  /** What no closed window holds yet; null: not known at this moment. */
  readonly waiting: WaitingView | null;
  /** Of both sides, by labels that came later; null before the first one. */
  readonly labels: LabelsView | null;
  /** Pairs that differ of which the worst are kept; another number: ask for them again. They may come later than their window. */
  readonly pairs: number;
}

/** Of how many partitions a window is. */
export interface CoverageView {
  readonly covered: number;
  readonly of: number;
}

/** A run over the past: what it covers, and how far it has come. */
export interface RunView {
  /** `(experiment).(shadow).(run)`. */
  readonly lane: string;
  /** `replay` calls the shadow; `rejudge` judges what `source` has called. */
  readonly kind: 'live' | 'replay' | 'rejudge';
  readonly state: 'running' | 'paused' | 'cancelled' | 'ended';
  /** Of the requests' log time. */
  readonly start: number;
  /** Excluded; null: it goes on. */
  readonly end: number | null;
  /** Times faster than recorded; null: as fast as its limits allow. */
  readonly speed: number | null;
  readonly source: string | null;
  /** The live lane of the same shadow; null: there is none. */
  readonly live: string | null;
  /** Share of its time whose windows are closed; null: it has no end. */
  readonly closed: number | null;
  /** Null before it has closed a window. */
  readonly agreement: IntervalView | null;
  readonly verdict: LaneView['verdict'] | null;
}

export interface LabelsView {
  /** Pairs whose label has come: both sides are measured on the same ones. */
  readonly labelled: number;
  /** Share of right answers: confidence sequences, valid at every look. */
  readonly production: IntervalView;
  readonly shadow: IntervalView;
}

export interface LedgerView {
  readonly sampled: number;
  readonly compared: number;
  /** Count by reason. */
  readonly notCompared: Readonly<Record<string, number>>;
}

export interface IntervalView {
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface CriterionView extends IntervalView {
  readonly name: string;
  readonly outcome: 'pass' | 'fail' | 'inconclusive' | 'not_evaluated';
  readonly margin: number | null;
  /** Null: it is decided, or nothing is known of it. */
  readonly needed: NeededView | null;
  /** A sentence. */
  readonly reason: string;
}

/** An estimate, with about an even chance to be enough. */
export interface NeededView {
  readonly requests: number | null;
  /** At today's traffic. */
  readonly ms: number | null;
  /** What it will then be. */
  readonly verdict: string | null;
  /** Why there is no number. */
  readonly reason: string | null;
}

/** ms. */
export interface LatencyView {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface StatisticView extends IntervalView {
  readonly name: string;
  /** Two-sided. */
  readonly pValue: number | null;
  /** Why a value is null that the statistic has otherwise. */
  readonly reason: string | null;
}

export interface SegmentView {
  readonly segment: { readonly field: string; readonly value: string };
  readonly agreement: IntervalView;
  readonly compared: number;
  /** Of the compared. */
  readonly agreed: number;
  readonly sampled: number;
  readonly margin: number;
  /** The upper bound of its agreement is below its margin. */
  readonly flagged: boolean;
}

export interface AlertView {
  readonly identity: string;
  readonly rule: string;
  /** Start of the window in which it began, or, of a resolved one, ended. */
  readonly since: number;
  readonly reason: string;
}

/** Requests that were appended after the newest closed window. */
export interface WaitingView {
  readonly requests: number;
  /** False: counted by offsets, with ticks and other experiments' requests among them; it is at most so many. */
  readonly isExact: boolean;
}

/** A closed window of a lane, as one point of a line. */
export interface HistoryPoint {
  readonly windowEnd: number;
  /** Null: of all partitions. Else it counts nowhere but here. */
  readonly coverage: CoverageView | null;
  readonly sampled: number;
  readonly compared: number;
  /** Since the run began, after this window. */
  readonly agreement: IntervalView;
  /** Of what was compared in this window alone; null where nothing was. */
  readonly windowAgreement: number | null;
  /** p95 in this window alone, ms. */
  readonly p95: { readonly production: number | null; readonly shadow: number | null };
}

/** One request that was answered differently. */
export interface PairView {
  readonly exchangeId: string;
  /** The caller's own id; null: it gave none. */
  readonly requestId: string | null;
  readonly requestTime: number;
  /** Similarity in [0, 1]. */
  readonly score: number;
  readonly production: SideView;
  readonly shadow: SideView;
  readonly differences: readonly DifferenceView[];
  /** JSON Patch (RFC 6902) that makes the shadow's answer of production's; null unless both are JSON documents at hand whole. */
  readonly patch: string | null;
  /** Value by segment field. */
  readonly segments: Readonly<Record<string, string>>;
  /** The request's first plain values, for people. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** As far as it was kept. */
  readonly requestBody: string;
}

export interface SideView {
  /** What was compared, and the score behind it: `denied 0.99`. */
  readonly says: string;
  readonly latencyMs: number;
  /** As far as it was kept. */
  readonly body: string;
}

export interface DifferenceView {
  readonly category: string;
  /** JSON Pointer, or the JSONPath by which both values were found. */
  readonly path: string;
  readonly production: string | null;
  readonly shadow: string | null;
}

/** All that labels say of a lane, since its judging config. */
export interface LabelsReport {
  readonly lane: string;
  /** Pairs that have a label, of those that have one or are older than the horizon. */
  readonly coverage: CoveredView;
  /** Of the pairs that were answered differently. */
  readonly differing: CoveredView;
  /** Of the differing pairs of which something was kept, by segment; the largest first, at most 200. */
  readonly segments: readonly (CoveredView & Pick<SegmentView, 'segment'>)[];
  /** Pairs without a label that may still come. */
  readonly young: number;
  /** How long a label may take. */
  readonly horizonMs: number;
  /** Null before the first label. */
  readonly accuracy: LabelsView | null;
  /** How much more often the shadow is right than production, in [-1, 1]: a confidence sequence over whatever missing labels say. */
  readonly difference: IntervalView;
  /** Labelled pairs in which one side alone was right, and McNemar's exact p value; null without labels. */
  readonly discordant: {
    readonly productionOnly: number;
    readonly shadowOnly: number;
    readonly pValue: number | null;
  };
  /** Null where answers are numbers. */
  readonly classes: { readonly production: ClassesView; readonly shadow: ClassesView } | null;
  /** Null where answers are classes. */
  readonly numbers: NumbersView | null;
  readonly scores: ScoresView;
}

export interface CoveredView {
  readonly labelled: number;
  readonly of: number;
  /** Wilson's interval, for one look. */
  readonly share: IntervalView;
}

export interface ClassesView {
  readonly macroPrecision: number | null;
  readonly macroRecall: number | null;
  readonly macroF1: number | null;
  /** The most frequent labels first, at most 200. */
  readonly classes: readonly {
    readonly name: string;
    readonly labelled: number;
    readonly predicted: number;
    readonly right: number;
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
  }[];
}

/** Errors are answer less label, in the unit of the labels. */
export interface NumbersView {
  /** Of so many labelled pairs, the newest. */
  readonly measured: number;
  readonly production: ErrorsView;
  readonly shadow: ErrorsView;
  /** Pairs in which one side is nearer to the label, and the sign test's p value. */
  readonly closer: { readonly production: number; readonly shadow: number; readonly pValue: number | null };
}

export interface ErrorsView {
  readonly meanAbsoluteError: number | null;
  readonly rootMeanSquaredError: number | null;
  readonly r2: number | null;
  readonly quantiles: readonly { readonly share: number; readonly error: number | null }[];
}

/** Of answers that are scores in [0, 1], with labels 0 and 1. */
export interface ScoresView {
  readonly production: ScoreView | null;
  readonly shadow: ScoreView | null;
  /** Why there are none. */
  readonly reason: string | null;
}

export interface ScoreView {
  /** Under the ROC curve; the interval is for one look. */
  readonly auc: IntervalView;
  /** By score, in tenths; `share` of labels 1 with Wilson's interval. */
  readonly calibration: readonly {
    readonly from: number;
    readonly to: number;
    readonly count: number;
    readonly meanScore: number;
    readonly share: number;
    readonly lower: number | null;
    readonly upper: number | null;
  }[];
  /** The expected calibration error. */
  readonly expectedError: number | null;
}
