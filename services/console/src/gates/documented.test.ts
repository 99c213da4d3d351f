/** What docs/deploying.md tells tools to ask is answered. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gatePaths } from './gate-routes.ts';

const page = readFileSync(new URL('../../../../docs/deploying.md', import.meta.url), 'utf8');
const manifests = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) => text);

test('the addresses in its manifests are those of the gates, and all gates are shown', () => {
  const shown = manifests
    .flatMap((manifest) => [...manifest.matchAll(/^ +(?:- )?url: (\S+)$/gm)])
    .map(([, url = '']) => new URL(url.replace('{{args.lane}}', ':lane')).pathname);
  assert.deepEqual(shown.toSorted(), [...gatePaths].toSorted());
});
