// Generated from schemas/ by packages/schemas-avro/src/generate.ts. Do not edit.

export type ProductionOutcome = 'answered' | 'failed' | 'timed_out';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string | null;
  readonly body: Buffer;
  readonly bodySize: number;
}

export interface ProductionResult {
  /** failed: no answer at all (transport). An answer with status 500 is answered. */
  readonly outcome: ProductionOutcome;
  readonly answer: Answer | null;
  readonly latencyMs: number;
  readonly error: string | null;
}

/** One request as production received it. Topic requests, key: session if the experiment has one, else exchangeId. */
export interface Request {
  /** Unique; the gateway makes a UUIDv7. */
  readonly exchangeId: string;
  /** The caller's own request id. */
  readonly requestId: string | null;
  readonly experiment: string;
  readonly session: string | null;
  /** When it was received, by the writer's clock, ms since the epoch. For pages only: windows go by append time. */
  readonly requestTime: number;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Lower-case names; secrets already redacted. */
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType: string | null;
  /** At most the capture limit. */
  readonly body: Buffer;
  /** Bytes before the capture limit; more than body holds means truncated. */
  readonly bodySize: number;
  /** A one-record exchange carries production's result here and needs no production-responses record. */
  readonly production: ProductionResult | null;
}

/** What production made of one request. Topic production-responses, key as its request's. */
export interface ProductionResponse {
  readonly exchangeId: string;
  readonly experiment: string;
  /** ms since the epoch, by the writer's clock. */
  readonly responseTime: number;
  readonly result: ProductionResult;
}

export type ShadowResponseKind = 'first' | 'progress' | 'recovery' | 'end';

export type ShadowStatus = 'answered' | 'failed' | 'timed_out' | 'deferred' | 'dead_lettered' | 'shed' | 'skipped';

/** What became of one request in one lane, or how far the lane has come. Topic shadow-responses.(experiment).(shadow).(run), same partition as the request, in the order of the requests. */
export interface ShadowResponse {
  /** first: exactly one per sampled request, in the order of the requests. progress: nothing before requestOffset is still to come. recovery: follows a deferred or dead-lettered one, whenever it comes. end: the run ends here. */
  readonly kind: ShadowResponseKind;
  /** Offset of the request, in the partition of this record. */
  readonly requestOffset: number;
  /** Log time at the request: the prefix maximum of append times of its partition, ms since the epoch. */
  readonly requestTime: number;
  /** null for progress and for a request that could not be read. */
  readonly exchangeId: string | null;
  /** null for progress and end. */
  readonly status: ShadowStatus | null;
  /** Why it is not answered. */
  readonly reason: string | null;
  /** Calls made, those before a recovery among them. */
  readonly attempts: number;
  /** Of the last attempt, time in service, ms. Of a deferred one only where it timed out: how fast it failed is no latency. */
  readonly latencyMs: number | null;
  readonly answer: Answer | null;
}

export interface Difference {
  readonly category: string;
  /** JSON Pointer, or the JSONPath by which both values were found. */
  readonly path: string;
  readonly production: string | null;
  readonly shadow: string | null;
}

export interface DivergingPair {
  readonly exchangeId: string;
  /** The caller's own; null: none, or longer than 200 characters. */
  readonly requestId: string | null;
  /** Log time, ms since the epoch. */
  readonly requestTime: number;
  readonly requestOffset: number;
  /** null: a one-record exchange. */
  readonly productionOffset: number | null;
  readonly shadowOffset: number;
  /** Similarity in [0, 1]. */
  readonly score: number;
  readonly differences: readonly Difference[];
  readonly segments: Readonly<Record<string, string>>;
  /** The first bytes, at most keptBodyBytes; the whole is at requestOffset. */
  readonly requestBody: Buffer;
  readonly productionBody: Buffer;
  readonly shadowBody: Buffer;
  readonly productionLatencyMs: number;
  readonly shadowLatencyMs: number;
  /** The class or the number that was compared, as canonical JSON; null where answers are compared as a whole, or differ in status. */
  readonly productionOutput: string | null;
  readonly shadowOutput: string | null;
}

/** Parallel arrays, in the order of the requests. */
export interface AgreeingPairs {
  readonly exchangeIds: readonly string[];
  readonly requestOffsets: readonly number[];
  /** As DivergingPair's requestId. No items at all in older records. */
  readonly requestIds: readonly (string | null)[];
  /** As DivergingPair's productionOutput. No items at all in older records. */
  readonly productionOutputs: readonly (string | null)[];
  readonly shadowOutputs: readonly (string | null)[];
}

/** One diverging pair, or many pairs packed together: agreeing ones, or diverging ones that were not kept; exactly one of the three is set. Topic comparisons.(experiment).(shadow).(run). */
export interface Comparison {
  readonly lane: string;
  readonly windowStart: number;
  readonly windowEnd: number;
  /** true: its pairs are of deferred requests that were answered later. The window is the one that counts the corrections, not that of the requests. */
  readonly recovery: boolean;
  readonly diverging: DivergingPair | null;
  readonly agreeing: AgreeingPairs | null;
  /** Diverging pairs beyond keep.divergingPairs, without their bodies: labels judge them as well as the kept ones. */
  readonly unkept: AgreeingPairs | null;
}

export interface Segment {
  readonly field: string;
  readonly value: string;
}

export interface Ledger {
  readonly sampled: number;
  readonly compared: number;
  /** Count by reason; sampled = compared + all of these. */
  readonly notCompared: Readonly<Record<string, number>>;
}

/** A quantile sketch: log-spaced bins and how many fell into each. */
export interface LatencyBins {
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

/** Deferred requests that were answered afterwards, judged by their pairs. Beside the ledger, not part of it: their own windows have them as shadow-deferred. Of the whole lane, all that were answered are compared + all of notCompared. */
export interface Corrections {
  readonly compared: number;
  /** Of the compared. */
  readonly agreed: number;
  /** As SegmentSums' differences. */
  readonly differences: Readonly<Record<string, number>>;
  /** Count by reason: those of the ledger, beyond-retention (request or production response are no longer in the log) and recovered-before (it was answered once more); the last two of the whole lane only. */
  readonly notCompared: Readonly<Record<string, number>>;
  /** Log time of the earliest request compared, ms since the epoch; null: none was. */
  readonly earliest: number | null;
}

export interface ClassCell {
  /** Index into classes; one beyond the last: any other class. */
  readonly production: number;
  readonly shadow: number;
  readonly count: number;
}

/** How often production answered one class and the shadow another, of at most 30 classes: those of the least salted hashes of their names. */
export interface ClassSums {
  /** As canonical JSON, in the order of their UTF-16 units. */
  readonly classes: readonly string[];
  /** Those that hold something, by production's class, then by the shadow's. */
  readonly cells: readonly ClassCell[];
}

/** Exact sums in fixed point, in decimal: of numbers in units of 2^-60, of squares and products in units of 2^-120. */
export interface NumberMoments {
  readonly production: string;
  readonly shadow: string;
  readonly productionSquares: string;
  readonly shadowSquares: string;
  readonly products: string;
}

export interface NumberPair {
  /** First 48 bits of a salted SHA-256 of the exchange id. */
  readonly rank: number;
  readonly production: number;
  readonly shadow: number;
  /** Whether the numbers are equal within tolerance. */
  readonly within: boolean;
}

/** Pairs in which both sides answered a number. */
export interface NumberSums {
  /** Equal within tolerance. */
  readonly within: number;
  /** The shadow's number is the higher one, outside tolerance. */
  readonly higher: number;
  readonly lower: number;
  /** Of all of these: a number is beyond 2^60 by size. They are in neither the moments nor the sample. */
  readonly outOfRange: number;
  readonly moments: NumberMoments;
  /** A uniform sample: the pairs of the least ranks, at most 500 of the whole lane and 100 of a segment. */
  readonly sample: readonly NumberPair[];
}

/** How alike the pairs compared are: a histogram of their scores. */
export interface ScoreSums {
  /** Rising: bin n holds scores from n/100 on, below (n + 1)/100; bin 100 those of 1. */
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

/** By the kind of comparison: null is what a kind doesn't have. */
export interface OutputSums {
  readonly classes: ClassSums | null;
  readonly numbers: NumberSums | null;
  readonly scores: ScoreSums | null;
}

/** By how much the shadow took longer than production on the same requests, or less long. A timeout counts with the time waited. */
export interface LatencyShift {
  /** Differences in ms of requests on which the shadow took longer. */
  readonly slower: LatencyBins;
  /** The same, without sign, of those on which it took less long. */
  readonly faster: LatencyBins;
  readonly equal: number;
}

export interface SegmentSums {
  /** null: the whole lane. */
  readonly segment: Segment | null;
  readonly ledger: Ledger;
  /** Of the compared. */
  readonly agreed: number;
  /** Diverging pairs by category of difference; a pair counts once in each of its categories. */
  readonly differences: Readonly<Record<string, number>>;
  readonly productionLatency: LatencyBins;
  readonly shadowLatency: LatencyBins;
  /** Of the whole lane: deferred requests that were closed afterwards, by outcome: answered or dead-lettered. Beside the ledger, not part of it: they were sampled in this window or an earlier one. One that was sent back from the dead letters and then answered counts in both. */
  readonly recovered: Readonly<Record<string, number>>;
  readonly corrections: Corrections;
  /** What both sides answered to the same requests. null: nothing was compared, it is one of more than 100 segments, or it was written before there was such a thing. */
  readonly outputs: OutputSums | null;
  /** null: no request has both latencies, it is one of more than 100 segments, or it was written before there was such a thing. */
  readonly latencyShift: LatencyShift | null;
  /** Of the ledger's not-comparable: count by what could not be compared, and on which side. Records written before there were such counts have none. */
  readonly notComparable: Readonly<Record<string, number>>;
}

/** What became of the requests of each key (a session, or an equal body), of the keys of lowest hash where there are many. */
export interface KeyCounts {
  /** Keys whose hash is below this are all here; 4294967296: every key is. */
  readonly below: number;
  /** The keys' 32-bit salted hashes, rising; each but the first is written as its difference to the one before. */
  readonly keys: readonly number[];
  /** For each key compared, agreed, answered, in time, failed, deferred, missing: one number with two bits for each, the first lowest; where one does not fit, -1 and the seven. A recovered request moves from deferred and missing to the others, so counts may be below 0. */
  readonly counts: readonly number[];
}

export interface OffsetRange {
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
  /** Included. */
  readonly last: number;
}

/** One partition's share of a window, or of a run of empty windows. Mergeable; internal. Topic window-parts, key: lane. */
export interface WindowPart {
  readonly lane: string;
  readonly partition: number;
  readonly windowStart: number;
  /** Excluded. More than one window wide only if empty. */
  readonly windowEnd: number;
  /** Of the parts of the config that judge. */
  readonly configHash: string;
  /** false: the run does not cover the partition from windowStart to windowEnd; nothing is known of what was sampled there. */
  readonly covered: boolean;
  /** Of what the config says is kept of pairs. null: written before there was one. */
  readonly keepHash: string | null;
  /** Empty: no request was sampled. Else the first is the whole lane. */
  readonly segments: readonly SegmentSums[];
  /** One for each of segments, in their order. */
  readonly keys: readonly KeyCounts[];
  /** Ranges of the records used, by input. */
  readonly offsets: readonly OffsetRange[];
  /** Order-free digest of the exchange ids sampled: the sum of the first 128 bits of their SHA-256, modulo 2^128, in hex; a request that could not be read counts as unreadable@OFFSET. */
  readonly digest: string;
}

export interface Coverage {
  /** Partitions whose requests of this window are in it. */
  readonly covered: number;
  /** All partitions. */
  readonly of: number;
}

export interface Interval {
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

/** ms; null without data. */
export interface LatencyQuantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface WindowFindings {
  readonly ledger: Ledger;
  readonly agreed: number;
  /** Of the compared, Wilson, 95%: for this window alone. */
  readonly agreement: Interval;
  readonly differences: Readonly<Record<string, number>>;
  readonly productionLatency: LatencyQuantiles;
  readonly shadowLatency: LatencyQuantiles;
  /** Of the whole lane: deferred requests that were closed in this window, by outcome: answered or dead-lettered. */
  readonly recovered: Readonly<Record<string, number>>;
  readonly corrections: Corrections;
  /** Of the ledger's not-comparable: count by what could not be compared, and on which side. Records written before there were such counts have none. */
  readonly notComparable: Readonly<Record<string, number>>;
}

/** Sums over units. A unit is a key on one day (UTC), finished sooner when it was not seen for an hour; each has the weight 1, however many requests it has. */
export interface UnitSums {
  /** With a request that counts. */
  readonly units: number;
  /** Sum of the shares of each that agreed. */
  readonly agreed: number;
  /** Sum of the shares of which it is not known. */
  readonly missing: number;
  /** With a request that production answered and the shadow was called with. */
  readonly called: number;
  /** Sum of the shares of those calls that were answered within verdict.latency.p95. */
  readonly inTime: number;
  readonly failed: number;
  readonly deferred: number;
}

export interface KeyedUnits {
  /** Of the newest window counted: hours since the epoch. */
  readonly hour: number;
  /** Keys whose salted hash is below this are counted; 4294967296: every key is. It falls where more keys are about than are kept apart. */
  readonly below: number;
  /** Of the units that are not finished, rising; each but the first is written as its difference to the one before. */
  readonly keys: readonly number[];
  /** As in a window's part. */
  readonly counts: readonly number[];
  /** Not seen in the hour of the newest window. */
  readonly idle: readonly boolean[];
  readonly finished: UnitSums;
}

export interface DayUnits {
  /** Days since the epoch. */
  readonly day: number;
  readonly finished: UnitSums;
}

/** Since the run began, or since comparison, margin or segments changed. */
export interface RunningFindings {
  /** Start of the first window counted; null before there is one. */
  readonly since: number | null;
  /** End of the newest window counted. null: written before there was one. */
  readonly until: number | null;
  /** Corrections of requests before it are not in the sums, for the requests are not: start of the first window counted, or end of the last one left out. null: as since. */
  readonly correctionsFrom: number | null;
  /** The config that the sums were judged by. */
  readonly configHash: string;
  readonly sums: SegmentSums;
  /** null: written before there were any. */
  readonly units: KeyedUnits | null;
  /** Confidence sequence (valid at every look), with bounds for what is missing. */
  readonly agreement: Interval;
  readonly margin: number;
  /** The upper bound is below the margin: it disagrees too much. */
  readonly flagged: boolean;
  /** Finished units of the newest day and the seven before it. With the whole lane's record only. */
  readonly days: readonly DayUnits[];
  /** Which quarters of which weekdays have a compared request: bit 4 * weekday + hour / 6, Monday 00-06 UTC first. With the whole lane's record only. */
  readonly cells: number;
}

export type VerdictValue = 'pass' | 'fail' | 'inconclusive';

export type CriterionOutcome = 'pass' | 'fail' | 'inconclusive' | 'not_evaluated';

/** What it takes to decide if further requests agree, differ and miss at today's rates: an estimate, with about an even chance to be enough. */
export interface StillNeeded {
  /** Further requests. */
  readonly requests: number | null;
  /** The time that they take at today's traffic. */
  readonly ms: number | null;
  /** What it will then be: pass or fail. */
  readonly verdict: string | null;
  /** Why there is no number. */
  readonly reason: string | null;
}

export interface Criterion {
  readonly name: string;
  readonly outcome: CriterionOutcome;
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly margin: number | null;
  readonly reason: string;
  readonly needed: StillNeeded | null;
}

export interface Recommendation {
  /** keep-shadowing, investigate or canary. */
  readonly action: string;
  readonly text: string;
}

export interface VerdictNow {
  readonly verdict: VerdictValue;
  /** Whether the ledger is in balance. */
  readonly balanced: boolean;
  readonly criteria: readonly Criterion[];
  /** By the upper end of the divergence rate: safe (below 1%), investigate (1 to 5%), edge-cases (5 to 10%), do-not-deploy. null: fewer than 50 units. */
  readonly band: string | null;
  /** The most that a required criterion needs. */
  readonly needed: StillNeeded | null;
  readonly recommendation: Recommendation | null;
}

export interface Receipt {
  readonly offsets: readonly OffsetRange[];
  readonly digest: string;
  readonly comparatorVersion: string;
  /** Of what the config says is kept of pairs. null: parts disagree, or it was written before there was one. */
  readonly keepHash: string | null;
  /** Of the alert rules whose states stand in the window. null: written before there was one. */
  readonly alertsHash: string | null;
}

export interface FiringAlert {
  /** As in the topic alerts. */
  readonly identity: string;
  /** Start of the window in which it began to fire, ms since the epoch. */
  readonly since: number;
  /** Why it began to fire. */
  readonly reason: string;
}

/** An alert rule after the window: all that judging the next window needs. */
export interface RuleState {
  readonly rule: string;
  /** The share that the evidence speaks against; null for a rule that counts windows. */
  readonly limit: number | null;
  /** ln(1 + M) of the rule's e-detector; 0 says nothing against the limit. */
  readonly evidence: number;
  /** Windows in a row that speak for a change: bad ones, or good ones while it fires. */
  readonly streak: number;
  readonly firing: FiringAlert | null;
}

/** One number about the pairs, with what tells how far it can be relied on. */
export interface Statistic {
  readonly name: string;
  readonly estimate: number | null;
  /** Of the estimate's interval. */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Two-sided. */
  readonly pValue: number | null;
  /** Why a value is null that the statistic has otherwise; null where none is. */
  readonly reason: string | null;
}

/** One closed window of one lane and segment. Windows in which nothing was sampled are not written, but counted. Topic divergence, key: lane and segment; all of a lane are in one partition, in order. */
export interface Divergence {
  readonly lane: string;
  /** null: the whole lane. */
  readonly segment: Segment | null;
  readonly windowStart: number;
  /** Excluded. */
  readonly windowEnd: number;
  /** Windows between this one and the one before in which nothing was sampled, or nothing that is covered. */
  readonly emptyWindowsBefore: number;
  /** null: mixed, parts disagree with each other or with the merger; the window is outside the verdict and the running sums. */
  readonly configHash: string | null;
  /** null: all partitions. Else the window is partial: outside the verdict and the running sums. */
  readonly coverage: Coverage | null;
  readonly window: WindowFindings;
  readonly running: RunningFindings;
  /** With the whole lane's record only. */
  readonly verdict: VerdictNow | null;
  /** What it was computed from. With the whole lane's record only. */
  readonly receipt: Receipt | null;
  /** Every rule that is on, with the whole lane's record only. */
  readonly alerts: readonly RuleState[];
  /** Of the running sums, by the kind of comparison: docs/statistics.md says which, and what they hold for. Numbers have six significant digits. */
  readonly statistics: readonly Statistic[];
}

/** The current verdict of a lane. Topic verdicts, compacted, key: lane. */
export interface Verdict {
  readonly lane: string;
  /** The log's time up to which it holds. */
  readonly windowEnd: number;
  readonly verdict: VerdictValue;
  readonly balanced: boolean;
  readonly criteria: readonly Criterion[];
  /** By the upper end of the divergence rate: safe (below 1%), investigate (1 to 5%), edge-cases (5 to 10%), do-not-deploy. null: fewer than 50 units. */
  readonly band: string | null;
  /** The most that a required criterion needs. */
  readonly needed: StillNeeded | null;
  readonly recommendation: Recommendation | null;
}

export type AlertState = 'firing' | 'resolved';

/** An alert that began or ended. Topic alerts, key: identity. */
export interface Alert {
  /** Hash of lane, rule and the window in which it began to fire: the same in its resolved record, so that a repeat can be told. */
  readonly identity: string;
  /** (experiment).(shadow).(run) */
  readonly lane: string;
  /** See docs/alerts.md. */
  readonly rule: string;
  readonly state: AlertState;
  /** Start of the window in which it began to fire or was resolved, ms since the epoch. Of stalled: of the window that could not be closed. */
  readonly windowStart: number;
  /** A sentence for a person. */
  readonly reason: string;
  /** JSON: the numbers behind the reason. */
  readonly evidence: string;
  /** The lane's page, if the console's address is configured. */
  readonly link: string | null;
}

/** Ground truth for one request, hours or days later. Topic labels, key: request id. */
export interface Label {
  /** The caller's own id of the request; the exchange id where it gave none, or one of more than 200 characters. */
  readonly requestId: string;
  readonly experiment: string;
  /** What the answer should have been, as JSON: the class, or the number. */
  readonly value: string;
  /** When it became known, ms since the epoch. */
  readonly observedTime: number;
}

export type Judgement = 'production_better' | 'shadow_better' | 'same' | 'both_wrong';

/** A person's judgement of one diverging pair. Topic reviews, compacted, key: comparison id. */
export interface Review {
  readonly comparisonId: string;
  readonly judgement: Judgement;
  readonly reviewer: string;
  readonly note: string | null;
  readonly reviewTime: number;
}

/** One revision of an experiment. Topic experiments, compacted, key: experiment and revision. */
export interface Experiment {
  readonly name: string;
  readonly revision: number;
  /** A window boundary, ms since the epoch: of the first revision 0, it holds from the beginning of time. Of others not before the first boundary that is 30 s after the record was appended: the later of the two counts. */
  readonly effectiveFrom: number;
  /** Of the parts that judge. */
  readonly configHash: string;
  /** The experiment's part of understudy.yaml, as canonical JSON with every default written out. It holds no secret. */
  readonly config: string;
}

export type RunKind = 'live' | 'replay' | 'rejudge';

export type RunState = 'running' | 'paused' | 'cancelled' | 'ended';

export interface RunLimits {
  /** Calls at the same time. */
  readonly concurrency: number;
  /** Requests called and not yet committed. */
  readonly maxOutstanding: number;
}

export interface RunStart {
  readonly partition: number;
  /** Of the first request that is read. */
  readonly offset: number;
  /** The first window boundary from which on the partition is covered, ms since the epoch. */
  readonly time: number;
}

export interface RunGap {
  readonly partition: number;
  /** A window boundary, ms since the epoch. */
  readonly from: number;
  /** A window boundary; excluded. */
  readonly to: number;
  /** A sentence for a person. */
  readonly reason: string;
}

/** A run of one lane: what it calls or judges, and its bounds. Topic runs, compacted, key: lane. */
export interface Run {
  readonly lane: string;
  /** A window boundary of the requests' log time, the same in all partitions. */
  readonly start: number;
  /** A window boundary, the same in all partitions: the first one that is not of this run. null: it goes on. A replay has one from its beginning; a live run gets one when it is ended. */
  readonly end: number | null;
  readonly windowMs: number;
  /** live: follows the requests as they come. replay: calls the shadow over requests of the log. rejudge: calls nobody, and judges the shadow responses of source again. */
  readonly kind: RunKind;
  /** paused: nothing more is called until it is resumed. cancelled: given up before its end. ended: every window before end is published, and no retry is left. */
  readonly state: RunState;
  /** When the run was first recorded, ms since the epoch. */
  readonly recorded: number;
  /** Of rejudge: the lane whose shadow responses are judged. Of a live run that began with a reset of offsets: the lane that it goes on from. */
  readonly source: string | null;
  /** Of rejudge: the revision of the experiment that judges all of it. null: each request is judged by the revision in force at its time. */
  readonly revision: number | null;
  /** Of a replay: 1 is as recorded, 2 twice as fast; null: as fast as its limits allow. */
  readonly speed: number | null;
  /** Calls of the shadow a second at the most, by all processes together, those that are repeated too; null: no limit of its own. */
  readonly rate: number | null;
  /** null: those of the shadow; in a replay, a quarter of them. */
  readonly limits: RunLimits | null;
  /** Whether alerts of the lane are sent. */
  readonly alerts: boolean;
  /** Where partitions begin that do not begin with the first request at or after start. */
  readonly starts: readonly RunStart[];
  /** Windows that a partition does not cover: they are partial, and outside the verdict. */
  readonly gaps: readonly RunGap[];
}
