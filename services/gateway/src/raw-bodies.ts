import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** While the body is read: the content type that the caller gave. */
    hiddenContentType: string | null;
  }
}

/**
 * Makes every body the bytes that came, whatever its content type. Fastify refuses malformed types before it asks a
 * parser, but what production makes of one is production's matter: the header is hidden until the body is read.
 */
export function takeRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.decorateRequest('hiddenContentType', null);
  app.addHook('onRequest', (request, _reply, done) => {
    request.hiddenContentType = request.raw.headers['content-type'] ?? null;
    delete request.raw.headers['content-type'];
    done();
  });
  app.addHook('preHandler', (request, _reply, done) => {
    if (request.hiddenContentType !== null) request.raw.headers['content-type'] = request.hiddenContentType;
    done();
  });
}
