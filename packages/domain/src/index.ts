export { nextBoundary, windowStart } from './window.ts';
