import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite, test, type TestContext } from 'node:test';
import { UserError } from '../user-error.ts';
import { type InitOptions, runInit } from './run-init.ts';

type Respond = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(context: TestContext, respond: Respond): Promise<string> {
  const server = createServer(respond).listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`;
}

const answering =
  (body: unknown): Respond =>
  (_request, response) =>
    void response.end(JSON.stringify(body));

async function optionsFor(context: TestContext, production: string, shadow: string): Promise<InitOptions> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-init-'));
  context.after(() => rm(folder, { recursive: true }));
  const exampleFile = join(folder, 'request.json');
  await writeFile(exampleFile, '{"income": 1.50}');
  const outputFile = join(folder, 'understudy.yaml');
  const same = { path: null, name: null, method: 'POST', force: false };
  return { production, shadow, exampleFile, outputFile, ...same };
}

suite('init', () => {
  test('asks production twice and the shadow once, with the example as it is, and writes what it found', async (context) => {
    const asked: unknown[] = [];
    const asking =
      (who: string, answer: unknown): Respond =>
      (request, response) => {
        void text(request).then((body) => {
          const { method, url, headers } = request;
          asked.push([who, method, url, body, headers['content-type'], headers['x-shadow-deployment']]);
          response.end(JSON.stringify(answer));
        });
      };
    const production = await serve(context, asking('production', { decision: 'approved' }));
    const shadow = await serve(context, asking('shadow', { decision: 'denied' }));
    const options = await optionsFor(context, production, shadow);
    const said = await runInit(options);

    const call = ['POST', '/predict', '{"income": 1.50}', 'application/json'];
    assert.deepEqual(asked, [
      ['production', ...call, undefined],
      ['production', ...call, undefined],
      ['shadow', ...call, 'true'],
    ]);
    assert.match(said, /text at \/decision/);
    assert.match(said, /differ on the example: \/decision is "approved" and "denied"/);
    const written = await readFile(options.outputFile, 'utf8');
    assert.match(written, /name: predict\n/);
    assert.match(written, /label: \/decision\n/);
  });

  test('a file that is there is written over only if asked, and no model is called before', async (context) => {
    const options = await optionsFor(context, 'http://127.0.0.1:1/predict', 'http://127.0.0.1:1/predict');
    await writeFile(options.outputFile, 'mine');
    await assert.rejects(runInit(options), /is there already: --force/);
    const model = await serve(context, answering({ label: 'a' }));
    await runInit({ ...options, production: model, shadow: model, force: true });
    assert.match(await readFile(options.outputFile, 'utf8'), /kind: class/);
  });

  const failing: Readonly<Record<string, { respond: Respond; says: RegExp }>> = {
    'another status': {
      respond: (_request, response) => void response.writeHead(404).end('no such model'),
      says: /^The shadow answered 404 at .*: no such model\n.*path.*example/,
    },
    'a redirect': {
      respond: (_request, response) => void response.writeHead(307, { location: '/' }).end(),
      says: /^The shadow answered 307/,
    },
    'no JSON': {
      respond: (_request, response) => void response.setHeader('content-type', 'text/html').end('<p>hello'),
      says: /^The shadow answered .*not with JSON \(text\/html\): <p>hello/,
    },
    'a broken connection': {
      respond: (request) => void request.socket.destroy(),
      says: /^The shadow does not answer at .*: UND_ERR_SOCKET\./,
    },
    'too much': {
      respond: (_request, response) => void response.end(JSON.stringify('x'.repeat(1024 * 1024))),
      says: /^The shadow answered more than 1 MiB/,
    },
  };
  for (const [what, { respond, says }] of Object.entries(failing)) {
    test(`${what}: says which model, where, and what came`, async (context) => {
      const production = await serve(context, answering({ label: 'a' }));
      const options = await optionsFor(context, production, await serve(context, respond));
      await assert.rejects(
        runInit(options),
        (error) => error instanceof UserError && says.test(error.message),
      );
      await assert.rejects(readFile(options.outputFile), { code: 'ENOENT' });
    });
  }

  test('nothing listens', async (context) => {
    const server = createServer().listen({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const gone = `http://127.0.0.1:${(server.address() as AddressInfo).port}/predict`;
    server.close();
    await once(server, 'close');
    const options = await optionsFor(context, gone, gone);
    await assert.rejects(runInit(options), /^UserError: Production does not answer .*nothing listens there/);
  });

  test('an example that is none', async (context) => {
    const options = await optionsFor(context, 'http://a/predict', 'http://a/predict');
    await assert.rejects(
      runInit({ ...options, exampleFile: 'no-such.json' }),
      /no-such\.json: there is no such file/,
    );
    await writeFile(options.exampleFile, 'income=1');
    await assert.rejects(runInit(options), /has to hold the body of one request, in JSON/);
  });
});
