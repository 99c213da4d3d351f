import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type PageFile, readPageFiles } from './page-files.ts';

/**
 * Everything that the page may do: run its own modules, apply its own style sheet, show its own icon, ask its own
 * server. Bodies of users' requests are shown on it, so nothing else, from wherever, may run or be fetched.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `GET /`: the page; `GET /page/:file`: what it consists of. */
export function addPageRoutes(app: FastifyInstance): void {
  const files = readPageFiles();

  app.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });

  app.get('/', (request, reply) => send(request, reply, files.get('index.html')));
  app.get<{ Params: { file: string } }>('/page/:file', (request, reply) =>
    send(request, reply, files.get(request.params.file)),
  );
}

function send(request: FastifyRequest, reply: FastifyReply, file: PageFile | undefined): FastifyReply {
  if (file === undefined) {
    reply.callNotFound();
    return reply;
  }
  const { contentType, body, etag } = file;
  // A browser asks each time, so that a new version is used at once, and gets the body only when it is new.
  reply.headers({ 'cache-control': 'no-cache', etag });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return reply.type(contentType).send(body);
}
