import type { LaneReport, SegmentReport } from '../api.ts';
import type { PhaseReport } from './callers.ts';
import { affectedOf, type DemoResult } from './report.ts';
import type { Addresses } from './stage.ts';

/** What `understudy demo --json` prints, for programs. */
export interface DemoDocument {
  readonly requests: number;
  /** Callers who got no answer, or another one than 2xx. */
  readonly affected: number;
  /** What callers met before, while and after a shadow was dead. */
  readonly callers: readonly PhaseReport[];
  readonly lanes: readonly (Pick<LaneReport, LaneField> & {
    readonly segments: readonly Pick<SegmentReport, 'segment' | 'agreement' | 'compared'>[];
  })[];
  readonly addresses: Addresses;
}

type LaneField =
  'lane' | 'ledger' | 'corrected' | 'recovered' | 'balanced' | 'agreement' | 'verdict' | 'labels';

export function demoDocument(result: DemoResult): DemoDocument {
  const { requests, outage, lanes, addresses } = result;
  return {
    requests,
    affected: affectedOf(result),
    callers: outage.callers,
    lanes: lanes.map(
      ({ segments, lane, ledger, corrected, recovered, balanced, agreement, verdict, labels }) => {
        const inShort = segments.map(({ segment, agreement: of, compared }) => {
          return { segment, agreement: of, compared };
        });
        return {
          lane,
          ledger,
          corrected,
          recovered,
          balanced,
          agreement,
          verdict,
          labels,
          segments: inShort,
        };
      },
    ),
    addresses,
  };
}
