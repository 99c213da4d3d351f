import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** One call, as it came. */
export interface ReceivedCall {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** What was answered. */
  readonly status: number | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A webhook's receiver on a free port: remembers what it is sent, answers with the next of the statuses, then 200. */
export class Receiver {
  readonly url: string;
  /** To be answered, the first one first; null: no answer at all. */
  readonly statuses: (number | null)[] = [];
  readonly calls: ReceivedCall[] = [];

  private constructor(url: string) {
    this.url = url;
  }

  static async start(t: TestContext): Promise<Receiver> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const receiver = new Receiver(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=1`);
    server.on('request', (request: IncomingMessage, response) => {
      void readAll(request).then((text) => {
        const body = JSON.parse(text) as ReceivedCall['body'];
        const [status = 200] = receiver.statuses.splice(0, 1);
        receiver.calls.push({ headers: request.headers, text, body, status });
        if (status !== null) response.writeHead(status).end('noted');
      });
    });
    return receiver;
  }

  /** `identity state` of every call. */
  get seen(): readonly string[] {
    return this.calls.map(describe);
  }

  /** Of every call that was answered with 200. */
  get delivered(): readonly string[] {
    return this.calls.filter(({ status }) => status === 200).map(describe);
  }
}

function describe({ body }: ReceivedCall): string {
  return `${String(body['identity'])} ${String(body['state'])}`;
}

async function readAll(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
