import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

const run = promisify(execFile);
const maxOutputBytes = 16 * 2 ** 20;

export interface ComposeOptions {
  /** The folder of docker-compose.yml. */
  readonly root: string;
  /** Names everything that is made, so that it stands beside what runs already. */
  readonly name: string;
  /** Ends what is under way; `down` is not concerned. */
  readonly signal: AbortSignal;
}

/** The ports on this machine, by what docker-compose.yml calls them. */
interface Ports {
  readonly UNDERSTUDY_GATEWAY_PORT: number;
  readonly UNDERSTUDY_CONSOLE_PORT: number;
  readonly UNDERSTUDY_KAFKA_PORT: number;
  readonly UNDERSTUDY_REGISTRY_PORT: number;
}

/** What `docker inspect` says of a container, as far as it is asked for. */
export interface Container {
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: { readonly Status: string; readonly Health?: { readonly Status: string } };
  readonly Config: {
    readonly Image: string;
    readonly User: string;
    readonly Labels: Readonly<Record<string, string>>;
  };
  readonly HostConfig: {
    readonly Privileged: boolean;
    readonly ReadonlyRootfs: boolean;
    readonly CapAdd: readonly string[] | null;
    readonly CapDrop: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly Memory: number;
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string }[] | null>>;
  };
}

/** docker-compose.yml under a project name and on ports of its own. */
export class ComposeProject {
  readonly #options: ComposeOptions;
  readonly #ports: Ports;

  private constructor(options: ComposeOptions, ports: Ports) {
    this.#options = options;
    this.#ports = ports;
  }

  /** @throws Error that says what is missing, if there is no Docker that answers. */
  static async open(options: ComposeOptions): Promise<ComposeProject> {
    for (const question of [
      ['version', '--format', '{{.Server.Version}}'],
      ['compose', 'version'],
    ]) {
      await run('docker', question, { timeout: 20_000 }).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message.trim() : String(error);
        const needs = 'this test needs a Docker Engine of 25 or newer that answers, with Compose';
        throw new Error(`${needs} (${reason}); install or start it, then try again`, { cause: error });
      });
    }
    const [gateway = 0, console = 0, kafka = 0, registry = 0] = await freePorts(4);
    return new ComposeProject(options, {
      UNDERSTUDY_GATEWAY_PORT: gateway,
      UNDERSTUDY_CONSOLE_PORT: console,
      UNDERSTUDY_KAFKA_PORT: kafka,
      UNDERSTUDY_REGISTRY_PORT: registry,
    });
  }

  get gateway(): string {
    return `http://127.0.0.1:${this.#ports.UNDERSTUDY_GATEWAY_PORT}`;
  }

  get console(): string {
    return `http://127.0.0.1:${this.#ports.UNDERSTUDY_CONSOLE_PORT}`;
  }

  /** Builds the image. */
  async build(): Promise<void> {
    await this.#compose(['build'], 900_000);
  }

  /** Resolves when every container is healthy. */
  async up(): Promise<void> {
    await this.#compose(['up', '--detach', '--wait', '--wait-timeout', '240'], 300_000);
  }

  /** All containers, by service. */
  async containers(): Promise<ReadonlyMap<string, Container>> {
    const ids = (await this.#compose(['ps', '--all', '--quiet'])).split('\n').filter((id) => id !== '');
    const { stdout } = await this.#docker(['inspect', ...ids]);
    const all = JSON.parse(stdout) as readonly Container[];
    return new Map(all.map((each) => [each.Config.Labels['com.docker.compose.service'] ?? each.Name, each]));
  }

  /** Runs a shell command in a service's container. Resolves whatever becomes of it: it may end the container. */
  async shell(service: string, command: string): Promise<void> {
    await this.#compose(['exec', '--no-TTY', service, 'sh', '-c', command]).catch(() => undefined);
  }

  /** How the containers are and what they said last, for a person. */
  async report(): Promise<string> {
    return `${await this.#compose(['ps', '--all'])}\n${await this.#compose(['logs', '--tail', '15'])}`;
  }

  /** Stops and deletes everything that was made, data too; the image stays. */
  async down(): Promise<void> {
    await this.#docker(['compose', 'down', '--volumes', '--remove-orphans', '--timeout', '20'], {
      timeout: 120_000,
    });
  }

  async #compose(args: readonly string[], limitMs = 60_000): Promise<string> {
    const { signal } = this.#options;
    return (await this.#docker(['compose', '--ansi', 'never', ...args], { timeout: limitMs, signal })).stdout;
  }

  #docker(args: readonly string[], options: { timeout?: number; signal?: AbortSignal } = {}) {
    const ports = Object.entries(this.#ports).map(([name, port]) => [name, String(port)]);
    return run('docker', [...args], {
      cwd: this.#options.root,
      env: {
        ...process.env,
        ...(Object.fromEntries(ports) as Record<string, string>),
        COMPOSE_PROJECT_NAME: this.#options.name,
      },
      maxBuffer: maxOutputBytes,
      ...options,
    });
  }
}

/** Ports that nothing listens on now; all are taken before any is let go, so that they differ. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async (): Promise<Server> => {
      const server = createServer().listen({ port: 0, host: '127.0.0.1' });
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
