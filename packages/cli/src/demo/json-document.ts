import type { LaneReport, SegmentReport } from './api.ts';
import type { DemoResult } from './report.ts';
import type { Addresses } from './stage.ts';

/** What `understudy demo --json` prints, for programs. */
export interface DemoDocument {
  readonly requests: number;
  readonly lanes: readonly (Pick<LaneReport, 'lane' | 'ledger' | 'balanced' | 'agreement' | 'verdict'> & {
    readonly segments: readonly Pick<SegmentReport, 'segment' | 'agreement' | 'compared'>[];
  })[];
  readonly addresses: Addresses;
}

export function demoDocument({ requests, lanes, addresses }: DemoResult): DemoDocument {
  return {
    requests,
    lanes: lanes.map(({ lane, ledger, balanced, agreement, verdict, segments }) => {
      const inShort = segments.map(({ segment, agreement: of, compared }) => {
        return { segment, agreement: of, compared };
      });
      return { lane, ledger, balanced, agreement, verdict, segments: inShort };
    }),
    addresses,
  };
}
