import { hash } from 'node:crypto';
import type { Answer } from '@understudy/schemas-avro';
import { compareAnswers } from '@understudy/comparison';
import type { Entry, PositionedShadow } from '../entry.ts';
import { comparable } from '../judge.ts';
import type { WindowSettingsAt } from '../window-settings.ts';

/** One way in which a shadow might go wrong, put into recorded traffic. */
export interface Injection {
  readonly name: string;
  /** Share of the requests that are to be hit, of those that can be. */
  readonly share: number;
  /** The shadow's answers are production's own before anything is put in; else they are as recorded. */
  readonly onProduction: boolean;
  /** Requests that can be hit; null: all. */
  readonly segment: { readonly field: string; readonly value: string } | null;
  readonly effect: 'none' | 'another-answer' | 'slower' | 'failed';
}

const slowerByMs = 50;
/** Of production's, to take another request's from. */
const answersKept = 200;

/**
 * What is put in: nothing, to see how often alarms are false; answers of other requests, of all or of one segment; 50 ms; and
 * failures. Onto production's own answers, so that all that is found was put in.
 */
export function injectionsFor(segment: Injection['segment']): readonly Injection[] {
  const onto = { onProduction: true, segment: null };
  return [
    { ...onto, name: 'production against itself', share: 0, effect: 'none' },
    { ...onto, name: '1% of answers are another request’s', share: 0.01, effect: 'another-answer' },
    { ...onto, name: '10% of answers are another request’s', share: 0.1, effect: 'another-answer' },
    ...(segment === null
      ? []
      : [
          {
            ...onto,
            segment,
            name: `half of the answers of ${segment.field} = ${segment.value}`,
            share: 0.5,
            effect: 'another-answer' as const,
          },
        ]),
    { ...onto, name: `${slowerByMs} ms slower`, share: 1, effect: 'slower' },
    { ...onto, name: '10% of calls fail', share: 0.1, effect: 'failed' },
    { name: 'as recorded', share: 0, onProduction: false, segment: null, effect: 'none' },
  ];
}

/** Counts what it has put in. Which requests are hit depends on their ids alone. */
export class Injector {
  injected = 0;
  readonly #injection: Injection;
  readonly #settingsAt: WindowSettingsAt;
  /** The last answers of production's, the newest first: another request's is taken from them. */
  readonly #answers: Answer[] = [];

  constructor(injection: Injection, settingsAt: WindowSettingsAt) {
    this.#injection = injection;
    this.#settingsAt = settingsAt;
  }

  alter(entry: Entry): Entry {
    const answer = entry.production?.result.answer ?? null;
    // What was deferred is corrected by its recovery, which knows of no injection.
    if (answer === null || entry.shadow.response.status === 'deferred') return entry;
    this.#remember(answer);
    const latencyMs = entry.production?.result.latencyMs ?? 0;
    const before = this.#injection.onProduction ? answeredBy(entry.shadow, answer, latencyMs) : entry.shadow;
    const shadow = this.#isHit(entry) ? this.#hit(before, answer, entry.request.timeMs) : before;
    return { ...entry, shadow };
  }

  #isHit({ request }: Entry): boolean {
    const { segment, share, effect } = this.#injection;
    if (effect === 'none' || request.payload === null) return false;
    if (segment !== null) {
      const found = this.#settingsAt(request.timeMs).segments.of(request.payload.body);
      if (found.every(({ field, value }) => field !== segment.field || value !== segment.value)) return false;
    }
    const rank = parseInt(hash('sha256', `injected\0${request.payload.exchangeId}`).slice(0, 8), 16);
    return rank < share * 2 ** 32;
  }

  #hit(shadow: PositionedShadow, answer: Answer, timeMs: number): PositionedShadow {
    const { response } = shadow;
    switch (this.#injection.effect) {
      case 'none':
        return shadow;
      case 'another-answer': {
        const other = this.#another(answer, timeMs);
        if (other === undefined) return shadow;
        this.injected += 1;
        return { ...shadow, response: { ...response, answer: other } };
      }
      case 'slower':
        this.injected += 1;
        return { ...shadow, response: { ...response, latencyMs: (response.latencyMs ?? 0) + slowerByMs } };
      case 'failed':
        this.injected += 1;
        return { ...shadow, response: { ...response, status: 'failed', answer: null } };
    }
  }

  /**
   * One that says something else, as another class; where all of those at hand agree with it, one of another body: whether
   * that is found is the comparison's affair.
   */
  #another(answer: Answer, timeMs: number): Answer | undefined {
    const { plan } = this.#settingsAt(timeMs);
    const others = this.#answers.filter(({ body }) => !body.equals(answer.body));
    const says = (other: Answer): boolean =>
      compareAnswers(plan, comparable(answer), comparable(other)).outcome !== 'agree';
    return others.find(says) ?? others[0];
  }

  #remember(answer: Answer): void {
    // A copy: a view would hold the batch that it was fetched with.
    this.#answers.unshift({ ...answer, body: Buffer.from(answer.body) });
    this.#answers.length = Math.min(this.#answers.length, answersKept);
  }
}

function answeredBy(shadow: PositionedShadow, answer: Answer, latencyMs: number): PositionedShadow {
  return { ...shadow, response: { ...shadow.response, status: 'answered', reason: null, answer, latencyMs } };
}
