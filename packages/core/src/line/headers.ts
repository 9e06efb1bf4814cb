import { isLoopbackAddress } from '../kit/loopback.ts';
import { targetName } from '../router/router.ts';
import type { LineExchange } from './exchange.ts';

/** Longest value of a header that lists names; the rest is counted. */
const MAX_LIST = 1024;
/** Longest name in one; what follows is cut. */
const MAX_NAME = 128;

function listed(names: readonly string[]): string {
  let text = '';
  for (const [index, name] of names.entries()) {
    // A path can hold a client's own text: only what is safe in a header goes into one.
    const safe = name
      .slice(0, MAX_NAME)
      .replace(/[^\x21-\x7e]+/g, '_')
      .replaceAll(',', ';');
    if (text.length + safe.length > MAX_LIST) return `${text}, +${names.length - index} more`;
    text += text === '' ? safe : `, ${safe}`;
  }
  return text;
}

function exposesAll(exchange: LineExchange): boolean {
  const { expose } = exchange.line.settings;
  return expose === 'auto' ? isLoopbackAddress(exchange.request.remoteAddress) : expose === 'all';
}

/** The `x-postern-*` headers of a reply; see README for what each says. */
export function posternHeaders(
  exchange: LineExchange,
  dropped: readonly string[] = exchange.dropped,
): Record<string, string> {
  const headers: Record<string, string> = { 'x-postern-request-id': exchange.id };
  if (dropped.length > 0) headers['x-postern-dropped'] = listed(dropped);
  if (exchange.inserted.length > 0) headers['x-postern-inserted'] = listed(exchange.inserted);
  if (exchange.served !== undefined && exposesAll(exchange)) {
    headers['x-postern-model'] = listed([targetName(exchange.served.deployment.target)]);
    headers['x-postern-deployment'] = listed([exchange.served.deployment.id]);
    headers['x-postern-attempts'] = String(exchange.attempts.length + (exchange.open === undefined ? 0 : 1));
  }
  return headers;
}
