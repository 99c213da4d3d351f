import { ProcessGroup } from '@understudy/infra-local';
import { describeError, describeExit } from './failure.ts';

/** What a command that starts processes works with. */
export interface Stage {
  readonly processes: ProcessGroup;
  /** Aborted, with the reason, when a signal asks for the end or a process ended by itself. */
  readonly signal: AbortSignal;
  /** Says that all is up and stays up until Ctrl-C, which is then no failure but the way to end: exit code 0. */
  readonly staysUp: () => void;
}

/** A signal asked for the end; the process group stops everything and exits. */
class StopRequested extends Error {}

/**
 * Runs `play` as this process, and stops whatever it started: when it is done, when a signal or the loss of the parent
 * asks for it at any moment, and when something fails. Then standard error says what, the logs stay until the next
 * start, and the exit code is 1.
 */
export async function onStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  const ending = new AbortController();
  const processes = new ProcessGroup({ onExit: (exit) => ending.abort(new Error(describeExit(exit))) });
  let isUp = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => ending.abort(new StopRequested()));
  }
  processes.installSignalHandlers(({ signal, exitCode }) => {
    process.exit(isUp && signal === 'SIGINT' ? 0 : exitCode);
  });
  const stage: Stage = { processes, signal: ending.signal, staysUp: () => (isUp = true) };
  try {
    await Promise.race([play(stage), aborted(ending.signal)]);
    await processes.stop();
  } catch (error) {
    const reason: unknown = ending.signal.aborted ? ending.signal.reason : error;
    if (reason instanceof StopRequested) {
      process.stderr.write('\nStopping everything.\n');
      return;
    }
    process.stderr.write(`\n${describeError(reason)}\n`);
    process.exitCode = 1;
    await processes.stop({ keepFolder: true });
  }
}

/** Never resolves; rejects with the signal's reason. */
function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return promise;
}
