import { count, interval } from '../format.ts';
import { ageText } from '../dead-letters/age.ts';
import { progressBar } from '../progress-bar.ts';
import type { Progress } from './progress.ts';

/** Shows how far a run is. */
export interface ProgressView {
  update(progress: Progress, note: string): void;
  /** Leaves the last progress standing. */
  end(): void;
}

/** `1,200 of 4,000 requests, 97.1% [95.9, 98.0] agree so far, 40 s left` */
export function progressText({ done, of, newest }: Progress, note: string): string {
  const agreement = newest[0]?.running.agreement ?? null;
  const found = agreement === null ? 'no window closed yet' : `${interval(agreement)} agree so far`;
  return `${count(done)} of ${count(of)} requests, ${found}${note === '' ? '' : `, ${note}`}`;
}

/** From what was done since the first look; empty where there is nothing to tell by. */
export class TimeLeft {
  #first: { readonly atMs: number; readonly done: number } | null = null;

  text({ done, of }: Progress, nowMs: number): string {
    this.#first ??= { atMs: nowMs, done };
    const more = done - this.#first.done;
    if (more <= 0 || done >= of) return '';
    return `${ageText(((nowMs - this.#first.atMs) / more) * (of - done))} left`;
  }
}

/** A bar that is drawn in place on a terminal; a line every few seconds anywhere else. */
export function progressView(stream: NodeJS.WriteStream): ProgressView {
  const bar = progressBar(stream);
  return {
    update: (progress, note) =>
      bar.update({ done: progress.done, of: progress.of, text: progressText(progress, note) }),
    end: () => bar.end(),
  };
}
