import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { suite, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { boosted } from '../../test/lane-reports.ts';
import { liveView, type Progress } from './live-view.ts';

const lanes = ['mortgage.boosted.live', 'mortgage.repaired.live'];
const half: Progress = { requests: 1226, sent: 613, answered: 600, affected: 2, lanes: [], down: null };
const whole: Progress = { ...half, sent: 1226, answered: 1226, lanes: [boosted] };

/** What is written to a terminal of 80 columns, or to no terminal. */
function start({ isTTY }: { isTTY: boolean }) {
  const stream = new PassThrough({ encoding: 'utf8' });
  const terminal = isTTY ? { isTTY, columns: 80, rows: 24 } : {};
  const view = liveView({
    stream: Object.assign(stream, terminal) as unknown as NodeJS.WriteStream,
    lanes,
  });
  return { view, written: (): string => String(stream.read() ?? '') };
}

suite('the live view', () => {
  test('without a terminal: a line now and then, and the last progress', () => {
    const { view, written } = start({ isTTY: false });
    view.update(half);
    assert.equal(
      written(),
      '  sent 613 of 1,226, 600 answered, 2 users affected; boosted no window closed yet; repaired no window closed yet\n',
    );
    view.update(whole);
    assert.equal(written(), '');
    view.end();
    assert.equal(
      written(),
      '  sent 1,226 of 1,226, 1,226 answered, 2 users affected; boosted 1,226 sampled, 1,225 compared, 88.3% agree; ' +
        'repaired no window closed yet\n',
    );
    view.end();
    assert.equal(written(), '');
  });

  test('says that a shadow is down', () => {
    const { view, written } = start({ isTTY: false });
    view.update({ ...whole, down: boosted.lane });
    assert.match(
      written(),
      /; boosted killed; its requests wait in the log; repaired no window closed yet\n$/,
    );
  });

  test('on a terminal: a bar for what is sent and one for each lane, within 80 columns', () => {
    const { view, written } = start({ isTTY: true });
    view.update(whole);
    view.end();
    const lines = stripVTControlCharacters(written())
      .split('\n')
      .filter((line) => line.trim() !== '');
    assert.deepEqual(lines.slice(-3), [
      `  sent      ${'━'.repeat(18)}  1,226 of 1,226, 1,226 answered, 2 users affected`,
      `  boosted   ${'━'.repeat(18)}  1,226 sampled, 1,225 compared, 88.3% agree`,
      `  repaired  ${'─'.repeat(18)}  no window closed yet`,
    ]);
    assert.ok(lines.every((line) => line.length <= 80));
  });
});
