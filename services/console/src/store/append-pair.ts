import { type DuckDBAppender, MAP, mapValue, VARCHAR } from '@duckdb/node-api';
import type { DivergingPair } from '@understudy/schemas-avro';
import type { JudgedWindow, StoredPair } from './store-records.ts';

/** Of each body: who needs more finds it in the topic. */
export const maxBodyBytes: number = 64 * 1024;

const keptColumns = 11;
const segmentsType = MAP(VARCHAR, VARCHAR);

/** A row of `pairs`, in the order of its columns. */
export function appendPair(
  appender: DuckDBAppender,
  pair: StoredPair,
  { lane, windowStart, judgement, partition }: JudgedWindow & { readonly partition: number },
): void {
  appender.appendVarchar(lane);
  appender.appendBigInt(BigInt(windowStart));
  appender.appendInteger(judgement);
  appender.appendBoolean(pair.recovery);
  appender.appendBoolean(pair.agreed);
  appender.appendVarchar(pair.exchangeId);
  appendText(appender, pair.requestId);
  appender.appendInteger(partition);
  appender.appendBigInt(BigInt(pair.requestOffset));
  appendText(appender, pair.productionOutput);
  appendText(appender, pair.shadowOutput);
  if (pair.kept === null) for (let column = 0; column < keptColumns; column += 1) appender.appendNull();
  else appendKept(appender, pair.kept);
  appender.endRow();
}

function appendKept(appender: DuckDBAppender, kept: DivergingPair): void {
  appender.appendBigInt(BigInt(kept.requestTime));
  appender.appendDouble(kept.score);
  if (kept.productionOffset === null) appender.appendNull();
  else appender.appendBigInt(BigInt(kept.productionOffset));
  appender.appendBigInt(BigInt(kept.shadowOffset));
  appender.appendDouble(kept.productionLatencyMs);
  appender.appendDouble(kept.shadowLatencyMs);
  const segments = Object.entries(kept.segments).map(([key, value]) => ({ key, value }));
  appender.appendMap(mapValue(segments), segmentsType);
  appender.appendVarchar(JSON.stringify(kept.differences));
  for (const body of [kept.requestBody, kept.productionBody, kept.shadowBody])
    appender.appendBlob(body.subarray(0, maxBodyBytes));
}

function appendText(appender: DuckDBAppender, text: string | null): void {
  if (text === null) appender.appendNull();
  else appender.appendVarchar(text);
}
