import { assignTasks } from '../../tasks/assign.ts';
import type { TaskPlan } from '../../tasks/task-plan.ts';
import type { World } from './world.ts';

/** Whose turn it is: ids of tasks, in a generation of the group. */
export interface GroupAssignment {
  readonly generation: number;
  readonly tasks: readonly string[];
}

interface Member {
  owned: readonly string[];
  seenMs: number;
}

const sessionTimeoutMs = 10_000;

/** A group's coordinator: who is a member, and who has which tasks. Everybody hears of a new generation in their time. */
export class SimulatedGroup {
  readonly #world: World;
  readonly #plan: TaskPlan;
  readonly #members = new Map<string, Member>();
  #generation = 0;
  #assignment: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(world: World, plan: TaskPlan) {
    this.#world = world;
    this.#plan = plan;
    this.#expire();
  }

  /**
   * A member says that it is there, and which generation it knows. Who is no member, or not any more, joins by it.
   *
   * @returns null: nothing is new to it
   */
  heartbeat(id: string, generation: number, owned: readonly string[]): GroupAssignment | null {
    const member = this.#members.get(id);
    this.#members.set(id, { owned, seenMs: this.#world.nowMs });
    if (member === undefined) this.#rebalance();
    else if (generation === this.#generation) return null;
    return { generation: this.#generation, tasks: this.#assignment.get(id) ?? [] };
  }

  leave(id: string): void {
    if (this.#members.delete(id)) this.#rebalance();
  }

  #rebalance(): void {
    this.#generation += 1;
    this.#assignment = assignTasks(
      this.#plan.map(({ id }) => id),
      [...this.#members].map(([id, { owned }]) => ({ id, owned })),
    );
  }

  #expire(): void {
    const silent = [...this.#members].filter(
      ([, { seenMs }]) => seenMs + sessionTimeoutMs < this.#world.nowMs,
    );
    for (const [id] of silent) this.leave(id);
    this.#world.after(null, 1_000, () => this.#expire());
  }
}
