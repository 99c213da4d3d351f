/**
 * A real HTTP server for all stub shadows: `/MODEL/...` is answered by MODEL as `stubAnswer` says. Prints its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exitWhenParentIsGone } from '@understudy/infra-local';
import { stubAnswer } from './stub-model.ts';

exitWhenParentIsGone();

const server = createServer((request, response) => {
  request.resume();
  const model = request.url?.split('/')[1] ?? '';
  const exchangeId = String(request.headers['x-exchange-id']);
  const attempt = Number(request.headers['x-shadow-attempt']);
  const { delayMs, status, body } = stubAnswer(model, exchangeId, attempt);
  if (status === null) return; // the caller gives up
  setTimeout(() => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }, delayMs);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`stub shadows on port ${(server.address() as AddressInfo).port}\n`);
});
