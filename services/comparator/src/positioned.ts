import type { ProductionResult, ShadowResponse } from '@understudy/schemas-avro';

/** Production's result and where it stands; offset null: in the request's own record. */
export interface PositionedProduction {
  readonly offset: number | null;
  readonly result: ProductionResult;
}

export interface PositionedShadow {
  readonly offset: number;
  readonly response: ShadowResponse;
}
