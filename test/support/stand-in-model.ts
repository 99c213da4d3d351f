import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';

/** Answers as a model server whose decision depends on the request's body. */
export function modelThat(decide: (body: string) => string): RequestListener {
  return (request, response) => {
    void text(request).then((body) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ decision: decide(body) }));
    });
  };
}
