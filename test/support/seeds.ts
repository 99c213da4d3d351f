/**
 * Runs something for seeds 1 to `count`, one after the other; for one alone where `UNDERSTUDY_SIM_SEED` names it. The first
 * that fails ends it, with an error that says how to run it again.
 */
export async function eachSeed(count: number, run: (seed: number) => Promise<void>): Promise<void> {
  const only = process.env['UNDERSTUDY_SIM_SEED'];
  const seeds = only === undefined ? Array.from({ length: count }, (_, n) => n + 1) : [Number(only)];
  for (const seed of seeds) {
    try {
      await run(seed);
    } catch (cause) {
      throw new Error(`seed ${seed} fails; UNDERSTUDY_SIM_SEED=${seed} runs it alone`, { cause });
    }
  }
}
