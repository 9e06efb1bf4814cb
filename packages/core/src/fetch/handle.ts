import type { GatewayReply, GatewayRequest } from '../transport/gateway-request.ts';
import { requestOf } from './request.ts';
import { responseOf } from './response.ts';

/** Where and for whom a Fetch request is handled. */
export interface FetchOptions<Host> {
  /** Where the gateway is mounted, such as `/ai`; default none. */
  readonly prefix?: string;
  /** What `access.identify` sees as `host`; default the Request itself. */
  readonly host?: Host;
}

/** A Fetch request down the line; a 404 when it isn't ours. */
export async function handleFetch<Host>(
  handle: (request: GatewayRequest<Host>) => Promise<GatewayReply> | undefined,
  request: Request,
  { prefix = '', host = request as Host }: FetchOptions<Host> = {},
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const below = pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length) : undefined;
  const reply = below === undefined ? undefined : handle(requestOf(request, host, below));
  return reply === undefined ? new Response(null, { status: 404 }) : responseOf(await reply);
}
