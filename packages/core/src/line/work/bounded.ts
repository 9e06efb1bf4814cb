import type { Target, UpstreamCall } from '../../adapters/adapter.ts';
import { clientOf } from '../../adapters/index.ts';
import type { ChatRequest } from '../../chat/request.ts';
import type { Body } from '../../transport/body.ts';
import { bodyOf } from '../../transport/body-of.ts';
import type { LineExchange } from '../exchange.ts';

const NOTHING: readonly string[] = Object.freeze([]);

/** No model is asked for more than it can. */
const boundAt = ({ bound }: LineExchange, { maxOutputTokens }: Target): number | undefined =>
  bound === undefined || maxOutputTokens === undefined ? bound : Math.min(bound, maxOutputTokens);

/** The client's bytes with the bound that limits put on the answer, if they do, and what the client is told of it. */
export function boundedBody(
  exchange: LineExchange,
  body: Body,
  target: Target,
): { readonly body: Body; readonly told: readonly string[] } {
  const { line } = exchange;
  const bound = boundAt(exchange, target);
  const put = bound === undefined ? undefined : clientOf(target).bound(body.fields(), bound, target, exchange);
  if (bound === undefined || put === undefined) return { body, told: NOTHING };
  const [path, value] = put;
  const [member = path] = path.split('.');
  const bytes = body.edit(new Map([[member, value]]));
  return { body: bodyOf(bytes, line.settings.body), told: [`${path}=${typeof value === 'number' ? value : bound}`] };
}

/** The request with that bound; a host's hook may have put one below it. */
export function boundedChat(exchange: LineExchange, chat: ChatRequest, target: Target): ChatRequest {
  const bound = boundAt(exchange, target);
  if (bound === undefined) return chat;
  return { ...chat, maxOutputTokens: Math.min(chat.maxOutputTokens || bound, bound) };
}

/** What the client is told of it where its request is written anew, in the words of the target. */
export function toldOfBound(exchange: LineExchange, target: Target): readonly string[] {
  const bound = boundAt(exchange, target);
  if (bound === undefined) return NOTHING;
  const [path] = clientOf(target).bound(undefined, bound, target, exchange) ?? ['maxOutputTokens'];
  return [`${path}=${bound}`];
}

/** The call, with more that its client is told was put in. */
export const withInserted = (call: UpstreamCall, inserted: readonly string[]): UpstreamCall => ({
  ...call,
  inserted: [...call.inserted, ...inserted],
});
