import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { watchParent } from '../infra/local/src/parent-watch.js';

/** The project's root, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const OWN_NODE = `${ROOT}node_modules/node/bin/node`;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** Time for a child to stop what it has started, once whoever started us is gone. */
const STOP_WITHIN_MS = 60_000;

/** Whether the project has its own Node, and with it everything that was installed along. */
export function isInstalled() {
  return existsSync(OWN_NODE);
}

/**
 * Runs a source file on the Node that the project has installed for itself (the machine's may be too old for it): same input and output, signals passed on, stopped when
 * whoever started this process is gone. Resolves to its exit code.
 */
export function runOnOwnNode(file, args) {
  return runChild(OWN_NODE, [ROOT + file, ...args]);
}

/** Runs a command with signals passed on, stopped when whoever started this process is gone. Resolves to its exit code (128 + number after a signal). */
export function runChild(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...options.env, UNDERSTUDY_PARENT_PID: String(process.pid) };
    const child = spawn(command, args, { stdio: 'inherit', ...options, env });
    const passOn = (signal) => child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, passOn);
    const endWatch = watchParent(() => {
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      endWatch();
      for (const each of SIGNALS) process.off(each, passOn);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}
