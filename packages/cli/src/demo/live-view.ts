import { MultiBar, type SingleBar } from 'cli-progress';
import type { LaneReport } from '../api.ts';
import { count, percent, shadowOf } from '../format.ts';

/** How far the demo is. */
export interface Progress {
  /** Requests to be sent. */
  readonly requests: number;
  readonly sent: number;
  readonly answered: number;
  readonly affected: number;
  /** As the console has them; a lane that has not closed a window yet is missing. */
  readonly lanes: readonly Pick<LaneReport, 'lane' | 'ledger' | 'agreement'>[];
  /** The lane whose shadow is dead at the moment. */
  readonly down: string | null;
}

/** Shows how far the demo is. */
export interface LiveView {
  update(progress: Progress): void;
  /** Leaves the last progress standing. */
  end(): void;
}

export interface LiveViewOptions {
  readonly stream: NodeJS.WriteStream;
  /** Names of all lanes. */
  readonly lanes: readonly string[];
}

/** Bars that are drawn in place on a terminal; a line every few seconds anywhere else. */
export function liveView(options: LiveViewOptions): LiveView {
  return options.stream.isTTY ? new Bars(options) : new Lines(options);
}

/** With the texts beside it, 80 columns. No colours: the library counts them as columns. */
const barColumns = 18;
const framesPerSecond = 5;

/** One bar for what is sent, and one a lane for what was sampled of it. */
class Bars implements LiveView {
  readonly #bars: MultiBar;
  readonly #sent: SingleBar;
  readonly #lanes: ReadonlyMap<string, SingleBar>;

  constructor({ stream, lanes }: LiveViewOptions) {
    const names = ['sent', ...lanes.map(shadowOf)];
    const nameColumns = Math.max(...names.map((name) => name.length));
    this.#bars = new MultiBar({
      stream,
      format: '  {name}  {bar}  {text}',
      barCompleteChar: '━',
      barIncompleteChar: '─',
      barsize: barColumns,
      fps: framesPerSecond,
      hideCursor: true,
      emptyOnZero: true,
      gracefulExit: false, // signals are the demo's
    });
    const bar = (name: string): SingleBar =>
      this.#bars.create(1, 0, { name: name.padEnd(nameColumns), text: '' });
    this.#sent = bar('sent');
    this.#lanes = new Map(lanes.map((lane) => [lane, bar(shadowOf(lane))]));
  }

  update(progress: Progress): void {
    this.#sent.setTotal(progress.requests);
    this.#sent.update(progress.sent, { text: sentText(progress) });
    for (const [name, bar] of this.#lanes) {
      const lane = progress.lanes.find((found) => found.lane === name);
      bar.setTotal(progress.requests);
      bar.update(lane?.ledger.sampled ?? 0, { text: laneText(lane, name === progress.down) });
    }
  }

  end(): void {
    this.#bars.stop();
  }
}

const lineEveryMs = 3_000;

class Lines implements LiveView {
  readonly #options: LiveViewOptions;
  #unwritten: Progress | null = null;
  #writtenMs = -Infinity;

  constructor(options: LiveViewOptions) {
    this.#options = options;
  }

  update(progress: Progress): void {
    this.#unwritten = progress;
    if (performance.now() - this.#writtenMs >= lineEveryMs) this.#write(progress);
  }

  end(): void {
    if (this.#unwritten !== null) this.#write(this.#unwritten);
  }

  #write(progress: Progress): void {
    const lanes = this.#options.lanes.map((name) => {
      const lane = progress.lanes.find((found) => found.lane === name);
      return `${shadowOf(name)} ${laneText(lane, name === progress.down)}`;
    });
    this.#options.stream.write(`  ${[`sent ${sentText(progress)}`, ...lanes].join('; ')}\n`);
    this.#unwritten = null;
    this.#writtenMs = performance.now();
  }
}

function sentText({ requests, sent, answered, affected }: Progress): string {
  return `${count(sent)} of ${count(requests)}, ${count(answered)} answered, ${count(affected)} users affected`;
}

function laneText(lane: Progress['lanes'][number] | undefined, isDown: boolean): string {
  if (isDown) return 'killed; its requests wait in the log';
  if (lane === undefined) return 'no window closed yet';
  const { ledger, agreement } = lane;
  const { sampled, compared } = ledger;
  return `${count(sampled)} sampled, ${count(compared)} compared, ${percent(agreement.estimate)} agree`;
}
