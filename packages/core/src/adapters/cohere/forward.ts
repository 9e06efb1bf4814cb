import type { Body } from '../../transport/body.ts';
import type { Exchange, Inbound, Target, UpstreamCall } from '../adapter.ts';
import type { Operation } from '../format.ts';
import { PostCall } from '../post-call.ts';

const PATHS = { chat: '/v2/chat', embeddings: '/v2/embed', rerank: '/v2/rerank' } as const satisfies Partial<
  Record<Operation, string>
>;

/** The path of an operation, below a base URL without version: the row's own, with `{model}` filled in, or the format's. */
export const pathOf = (operation: keyof typeof PATHS, target: Target): string =>
  target.row.paths?.[operation]?.replaceAll('{model}', () => encodeURIComponent(target.model)) ?? PATHS[operation];

/** The headers of a call. Nothing of the client's request goes on. */
export const headersFor = (stream: boolean): Record<string, string> => ({
  'content-type': 'application/json',
  accept: stream ? 'text/event-stream' : 'application/json',
});

/** Pass-through: the client's bytes with the model exchanged, and what the row renames or refuses. */
export function forward(raw: Body, _inbound: Inbound, target: Target, exchange: Exchange): UpstreamCall {
  const fields = raw.fields();
  const changes = new Map<string, unknown>();
  const dropped: string[] = [];
  if (fields.get('model') !== target.model) changes.set('model', target.model);
  for (const name of target.row.drop ?? []) {
    if (!fields.has(name)) continue;
    changes.set(name, undefined);
    dropped.push(name);
  }
  const { rename } = target.row;
  const { stream } = exchange.peek;
  return new PostCall(
    target,
    stream,
    {
      path: pathOf('chat', target),
      headers: headersFor(stream),
      body: raw.edit(changes, rename),
    },
    dropped,
  );
}
