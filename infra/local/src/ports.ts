import { createServer } from 'node:net';

export const HOST = '127.0.0.1';

/** Below the range (32768 and up on Linux) from which the system takes ports for outgoing connections. */
const FIRST_OTHER_PORT = 20_000;
const OTHER_PORTS = 10_000;
const TRIES = 50;
const STARTS = 3;

/** True if nothing listens on the port now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Gives out ports that are free now, none twice. Another process may still be faster: see `startOnFreePorts`. */
export class PortPicker {
  readonly #given = new Set<number>();

  /** The usual port if it is free, else any other. */
  async usualOrAny(usual: number): Promise<number> {
    return (await this.#take(usual)) ? usual : this.any();
  }

  /** Exactly this port. Throws when it is taken or no port. */
  async exactly(port: number): Promise<number> {
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new RangeError(`${port} is not a port: 1 to 65535`);
    if (await this.#take(port)) return port;
    throw new Error(`port ${port} is in use: end what listens there or choose another one`);
  }

  async any(): Promise<number> {
    for (let i = 0; i < TRIES; i += 1) {
      const port = FIRST_OTHER_PORT + Math.floor(Math.random() * OTHER_PORTS);
      if (await this.#take(port)) return port;
    }
    throw new Error(`no free port found in ${TRIES} tries from ${FIRST_OTHER_PORT} up`);
  }

  async #take(port: number): Promise<boolean> {
    if (this.#given.has(port) || !(await isPortFree(port))) return false;
    this.#given.add(port);
    return true;
  }
}

/**
 * Starts something on ports that were free when they were chosen. A process listens seconds after that: if the start fails and one of its ports turns out to be taken, it
 * is tried again with a new choice, three times in all.
 */
export async function startOnFreePorts<Plan extends { readonly ports: readonly number[] }, Started>(
  choose: () => Promise<Plan>,
  start: (plan: Plan) => Promise<Started>,
): Promise<Started> {
  for (let starts = 1; ; starts += 1) {
    const plan = await choose();
    try {
      return await start(plan);
    } catch (error) {
      const areFree = await Promise.all(plan.ports.map(isPortFree));
      if (starts === STARTS || areFree.every(Boolean)) throw error;
    }
  }
}
