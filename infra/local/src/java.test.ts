import assert from 'node:assert/strict';
import test from 'node:test';
import { parseJavaVersion, requireJava } from './java.ts';

test('the feature release of Java, old and new way of writing it', () => {
  assert.equal(parseJavaVersion('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime Environment'), 17);
  assert.equal(parseJavaVersion('java version "1.8.0_292"'), 8);
  assert.equal(parseJavaVersion('openjdk version "25" 2025-09-16'), 25);
  assert.equal(parseJavaVersion('Unable to locate a Java Runtime.'), null);
});

test('without Java, one sentence says what to install', async (t) => {
  const before = process.env['JAVA_HOME'];
  t.after(() => {
    if (before === undefined) delete process.env['JAVA_HOME'];
    else process.env['JAVA_HOME'] = before;
  });
  process.env['JAVA_HOME'] = '/nowhere';
  await assert.rejects(
    requireJava(),
    /Kafka needs Java 17 or newer and `.*nowhere.*` does not run: install it \(.*apt-get install/,
  );
});
