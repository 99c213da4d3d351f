import type { Stage, StageProgress, StandingStage } from './stage-progress.ts';

const longestGapMs = 30_000;

/**
 * Tells how long tasks have stood still although something waits for them, from looking at them again and again. It
 * compares what it saw itself, by one steady clock, so that no skew between this machine and the brokers matters; who
 * begins to watch begins at 0, and so does who could not look for 30 s: when Kafka was away, or the whole machine asleep,
 * nobody could move. A task that works off a backlog moves, however far behind it is; one that is idle has
 * nothing to do: neither stands.
 */
export class StandingClock {
  #lookedMs = -Infinity;
  #seen = new Map<string, { readonly window: number; readonly sinceMs: number }>();

  /**
   * @param stages - how everything is now
   * @param nowMs - of a clock that never goes back
   * @returns those that are behind, with how long they have stood, 0 for those that moved since the last look
   */
  look(stages: readonly StageProgress[], nowMs: number): readonly StandingStage[] {
    const behind = stages.filter(({ isBehind }) => isBehind);
    const before = nowMs - this.#lookedMs > longestGapMs ? new Map<string, never>() : this.#seen;
    this.#lookedMs = nowMs;
    this.#seen = new Map(
      behind.map((stage) => {
        const known = before.get(keyOf(stage));
        const hasMoved = known === undefined || known.window !== stage.window;
        return [keyOf(stage), { window: stage.window, sinceMs: hasMoved ? nowMs : known.sinceMs }];
      }),
    );
    return behind.map((stage) => {
      const forMs = nowMs - (this.#seen.get(keyOf(stage))?.sinceMs ?? nowMs);
      return { ...stage, forMs };
    });
  }
}

function keyOf({ stage, partition }: { readonly stage: Stage; readonly partition: number }): string {
  return `${stage}/${partition}`;
}
