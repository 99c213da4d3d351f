/**
 * Two real models on real mortgage applications, for the demo and the end-to-end tests.
 *
 * @example
 * ```ts
 * import { createModelServer, loadApplicants, loadModel, toApplication, trafficHalf } from '@understudy/example-mortgage';
 *
 * const app = createModelServer(loadModel('production'));
 * const address = await app.listen({ host: '127.0.0.1', port: 0 });
 * for (const applicant of trafficHalf(loadApplicants())) {
 *   await fetch(`${address}/predict`, {
 *     method: 'POST',
 *     headers: { 'content-type': 'application/json' },
 *     body: JSON.stringify(toApplication(applicant)),
 *   });
 * }
 * await app.close();
 * ```
 *
 * To run a model as a process of its own, start `modelServerFile` with Node; its flags are in server.ts.
 */
import { fileURLToPath } from 'node:url';

export { type Applicant, loadApplicants, toApplication } from './applicants.ts';
export type { Application, YesNo } from './application.ts';
export { loadModel, type Model, type ModelName, modelNames, type Prediction } from './model.ts';
export { createModelServer, type ErrorAnswer, type ModelServerOptions } from './model-server.ts';
export { trafficHalf } from './split.ts';

/** Path of the file that serves one model over HTTP. */
export const modelServerFile: string = fileURLToPath(new URL('./server.ts', import.meta.url));
