import { type Answer, haveEqualBodies } from '../answer.ts';
import { type Comparison, notComparable } from '../comparison.ts';
import { decodeUtf8 } from '../json/json-body.ts';
import { type Location, locate } from '../json/location.ts';
import { problemOf, type Reading } from '../reading.ts';
import { eventsIn } from '../text/event-stream.ts';
import { compareTexts } from './compare-text.ts';
import type { StreamPlan } from './stream-plan.ts';

/**
 * Streams are compared as the texts that their pieces make, however they were cut. Events without a piece, as those that say
 * why a stream ends, count nothing.
 */
export function compareStream(plan: StreamPlan, production: Answer, shadow: Answer): Comparison {
  const ours = streamedText(plan, production);
  const theirs = haveEqualBodies(production, shadow) ? ours : streamedText(plan, shadow);
  if (!ours.ok || !theirs.ok) return notComparable(problemOf(ours), problemOf(theirs));
  return compareTexts(plan, plan.text?.text ?? '', [[ours.value], [theirs.value]]);
}

function streamedText({ format, text, end }: StreamPlan, { body }: Answer): Reading<string> {
  const stream = decodeUtf8(body);
  if (stream === null) return { ok: false, reason: 'not-utf8' };
  const events = eventsIn(stream, format).filter((data) => data !== end);
  if (events.length === 0) return { ok: false, reason: 'stream-without-events' };
  const pieces: string[] = [];
  for (const data of events) {
    const piece = text === null ? data : pieceIn(data, text);
    if (piece === null) return { ok: false, reason: 'event-not-json' };
    pieces.push(piece);
  }
  return { ok: true, value: pieces.join('') };
}

/** Empty where the event has no text there; null if it is no JSON. */
function pieceIn(data: string, location: Location): string | null {
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch {
    return null;
  }
  const located = locate(event, location);
  return located.ok && typeof located.value === 'string' ? located.value : '';
}
