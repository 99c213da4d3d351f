import { laneOf } from '@understudy/domain';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { laneParams, problem } from '../schema-parts.ts';
import { type Export, type ExportFormat, exportFormats } from './exports.ts';
import type { ExportSelection } from './exported-pairs.ts';

export interface ExportRouteOptions {
  /** Null: too many are under way. */
  readonly exportPairs: (format: ExportFormat, selection: ExportSelection) => Promise<Export | null>;
  readonly hasLane: (lane: string) => boolean;
  readonly noSuchLane: (reply: FastifyReply) => FastifyReply;
}

const time = { type: 'integer', minimum: 0 } as const;

const schema = {
  params: laneParams,
  querystring: {
    type: 'object',
    required: ['format'],
    properties: {
      format: { type: 'string', enum: exportFormats },
      which: { type: 'string', enum: ['diverging', 'all'] },
      from: { ...time, default: 0 },
      to: { ...time, default: Number.MAX_SAFE_INTEGER },
    },
  },
  response: { '4xx': problem },
} as const;

interface Asked {
  readonly Params: { readonly lane: string };
  readonly Querystring: {
    readonly format: ExportFormat;
    readonly which?: ExportSelection['which'];
    readonly from: number;
    readonly to: number;
  };
}

/** A file is written before its first byte is sent, and a slow reader is waited for. */
const silenceLimitMs = 10 * 60_000;

/**
 * `GET /api/lanes/:lane/export?format=jsonl|parquet&which=diverging|all&from=ms&to=ms`: pairs of the store, of windows that begin in
 * [from, to). By default diverging ones as JSON lines, all as Parquet. `x-understudy-rows` says how many there will be.
 */
export function addExportRoute(app: FastifyInstance, options: ExportRouteOptions): void {
  const { exportPairs, hasLane, noSuchLane } = options;
  app.get<Asked>('/api/lanes/:lane/export', { schema }, async ({ params, query }, reply) => {
    const { lane } = params;
    if (!hasLane(lane)) return noSuchLane(reply);
    reply.raw.socket?.setTimeout(silenceLimitMs);
    const which = query.which ?? (query.format === 'jsonl' ? 'diverging' : 'all');
    const { format, from, to } = query;
    const experiment = laneOf(lane)?.experiment ?? '';
    const made = await exportPairs(format, { lane, experiment, which, from, to });
    if (made === null) {
      const message = 'Two exports are under way on this console; ask again when one of them is done.';
      return reply.code(503).header('retry-after', '10').send({ error: 'too-many-exports', message });
    }
    if (made.bytes !== null) reply.header('content-length', made.bytes);
    return reply
      .header('x-understudy-rows', made.rows)
      .header('content-disposition', `attachment; filename="${lane}.${format}"`)
      .type(made.contentType)
      .send(made.body);
  });
}
