import type { Alert } from '@understudy/schemas-avro';
import type { AlertView } from './views.ts';

const maxFiring = 100;
const maxResolved = 5;

/** The alerts of one lane: those that fire, and the few that ended last. */
export class LaneAlerts {
  /** By identity, in the order in which they began. */
  readonly #firing = new Map<string, AlertView>();
  #resolved: readonly AlertView[] = [];

  /** In the order of the log, where an alert that ends has the identity with which it began. */
  add({ identity, rule, state, windowStart, reason }: Alert): void {
    const view = { identity, rule, since: windowStart, reason };
    this.#firing.delete(identity);
    if (state === 'resolved') {
      const others = this.#resolved.filter((known) => known.identity !== identity);
      this.#resolved = [view, ...others].slice(0, maxResolved);
      return;
    }
    this.#firing.set(identity, view);
    const [oldest] = this.#firing.keys();
    if (this.#firing.size > maxFiring && oldest !== undefined) this.#firing.delete(oldest);
  }

  /** The newest first. */
  get firing(): readonly AlertView[] {
    return [...this.#firing.values()].toReversed();
  }

  /** The newest first; at most 5. */
  get resolved(): readonly AlertView[] {
    return this.#resolved;
  }
}
