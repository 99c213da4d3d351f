import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import Fastify from 'fastify';
import { readPageFiles } from './page-files.ts';
import { addPageRoutes } from './page-routes.ts';

const app = Fastify();
addPageRoutes(app);

suite('the page’s files', () => {
  test('types are blanked out, line by line', () => {
    const files = readPageFiles();
    const module = files.get('main.ts')?.body ?? '';
    assert.match(module, /^import +\{ followLanes \} from '\.\/api\.ts';$/m);
    assert.doesNotMatch(module, /import type|: LaneView/);
    assert.equal(files.get('main.ts')?.contentType, 'text/javascript; charset=utf-8');
  });

  test('the page may load nothing from elsewhere, and says so', async () => {
    const { headers, body } = await app.inject('/');
    assert.match(String(headers['content-security-policy']), /^default-src 'none'; script-src 'self';/);
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe|data:|http/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.doesNotMatch(body, /https?:\/\/|<script>|style=/);
    for (const [name, file] of readPageFiles()) {
      if (name !== 'dom.ts' && name !== 'icon.svg') assert.doesNotMatch(file.body, /https?:\/\//, name);
    }
  });

  test('every file that the page names is there', async () => {
    const { body } = await app.inject('/');
    const named = [...body.matchAll(/"(\/page\/[^"]+)"/g)].map(([, path]) => path ?? '');
    assert.ok(named.length >= 4);
    for (const path of named) assert.equal((await app.inject(path)).statusCode, 200, path);
  });

  test('the pages of the docs that the page links to are there, as text', async () => {
    for (const [path, holds] of [
      ['/page/ledger.md', /^### `shadow-deferred`$/m],
      ['/page/statistics.md', /^\| `cohensKappa` /m],
    ] as const) {
      const { statusCode, headers, body } = await app.inject(path);
      assert.deepEqual([statusCode, headers['content-type']], [200, 'text/plain; charset=utf-8']);
      assert.match(body, holds);
    }
  });

  test('a browser that has a file is told that it is still the same', async () => {
    const { headers } = await app.inject('/page/theme.css');
    const again = await app.inject({ url: '/page/theme.css', headers: { 'if-none-match': headers.etag } });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
  });

  test('other files are not served', async () => {
    for (const path of ['/page/tsconfig.json', '/page/..%2Fpackage.json', '/page/none.ts']) {
      assert.equal((await app.inject(path)).statusCode, 404, path);
    }
  });
});
