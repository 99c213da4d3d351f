import { afterEach } from 'node:test';

/**
 * For suites whose tests open clients: what is handed to the function returned is closed after each test, also
 * after one that failed; else its open connections would keep the test process alive. Call it in the suite.
 */
export function closeAfterEach(): (close: () => unknown) => void {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
  });
  return (close) => closing.push(close);
}
