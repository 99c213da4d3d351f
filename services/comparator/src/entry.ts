import type { ProductionResult } from '@understudy/schemas-avro';
import type { JoinedEntry } from './join.ts';
import type { ReadRequest, ReadShadowResponse } from './record-reader.ts';

/** A request, and its trace context as headers for records that come of it. */
export interface TracedRequest extends ReadRequest {
  readonly trace: Readonly<Record<string, string>>;
}

/** Production's result and where it stands; offset null: in the request's own record. */
export interface PositionedProduction {
  readonly offset: number | null;
  readonly result: ProductionResult;
}

export interface PositionedShadow {
  readonly offset: number;
  readonly response: ReadShadowResponse;
}

/** A sampled request with both its responses, as records know them; request null: it can't be read. */
export type Entry = JoinedEntry<TracedRequest | null, PositionedProduction, PositionedShadow>;
