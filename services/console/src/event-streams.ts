import type { ServerResponse } from 'node:http';
import type { Counter, Gauge, Metrics } from '@understudy/telemetry';
import type { Lanes } from './lanes.ts';
import { runViews } from './run-view.ts';
import type { Runs } from './runs.ts';

export interface EventStreamsOptions {
  readonly lanes: Lanes;
  readonly runs: Runs;
  readonly metrics: Metrics;
  /** Streams open at once; default 100. */
  readonly maxStreams?: number;
  /** A client that has left so much unread is dropped at the next event; default 4 MiB. */
  readonly maxWaitingBytes?: number;
}

const defaultMaxStreams = 100;
const defaultMaxWaitingBytes = 4 * 1024 * 1024;
/** Changes that come within it are sent together, each lane once. */
const gatherMs = 250;
/** Below what proxies usually take for a dead connection, and below the server's own limit. */
const heartbeatMs = 15_000;
const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

/**
 * Lanes as server-sent events: all of them when a client comes (`event: lanes`), then each that has changed
 * (`event: lane`), or is not shown any more (`event: gone`); and all replays (`event: runs`), at first and when one of them
 * has changed. A client that comes back begins with all of them again, so nothing is kept for it. A client
 * that reads too slowly is dropped; a browser then comes back by itself.
 */
export class EventStreams {
  readonly #lanes: Lanes;
  readonly #runs: Runs;
  readonly #maxStreams: number;
  readonly #maxWaitingBytes: number;
  readonly #clients = new Set<ServerResponse>();
  readonly #changed = new Set<string>();
  readonly #sent: Counter;
  readonly #refused: Counter<'reason'>;
  readonly #open: Gauge;
  readonly #endListening: () => void;
  readonly #heartbeat: NodeJS.Timeout;
  #flush: NodeJS.Timeout | null = null;

  constructor({ lanes, runs, metrics, maxStreams, maxWaitingBytes }: EventStreamsOptions) {
    this.#lanes = lanes;
    this.#runs = runs;
    this.#maxStreams = maxStreams ?? defaultMaxStreams;
    this.#maxWaitingBytes = maxWaitingBytes ?? defaultMaxWaitingBytes;
    this.#sent = metrics.counter({
      name: 'understudy_console_events_total',
      help: 'Messages of one or more events sent, one for each client.',
    });
    this.#refused = metrics.counter({
      name: 'understudy_console_event_streams_refused_total',
      help: 'Event streams that were not opened (full) or were dropped (slow).',
      labels: ['reason'],
    });
    this.#open = metrics.gauge({
      name: 'understudy_console_event_stream_requests',
      help: 'Event streams open at this moment.',
    });
    this.#endListening = lanes.listen((lane) => this.#note(lane));
    runs.listen({ onShown: ({ lane }) => this.#note(lane), onHidden: (lane) => this.#note(lane) });
    this.#heartbeat = setInterval(() => this.#sendToAll(': still here\n\n'), heartbeatMs);
  }

  /** Streams to a client until it goes. False: there are too many; nothing was written. */
  open(response: ServerResponse): boolean {
    if (this.#clients.size >= this.#maxStreams) {
      this.#refused.inc({ reason: 'full' });
      return false;
    }
    this.#clients.add(response);
    this.#open.set(this.#clients.size);
    response.on('close', () => {
      this.#clients.delete(response);
      this.#open.set(this.#clients.size);
    });
    response.writeHead(200, headers);
    this.#send(response, `retry: 2000\n${event('lanes', { lanes: this.#lanes.all() })}${this.#runsEvent()}`);
    return true;
  }

  close(): void {
    this.#endListening();
    clearInterval(this.#heartbeat);
    if (this.#flush !== null) clearTimeout(this.#flush);
    for (const client of this.#clients) client.destroy();
  }

  #note(lane: string): void {
    if (this.#clients.size === 0) return;
    this.#changed.add(lane);
    this.#flush ??= setTimeout(() => this.#sendChanged(), gatherMs);
  }

  /** All in one piece: a client is judged by what it left unread since the piece before, not by this one's size. */
  #sendChanged(): void {
    this.#flush = null;
    const changed = [...this.#changed];
    this.#changed.clear();
    const events = changed.flatMap((lane) => {
      const view = this.#lanes.get(lane);
      if (view !== null) return event('lane', view);
      return this.#runs.isShown(lane) ? [] : event('gone', { lane });
    });
    if (changed.some((lane) => this.#isReplay(lane))) events.push(this.#runsEvent());
    if (events.length > 0) this.#sendToAll(events.join(''));
  }

  /** One that is shown, or was. */
  #isReplay(lane: string): boolean {
    return !this.#runs.isShown(lane) || (this.#runs.get(lane)?.kind ?? 'live') !== 'live';
  }

  #runsEvent(): string {
    return event('runs', { runs: runViews(this.#runs, this.#lanes) });
  }

  #sendToAll(text: string): void {
    for (const client of this.#clients) this.#send(client, text);
  }

  #send(client: ServerResponse, text: string): void {
    if (client.writableLength > this.#maxWaitingBytes) {
      this.#refused.inc({ reason: 'slow' });
      client.destroy();
      return;
    }
    client.write(text);
    this.#sent.inc();
  }
}

/** JSON has no line breaks of its own, so it is one line of data. */
function event(name: string, data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
