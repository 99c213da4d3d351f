import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { resolveDistribution } from './distribution.ts';
import { atTestEnd, temporaryFolder } from './fixtures/start.ts';
import { ProcessGroup } from './process-group.ts';

test(
  'two first starts at once download once; what a third had left half-finished is gone',
  { timeout: 600_000 },
  async (t) => {
    const home = await temporaryFolder(t);
    await mkdir(join(home, 'dist', 'x.partial-1', 'kafka'), { recursive: true });
    const told: string[] = [];
    const resolveInto = async (): Promise<string> => {
      const processes = new ProcessGroup({ home });
      atTestEnd(t, () => processes.stop());
      const { kafkaClassPath, registryJar } = await resolveDistribution(processes, (text) => told.push(text));
      assert.equal(existsSync(registryJar), true);
      const jars = await readdir(dirname(kafkaClassPath));
      assert.ok(jars.includes('kafka_2.13-4.3.1.jar') && jars.includes('kafka-tools-4.3.1.jar'));
      return kafkaClassPath;
    };
    const [first, second] = await Promise.all([resolveInto(), resolveInto()]);
    assert.equal(first, second);
    assert.equal(told.filter((text) => text.startsWith('Downloading')).length, 1);
    assert.equal(told.filter((text) => text.includes('waiting')).length, 1);
    assert.equal((await readdir(join(home, 'dist'))).length, 1);
    assert.equal(await resolveInto(), first);
    assert.equal(told.length, 2);
  },
);
