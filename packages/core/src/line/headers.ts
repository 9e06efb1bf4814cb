import { headerName } from '../kit/header-name.ts';
import { isLoopbackAddress } from '../kit/loopback.ts';
import { formatUsd } from '../kit/money.ts';
import type { LineExchange } from './exchange.ts';
import { totalOf } from './price.ts';
import { quotaOf } from './quota.ts';

/** Longest value of a header that lists names; the rest is counted. */
const MAX_LIST = 1024;

function listed(names: readonly string[]): string {
  let text = '';
  for (const [index, name] of names.entries()) {
    // A path can hold a client's own text.
    const safe = headerName(name);
    if (text.length + safe.length > MAX_LIST) return `${text}, +${names.length - index} more`;
    text += text === '' ? safe : `, ${safe}`;
  }
  return text;
}

function exposesAll(exchange: LineExchange): boolean {
  const { expose } = exchange.line.settings;
  return expose === 'auto' ? isLoopbackAddress(exchange.request.remoteAddress) : expose === 'all';
}

/** The content type and the `x-postern-*` headers of a reply; see README for what each says. */
export function posternHeaders(
  exchange: LineExchange,
  contentType: string,
  dropped: readonly string[] = exchange.dropped,
): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': contentType, 'x-postern-request-id': exchange.id };
  if (dropped.length > 0) headers['x-postern-dropped'] = listed(dropped);
  if (exchange.inserted.length > 0) headers['x-postern-inserted'] = listed(exchange.inserted);
  if (exchange.unchecked) headers['x-postern-limits'] = 'unchecked';
  const { adapter, quota } = exchange;
  if (quota.length > 0 && adapter?.server.quota !== undefined)
    Object.assign(headers, adapter.server.quota(quotaOf(quota, exchange.line.platform.clock.now())));
  if (exchange.served !== undefined && exposesAll(exchange)) {
    const { shown } = exchange.served.deployment;
    headers['x-postern-model'] = shown.model;
    headers['x-postern-deployment'] = shown.deployment;
    headers['x-postern-attempts'] = String(exchange.attempts.length + (exchange.open === undefined ? 0 : 1));
    // Of a stream nobody knows yet.
    if (exchange.line.prices !== undefined && exchange.open === undefined) addCost(headers, exchange);
  }
  return headers;
}

/** In dollars: `0.00123`, `0.00123; estimated`, or `unpriced`. */
function addCost(headers: Record<string, string>, { attempts }: LineExchange): void {
  const { cost, unpriced, estimated } = totalOf(attempts);
  if (unpriced) headers['x-postern-cost'] = 'unpriced';
  else if (cost !== undefined) headers['x-postern-cost'] = formatUsd(BigInt(cost)) + (estimated ? '; estimated' : '');
}
