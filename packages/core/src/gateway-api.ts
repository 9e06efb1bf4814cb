import type { ModelEntry } from './adapters/adapter.ts';
import type { WireFormat } from './adapters/format.ts';
import type { Caller, Declarative } from './config/types.ts';
import type { FetchOptions } from './fetch/handle.ts';
import type { ChatResult, StreamResult, WireAnswer } from './in-process/answers.ts';
import type { ChatOptions } from './in-process/chat-options.ts';
import type { Calling } from './in-process/request.ts';
import type { ToolSet } from './in-process/tools.ts';
import type { EntityKind } from './keys/records.ts';
import type { Events } from './kit/events.ts';
import type { GatewayEvents } from './line/events.ts';
import type { Explanation } from './line/explanation.ts';
import type { UpgradeOptions } from './line/session/upgrade-options.ts';
import type { LimitState } from './store/store.ts';
import type { GatewayReply, GatewayRequest } from './transport/gateway-request.ts';
import type { UpgradeRequest, UpgradeSocket } from './transport/web-socket.ts';

/** What goes on in a gateway right now. */
export interface GatewayStats {
  /** Requests that are not settled yet. */
  readonly open: number;
  /** Requests that were ours since the start. */
  readonly requests: number;
  readonly draining: boolean;
  /** Rows of the ledger and settlements that the store was not told yet. */
  readonly journal: number;
  /** Those that it will never be told: see the event `journal-lost`. */
  readonly lost: number;
}

/** A chat's body in some wire format. `model` and `stream` are read from here also for formats that carry them in the path. */
export type WireBody = Readonly<Record<string, unknown>> & { readonly model: string; readonly stream?: boolean };

/** A gateway: mounts call `handle`, its owner the rest. */
export interface Gateway<Host = unknown> {
  /** Undefined, at once, when the request isn't ours and the host goes on. Never rejects: a refusal is a reply. */
  handle(request: GatewayRequest<Host>): Promise<GatewayReply> | undefined;
  /** For hosts that speak Fetch. What isn't ours is a 404; `prefix` is where the gateway is mounted, default none. */
  fetch(request: Request, options?: FetchOptions<Host>): Promise<Response>;
  /** A chat in the canonical model, without HTTP, down the whole line. Rejects with GatewayError. */
  chat<const Tools extends ToolSet = ToolSet>(
    options: ChatOptions<Tools>,
    calling: Calling,
  ): Promise<ChatResult<Tools>>;
  /** The same as a stream of canonical events. Rejects with GatewayError when it can't begin. */
  stream<const Tools extends ToolSet = ToolSet>(
    options: ChatOptions<Tools>,
    calling: Calling,
  ): Promise<StreamResult<Tools>>;
  /** A chat in a wire format's own form, without HTTP, down the whole line. Never rejects: a refusal is an answer with its status. */
  call(format: WireFormat, body: WireBody, calling: Calling): Promise<WireAnswer>;
  /**
   * How such a request would be served, without a call: nothing is reserved or counted. `format`: of the body, default `openai-chat`. Rejects with
   * GatewayError.
   */
  explain(body: WireBody, calling: Calling & { readonly format?: WireFormat }): Promise<Explanation>;
  /**
   * Serves a WebSocket session: `server.on('upgrade', (request, socket, head) => { if (!gateway.upgrade(request, socket, head)) socket.destroy(); })`.
   * False, at once, when the path isn't ours, or the runtime has no WebSockets, and the host goes on. A refusal is an HTTP answer before the 101.
   * The prefix of the mount is not known here unless the mount says it: see {@link UpgradeOptions}.
   */
  upgrade(request: UpgradeRequest, socket: UpgradeSocket, head: Uint8Array, options?: UpgradeOptions): boolean;
  readonly events: Pick<Events<GatewayEvents>, 'on'>;
  stats(): GatewayStats;
  /**
   * The record of this kind and id in the store has changed: it is read again with the next request that it matters to. Changes that nobody tells of are
   * seen when what was read is no longer believed (`access.keys.ttl`).
   */
  forget(kind: EntityKind, id: string): void;
  /**
   * How the limits of a caller stand that hold whichever model is asked for, and with `model` those of that model; soft ones are not among them. Consumes
   * nothing. Rejects when the store can't be asked.
   */
  standing(caller: Caller, model?: string): Promise<readonly LimitState[]>;
  /** Names of models that may be asked for, as configured. */
  models(): readonly ModelEntry[];
  /** Replaces the declarative part of the configuration. Throws ConfigError and changes nothing when it is wrong; requests under way keep the old one. */
  reload(declarative: Omit<Declarative, 'access'>): void;
  /** Refuses new requests with 503 and waits, at most `ms`, for those under way. Resolves to how many were left. */
  drain(ms: number): Promise<number>;
  /** Tells the store what it was not told yet, for `ms` at the most; default 5,000. Resolves to how many entries are left. */
  flush(ms?: number): Promise<number>;
  /** Cancels what is under way, flushes the store and closes the connections to providers. */
  close(): Promise<void>;
}
