import type { ExperimentConfig } from '@understudy/config';
import type { Producer, ServedExchange, ServedRequest, ServedResult } from '../src/index.ts';
import { BodyKeeper } from '../src/recording/kept-body.ts';
import { clientConfig } from './config.ts';

/** An exchange as it would be recorded. */
export interface Seen {
  readonly request: ServedRequest;
  result: ServedResult | null;
}

const captureBytes = 100_000;

/** Keeps what it is told, in the place of a producer that publishes it. */
export class SeenProducer implements Producer {
  readonly exchanges: Seen[] = [];
  readonly experiment: ExperimentConfig;
  isClosed = false;

  constructor() {
    const [experiment] = clientConfig().experiments;
    if (experiment === undefined) throw new Error('no experiment');
    this.experiment = experiment;
  }

  begin(request: ServedRequest): ServedExchange {
    const seen: Seen = { request, result: null };
    this.exchanges.push(seen);
    return {
      exchangeId: String(this.exchanges.length),
      keeper: () => this.keeper(),
      end: (result) => {
        seen.result ??= result;
      },
    };
  }

  record({ request, response }: Parameters<Producer['record']>[0]): void {
    this.begin(request).end(response);
  }

  keeper(): BodyKeeper {
    return new BodyKeeper(captureBytes, () => true);
  }

  report(): ReturnType<Producer['report']> {
    return { published: 0, lost: {}, pending: 0 };
  }

  obstacle(): null {
    return null;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
