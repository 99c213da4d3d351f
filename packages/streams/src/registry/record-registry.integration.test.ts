import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { after, before, test, type TestContext } from 'node:test';
import { Codec, liveRun, type Run } from '@understudy/schemas-avro';
import { testCluster, type TestCluster } from '../../../../test/support/cluster.ts';
import { RecordRegistry } from './record-registry.ts';
import { frame } from './wire-format.ts';

const run = liveRun({ lane: 'mortgage.boosted.live', start: 1_000, windowMs: 5_000 });
const runSchema = JSON.parse(new Codec<Run>('run').schemaText) as { fields: { name: string }[] };

let cluster: TestCluster;
let url: string;

before(async () => {
  cluster = await testCluster();
  url = cluster.registryUrl;
});

after(() => cluster.stop());

function freshTopic(): string {
  return `registry-test-${randomUUID()}.runs`;
}

/** Registers a version as another program would, by the registry's own API, under the rule the subject then has. */
async function registerAsAnother(topic: string, schema: object): Promise<number> {
  const path = `${url}/subjects/${topic}-value/versions`;
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  const answer = await fetch(path, {
    method: 'POST',
    headers,
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { id: number }).id;
}

function without(field: string): object {
  return { ...runSchema, fields: runSchema.fields.filter(({ name }) => name !== field) };
}

test('what is registered is written and read; registering again changes nothing', async () => {
  const topic = freshTopic();
  const writer = await RecordRegistry.open({ url });
  assert.throws(() => writer.encoder('run', topic), /not registered/);
  await writer.register('run', topic);
  await writer.register('run', topic);
  const versions = await fetch(`${url}/subjects/${topic}-value/versions`);
  assert.deepEqual(await versions.json(), [1]);
  const rule = await fetch(`${url}/config/${topic}-value`);
  assert.deepEqual(await rule.json(), { compatibilityLevel: 'BACKWARD_TRANSITIVE' });

  const bytes = writer.encoder('run', topic)(run);
  const reader = await RecordRegistry.open({ url });
  const first = reader.decode('run', bytes);
  assert.ok(first instanceof Promise);
  assert.deepEqual({ ...(await first) }, run);
  assert.deepEqual(atOnce(reader.decode('run', bytes)), run);

  const decodePart = reader.partDecoder('run', { fields: ['lane', 'end'], entries: [] });
  const { lane, end } = run;
  assert.deepEqual({ ...(await decodePart(bytes)) }, { lane, end });
  assert.deepEqual(atOnce(decodePart(bytes)), { lane, end });
  await assert.rejects(async () => decodePart(bytes.subarray(0, -1)), { code: 'unreadable' });
});

test('several services that register the same at once all succeed', async () => {
  const topic = freshTopic();
  const registries = await Promise.all(Array.from({ length: 6 }, () => RecordRegistry.open({ url })));
  await Promise.all(registries.map((registry) => registry.register('run', topic)));
  const bytes = new Set(registries.map((registry) => registry.encoder('run', topic)(run).toString('hex')));
  assert.equal(bytes.size, 1);
});

test('a compatible change is accepted, and what the old version wrote is read', async () => {
  const topic = freshTopic();
  const names = new Set(['lane', 'start', 'windowMs']);
  const fields = runSchema.fields.filter(({ name }) => names.has(name));
  const oldId = await registerAsAnother(topic, { ...runSchema, fields });
  const registry = await RecordRegistry.open({ url });
  await registry.register('run', topic);
  const oldBytes = Buffer.concat([
    Buffer.from([run.lane.length * 2]),
    Buffer.from(run.lane),
    longs(run.start, run.windowMs),
  ]);
  assert.deepEqual({ ...(await registry.decode('run', frame(oldId, oldBytes))) }, run);
});

test('an incompatible change is refused with subject and field, also when only an older version is in the way', async () => {
  const topic = freshTopic();
  await registerAsAnother(topic, without('windowMs'));
  const registry = await RecordRegistry.open({ url });
  await assert.rejects(registry.register('run', topic), {
    code: 'topic-mismatch',
    message: new RegExp(
      `subject ${topic}-value refuses .*Run\\.windowMs is new and has no default.*version 1`,
    ),
  });
  assert.throws(() => registry.encoder('run', topic), /not registered/);

  const olderTopic = freshTopic();
  const textEnd = { name: 'end', type: 'string' };
  await registerAsAnother(olderTopic, {
    ...runSchema,
    fields: runSchema.fields.map((field) => (field.name === 'end' ? textEnd : field)),
  });
  await registerAsAnother(olderTopic, without('end'));
  await assert.rejects(registry.register('run', olderTopic), { message: /Run\.end was .*version 1/ });
});

test('another compatibility, set by somebody, is not overruled', async () => {
  const topic = freshTopic();
  await registerAsAnother(topic, runSchema);
  const headers = { 'content-type': 'application/json' };
  await fetch(`${url}/config/${topic}-value`, { method: 'PUT', headers, body: '{"compatibility":"FULL"}' });
  const registry = await RecordRegistry.open({ url });
  await assert.rejects(registry.register('run', topic), {
    code: 'topic-mismatch',
    message: /FULL.*BACKWARD_TRANSITIVE/,
  });
});

test('an unknown id, another record and broken bytes are unreadable, each with its reason', async () => {
  const topic = freshTopic();
  const registry = await RecordRegistry.open({ url });
  await registry.register('run', topic);
  const bytes = registry.encoder('run', topic)(run);
  const unreadable = async (value: Buffer, message: RegExp): Promise<void> => {
    await assert.rejects(async () => registry.decode('run', value), {
      code: 'unreadable',
      retriable: false,
      message,
    });
  };
  await unreadable(
    frame(2_000_000_000, bytes.subarray(5)),
    /schema 2000000000: the registry does not have it/,
  );
  await unreadable(bytes.subarray(0, 12), /don't fit schema/);
  await unreadable(Buffer.concat([bytes, Buffer.from([1])]), /don't fit schema/);

  await registry.register('label', `${topic}.labels`);
  const encodeLabel = registry.encoder('label', `${topic}.labels`);
  const label = encodeLabel({ requestId: '1', experiment: 'mortgage', value: '{}', observedTime: 0 });
  await unreadable(label, /can't be read as one/);
  await unreadable(label, /can't be read as one/);
});

test('a registry that is away at start is waited for', async (t) => {
  const gate = await gateTo(t, url);
  await gate.close();
  const waits: number[] = [];
  const opening = RecordRegistry.open({
    url: gate.url,
    onWaiting: ({ waitedMs, error }) => {
      assert.equal(error.code, 'registry-unavailable');
      waits.push(waitedMs);
      if (waits.length === 2) void gate.open();
    },
  });
  await (await opening).register('run', freshTopic());
  assert.ok(waits.length >= 2);

  await gate.close();
  await assert.rejects(RecordRegistry.open({ url: gate.url, waitMs: 600 }), { code: 'registry-unavailable' });
});

test('a registry that goes away while running makes records wait, not unreadable', async (t) => {
  const topic = freshTopic();
  const writer = await RecordRegistry.open({ url });
  await writer.register('run', topic);
  const known = writer.encoder('run', topic)(run);
  const otherTopic = freshTopic();
  await writer.register('label', otherTopic);
  const unmet = writer.encoder(
    'label',
    otherTopic,
  )({ requestId: '1', experiment: 'e', value: '{}', observedTime: 0 });

  const gate = await gateTo(t, url);
  const reader = await RecordRegistry.open({ url: gate.url });
  await reader.decode('run', known);
  await gate.close();
  assert.deepEqual(atOnce(reader.decode('run', known)), run, 'a schema that was met needs no registry');
  await assert.rejects(async () => reader.decode('label', unmet), {
    code: 'registry-unavailable',
    retriable: true,
  });
  await gate.open();
  assert.equal((await reader.decode('label', unmet)).requestId, '1');
});

test('one id is asked for once, however many records wait for it; a miss is not asked for again', async (t) => {
  const topic = freshTopic();
  const writer = await RecordRegistry.open({ url });
  await writer.register('run', topic);
  const value = writer.encoder('run', topic)(run);
  const gate = await gateTo(t, url);
  const reader = await RecordRegistry.open({ url: gate.url });
  const schemaRequests = (): number =>
    gate.requests().filter((line) => line.includes('/schemas/ids/')).length;
  await Promise.all(Array.from({ length: 20 }, async () => reader.decode('run', value)));
  assert.equal(schemaRequests(), 1);
  const unknown = frame(2_000_000_000, Buffer.alloc(1));
  for (let i = 0; i < 5; i++)
    await assert.rejects(async () => reader.decode('run', unknown), { code: 'unreadable' });
  assert.equal(schemaRequests(), 2);
});

/** As a plain object, for comparing. */
function atOnce<T extends object>(decoded: T | Promise<T>): T {
  assert.ok(!(decoded instanceof Promise));
  return { ...decoded };
}

interface Gate {
  readonly url: string;
  open(): Promise<void>;
  /** Refuses connections and cuts those there are. */
  close(): Promise<void>;
  /** First lines of the HTTP requests that went through. */
  requests(): readonly string[];
}

/** A way to the registry that can be shut. */
async function gateTo(t: TestContext, target: string): Promise<Gate> {
  const { hostname, port, pathname } = new URL(target);
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  const server = createServer((socket) => {
    const upstream = connect(Number(port), hostname);
    socket.on('data', (chunk) =>
      requests.push(...(chunk.toString('latin1').match(/^[A-Z]+ \S+ HTTP/gm) ?? [])),
    );
    for (const one of [socket, upstream]) {
      sockets.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => sockets.delete(one));
    }
    socket.pipe(upstream).pipe(socket);
  });
  const open = async (at: number): Promise<void> => {
    await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  };
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  await open(0);
  const ownPort = (server.address() as AddressInfo).port;
  t.after(close);
  return {
    url: `http://127.0.0.1:${ownPort}${pathname}`,
    open: () => open(ownPort),
    close,
    requests: () => requests,
  };
}

/** Avro's longs: zigzag, then seven bits a byte. */
function longs(...values: number[]): Buffer {
  const bytes: number[] = [];
  for (let rest of values.map((value) => value * 2)) {
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}
