import { createHmac } from 'node:crypto';
import type { WebhookConfig } from '@understudy/config';
import type { Alert } from '@understudy/schemas-avro';

/**
 * What became of one call; the reason is for the log. Failed: it may succeed later. Refused: the receiver is there, and
 * says that it does not want this.
 */
export type WebhookResult =
  | { readonly outcome: 'delivered' }
  | { readonly outcome: 'failed'; readonly reason: string }
  | { readonly outcome: 'refused'; readonly reason: string };

/** Those below 500 that ask to come again. */
const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/** The alert as receivers get it: the record's fields, its evidence as JSON rather than as text of it. */
export function webhookBody(alert: Alert): string {
  return JSON.stringify({ ...alert, evidence: evidenceOf(alert) });
}

/** The topic is open to others: what they write as evidence may be any text. */
function evidenceOf({ evidence }: Alert): unknown {
  try {
    return JSON.parse(evidence);
  } catch {
    return evidence;
  }
}

/** `sha256=` and the HMAC of the body, in hex: whoever knows the secret can tell that the body is ours, and whole. */
function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/**
 * Posts one body, once. Any 2xx is delivered; a redirect is not followed. Never throws: what goes wrong is a result.
 */
export async function callWebhook(
  { url, secret, timeoutMs }: WebhookConfig,
  body: string,
  closed: AbortSignal,
): Promise<WebhookResult> {
  try {
    const response = await fetch(typeof url === 'string' ? url : url.reveal(), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'understudy',
        ...(secret && { 'x-understudy-signature': signatureOf(body, secret.reveal()) }),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closed, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    const { ok, status } = response;
    if (ok) return { outcome: 'delivered' };
    const isRefused = status < 500 && !passingStatuses.has(status);
    return { outcome: isRefused ? 'refused' : 'failed', reason: `it answered ${status}` };
  } catch (error) {
    return { outcome: 'failed', reason: reasonOf(error, timeoutMs) };
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
