import { SingleBar } from 'cli-progress';

/** How far something is, and in words. */
export interface BarProgress {
  readonly done: number;
  readonly of: number;
  readonly text: string;
}

/** Shows how far something is. */
export interface ProgressBar {
  update(progress: BarProgress): void;
  /** Leaves the last progress standing. */
  end(): void;
}

/** A bar that is drawn in place on a terminal; a line every few seconds anywhere else. */
export function progressBar(stream: NodeJS.WriteStream): ProgressBar {
  return stream.isTTY ? new Bar(stream) : new Lines(stream);
}

class Bar implements ProgressBar {
  readonly #bar: SingleBar;

  constructor(stream: NodeJS.WriteStream) {
    this.#bar = new SingleBar({
      stream,
      format: '  {bar}  {text}',
      barCompleteChar: '━',
      barIncompleteChar: '─',
      barsize: 18,
      fps: 5,
      hideCursor: true,
      emptyOnZero: true,
      gracefulExit: false, // signals are the command's
    });
    this.#bar.start(1, 0, { text: '' });
  }

  update({ done, of, text }: BarProgress): void {
    this.#bar.setTotal(of);
    this.#bar.update(done, { text });
  }

  end(): void {
    this.#bar.stop();
  }
}

const lineEveryMs = 3_000;

class Lines implements ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  #unwritten: string | null = null;
  #writtenMs = -Infinity;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  update({ text }: BarProgress): void {
    this.#unwritten = `  ${text}\n`;
    if (performance.now() - this.#writtenMs >= lineEveryMs) this.end();
  }

  end(): void {
    if (this.#unwritten !== null) this.#stream.write(this.#unwritten);
    this.#unwritten = null;
    this.#writtenMs = performance.now();
  }
}
