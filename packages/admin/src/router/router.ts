import { type Gateway, type GatewayReply, type GatewayRequest, keyCallers, type Store } from '@postern/core';
import { requestOf, responseOf } from '@postern/core/fetch';
import { AdminError } from '../errors.ts';
import { type AdminContext, type EntityChange, TIMEOUT } from '../operations/context.ts';
import { checked } from '../schema/check.ts';
import { forbidden, type Identity, isIdentity } from './access.ts';
import type { AdminCall, Route } from './call.ts';
import { DeploymentHealth } from './health.ts';
import { ifMatchOf } from './if-match.ts';
import { matcher } from './match.ts';
import { aboutKey, aboutUser, keyIn } from './me.ts';
import { readBody } from './read-body.ts';
import { type Answer, known, refusalOf, replyOf } from './reply.ts';
import { ME, ROUTES } from './routes.ts';

/** Settings of {@link adminRouter}. */
export interface AdminOptions<Host = unknown> {
  /**
   * Who asks, decided by the host for each request: its own session, token or network. Nothing, or what it throws, is 401. There is no default, and no
   * credential that is known to everybody.
   */
  readonly authorize: (request: GatewayRequest<Host>) => Identity | undefined | Promise<Identity | undefined>;
  /** The gateway's store. Needed where a gateway is given. */
  readonly store?: Store;
  /** Told after each change, such as to tell other processes that they forget what they remember; the gateway given here is told by itself. What it throws is ignored. */
  readonly onChange?: (change: EntityChange) => void;
  /** Templates of what is made without naming one, by kind. Default: none. A team's admin gets no other. */
  readonly templates?: AdminContext['templates'];
  /** Told of what failed and is not the client's doing: its answer is a 500 that tells nothing. Default: nobody is. */
  readonly onError?: (error: unknown) => void;
  /** Default: the real time. */
  readonly clock?: { now(): number };
  /** How long the store may take for a call. Milliseconds; default 5,000. */
  readonly timeout?: number;
}

/** The admin API, to be mounted by the host: `@postern/admin/node` has a handler for Express and node:http. */
export interface Admin<Host = unknown> {
  /** Answers everything below its mount. Never rejects. */
  handle(request: GatewayRequest<Host>): Promise<GatewayReply>;
  /** For hosts that speak Fetch. `prefix` is where it is mounted, such as `/admin`; default none. */
  fetch(request: Request, options?: { readonly prefix?: string; readonly host?: Host }): Promise<Response>;
  /** Stops listening to the gateway. */
  close(): void;
}

const NO_BODY: ReadonlySet<string> = new Set(['GET', 'DELETE']);

/**
 * The admin API over a gateway and its store, or over a store alone.
 * @throws TypeError without `authorize`, or without a store
 */
export function adminRouter<Host = unknown>(
  over: Gateway<never> | Gateway<Host> | Store,
  options: AdminOptions<Host>,
): Admin<Host> {
  if (typeof options?.authorize !== 'function')
    throw new TypeError(
      'adminRouter needs `authorize`: (request) => ({ actor, role }) or undefined. There is no default.',
    );
  const gateway = 'handle' in over ? (over as Gateway<never>) : undefined;
  const store = options.store ?? ('handle' in over ? undefined : over);
  if (store === undefined) throw new TypeError('adminRouter needs `store`: the one that the gateway has.');
  const health = gateway === undefined ? undefined : new DeploymentHealth(gateway);
  const find = matcher(ROUTES);
  const { clock, timeout, templates } = options;
  const callers = keyCallers(store.entities, clock ?? Date, timeout ?? TIMEOUT);

  /** The gateway reads again what it remembers of keys and people. */
  function onChange(change: EntityChange): void {
    gateway?.forget(change.kind, change.id);
    callers.forget(change.kind, change.id);
    options.onChange?.(change);
  }

  function contextOf(by: string): AdminContext {
    return {
      entities: store?.entities as Store['entities'],
      by,
      onChange,
      templates,
      ...(clock === undefined ? {} : { clock }),
      ...(timeout === undefined ? {} : { timeout }),
    };
  }

  async function identify(request: GatewayRequest<Host>): Promise<Identity> {
    let who: unknown;
    try {
      who = await options.authorize(request);
    } catch (error) {
      options.onError?.(error);
    }
    if (!isIdentity(who)) throw new AdminError('unauthenticated', 'Whoever asks is not known here.');
    return who;
  }

  async function about(request: GatewayRequest<Host>): Promise<Answer> {
    const key = keyIn(request);
    const who = key === undefined ? await identify(request) : undefined;
    const { model } = queryOf(ME, request.query) as { readonly model?: string };
    const asking = { context: contextOf(who?.actor ?? 'key'), store: store as Store, gateway, model };
    return key === undefined ? aboutUser(asking, who as Identity) : aboutKey(asking, callers, key);
  }

  async function answer(request: GatewayRequest<Host>): Promise<Answer> {
    const match = find(request.method, request.path);
    if (match?.route === ME) return about(request);
    const who = await identify(request);
    if (match === undefined) throw new AdminError('not_found', 'There is nothing at this path.');
    const { route, path, allow } = match;
    if (route === undefined) throw new MethodNotAllowed(allow);
    checkRole(route, who);
    const call = {
      who,
      context: contextOf(who.actor),
      store: store as Store,
      gateway,
      health,
      request: request as GatewayRequest,
      path,
    };
    return { status: route.status ?? 200, ...(await route.run({ ...call, ...(await takenBy(route, request)) })) };
  }

  async function handle(request: GatewayRequest<Host>): Promise<GatewayReply> {
    try {
      return replyOf(await answer(request));
    } catch (error) {
      if (known(error) === undefined) options.onError?.(error);
      return refusalOf(error, error instanceof MethodNotAllowed ? { allow: error.allow.join(', ') } : {});
    }
  }

  return {
    handle,
    async fetch(request, { prefix = '', host = request as Host } = {}) {
      const { pathname } = new URL(request.url);
      if (!pathname.startsWith(`${prefix}/`)) return new Response(null, { status: 404 });
      return responseOf(await handle(requestOf(request, host, pathname.slice(prefix.length))));
    },
    close: () => health?.stop(),
  };
}

class MethodNotAllowed extends AdminError {
  readonly allow: readonly string[];
  constructor(allow: readonly string[]) {
    super('method_not_allowed', `Here is ${allow.join(', ')} only.`);
    this.allow = allow;
  }
}

function checkRole(route: Route, { role }: Identity): void {
  if (route.for === 'any' || role === 'admin') return;
  if (route.for === 'viewer' && role === 'viewer') return;
  throw forbidden();
}

/** Query, body and If-Match as the route takes them. */
async function takenBy(
  route: Route,
  request: Pick<GatewayRequest, 'query' | 'header' | 'body'>,
): Promise<Pick<AdminCall, 'query' | 'body' | 'etag'>> {
  const query = queryOf(route, request.query);
  const etag = route.ifMatch === true ? ifMatchOf(request.header('if-match')) : undefined;
  if (route.body === undefined && NO_BODY.has(route.method)) return { query, body: undefined, etag };
  const given = await readBody(request);
  if (route.body === undefined) return { query, body: undefined, etag };
  if (given === undefined && route.bodyOptional === true) return { query, body: undefined, etag };
  return { query, body: checked(route.body, given), etag };
}

function queryOf({ query: schema }: Route, given: URLSearchParams): Readonly<Record<string, unknown>> {
  const names = [...given.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new AdminError('invalid_request', `${twice.slice(0, 60)}: stands twice in the query`, twice.slice(0, 60));
  if (schema === undefined) return {};
  return checked(schema, Object.fromEntries(given)) as Record<string, unknown>;
}
