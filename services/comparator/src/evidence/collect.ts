import { experimentText } from '@understudy/config';
import type { Divergence } from '@understudy/schemas-avro';
import { StreamsError } from '@understudy/streams';
import { clockToleranceMs } from '../join.ts';
import { divergencePlace, recordedWindows, recordsOf } from '../verify/recorded-windows.ts';
import { selectWindows } from '../verify/select-windows.ts';
import type { VerifySetup } from '../verify/verify-steps.ts';
import { addWindow } from './add-days.ts';
import { bundleFormat, type EvidenceBundle, type EvidenceDay, type RollbackPlan, sealed } from './bundle.ts';

/**
 * Puts together what the newest verdict of a lane rests on: reads its divergence records since its sums began, twice, and
 * holds a few numbers for each window.
 *
 * @throws StreamsError where no window was published, or the newest has no verdict
 */
export async function collectEvidence(
  { log, lane, settingsAt }: VerifySetup,
  rollback: RollbackPlan | null,
): Promise<EvidenceBundle> {
  const [step] = await selectWindows(log, lane, { kind: 'last', count: 1 });
  const window = step?.kind === 'published' ? step.window : null;
  const records =
    window === null ? [] : ((await recordsOf(log, lane, [window])).get(window.windowStart) ?? []);
  const [newest] = records;
  if (newest === undefined || newest.verdict === null) {
    throw new StreamsError('unreadable', `${lane.name} has published no verdict yet.`);
  }
  const settings = settingsAt(newest.windowStart);
  const days = await daysSince(newest.running.since ?? newest.windowStart, { log, lane });
  return sealed({
    format: bundleFormat,
    lane: lane.name,
    verdict: newest.verdict,
    windowEnd: newest.windowEnd,
    revision: settings.revision,
    experiment: experimentText(settings.experiment),
    configHash: settings.configHash,
    comparatorVersion: newest.receipt?.comparatorVersion ?? settings.comparatorVersion,
    records,
    days,
    rollback,
  });
}

async function daysSince(
  since: number,
  { log, lane }: Pick<VerifySetup, 'log' | 'lane'>,
): Promise<readonly EvidenceDay[]> {
  const place = divergencePlace(lane);
  const from = await log.offsetAtTime(place, since - clockToleranceMs);
  const windows = await recordedWindows(log, lane, from);
  const whole: Divergence[] = [];
  for await (const { key, value, offset } of log.read(place, { from })) {
    if (value === null || key?.toString() !== lane.name) continue;
    const record = await lane.codecs.decode('divergence', value);
    // Of a window that was judged several times, its newest record alone.
    if (record.windowStart >= since && windows.get(record.windowStart)?.from === offset)
      whole.push(withoutSums(record));
  }
  const days: EvidenceDay[] = [];
  for (const record of whole.toSorted((a, b) => a.windowStart - b.windowStart)) addWindow(days, record);
  return days;
}

/** What is added up of a window is its own; running sums are the greater part of a record. */
function withoutSums(record: Divergence): Divergence {
  return { ...record, running: { ...record.running, units: null, days: [] }, verdict: null, alerts: [] };
}
