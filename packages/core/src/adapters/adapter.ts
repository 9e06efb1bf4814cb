import type { ChatEvent } from '../chat/events.ts';
import type { Fault } from '../chat/fault.ts';
import type { Need } from '../chat/needs.ts';
import type { MediaPart } from '../chat/parts.ts';
import type { ChatReply } from '../chat/reply.ts';
import type { ChatRequest, Role } from '../chat/request.ts';
import type { Usage } from '../chat/usage.ts';
import type { GatewayError } from '../kit/errors.ts';
import type { Body, Fields } from '../transport/body.ts';
import type { CallBody } from '../transport/byte-source.ts';
import type { WireRequest } from '../transport/dispatcher.ts';
import type { Frame } from '../transport/frame.ts';
import type { Framing } from '../transport/frame-reader.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import type { Shape } from '../transport/shape.ts';
import type { Operation, WireFormat } from './format.ts';
import type { ProviderRow } from './provider-row.ts';

/** What an adapter may see of the client's request besides its body. */
export interface Inbound {
  /** Parameters of the matched path, for instance `{ model: 'gemini-3-pro', action: 'generateContent' }`. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
}

/** All that routing, limits and features need to know of a body. */
export interface Peek {
  /** As the client asked for it. */
  readonly model: string;
  readonly stream: boolean;
  /** The client's own bound on answer tokens. */
  readonly maxOutputTokens?: number;
  /** How many answers; default 1. */
  readonly n?: number;
  /** How many answers the provider makes and bills, where that is more than it gives; default {@link n}. */
  readonly made?: number;
  /** Does the client ask for usage on the stream? (formats where that is an option) */
  readonly streamUsage?: boolean;
  /** Is reasoning asked for? Widens the first-token timer. */
  readonly reasoning?: boolean;
  /** Does the first content take long by nature, as images do? Widens the first-token timer as well. */
  readonly slow?: boolean;
  /** Fields of the request that make the provider dial out to hosts that the client names, such as remote MCP servers. */
  readonly remoteTools?: boolean;
  /** How the client wants its stream framed; default `sse`. A `json-array` never passes through: the encoder makes it from events. */
  readonly framing?: 'sse' | 'json-array';
  /** The adapter's own notes on how the client spelled things (old field names, deprecated forms), for its own render and encoder. Nobody else reads them. */
  readonly notes?: unknown;
}

/** One request on its way, as far as adapters may see it. */
export interface Exchange {
  readonly id: string;
  /** Unix seconds. */
  readonly created: number;
  /** The model as the client asked for it. */
  readonly model: string;
  readonly peek: Peek;
  /** What {@link ServerSide.echo} kept of the request, once it was read in full. */
  readonly echo?: unknown;
  /** A fresh id such as `chatcmpl-…`; unguessable, from the platform's randomness. */
  newId(prefix: string): string;
}

export type Prefill = 'rest' | 'whole';

/** Where an attempt goes. */
export interface Target {
  /** Provider id, as in the configuration. */
  readonly provider: string;
  /** The provider's own name of the model. */
  readonly model: string;
  readonly row: ProviderRow;
  /** The model's documented maximum of answer tokens, where known. */
  readonly maxOutputTokens?: number;
  /** What the model is known not to be capable of, of what requests can need; absent when nothing is known, and it is taken to be capable. */
  readonly lacks?: readonly Need[];
  /**
   * The model goes on with an answer whose beginning is given as the last message, and answers with the `rest` of it, or with the `whole` of it again.
   * Absent: it is not known to.
   */
  readonly prefill?: Prefill;
  /** Longest request in tokens, where known. */
  readonly contextWindow?: number;
}

/** A call to a provider before auth and base URL are put on. */
export interface UpstreamCall {
  readonly method: WireRequest['method'];
  /** Relative to the row's baseUrl, with query: `/chat/completions`. */
  readonly path: string;
  /** The path is the whole one at the provider's host, and not relative to baseUrl. */
  readonly wholePath?: true;
  /** Lower-case names; no credentials. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: CallBody;
  readonly stream: boolean;
  readonly target: Target;
  /** What the target can't express, as paths of the client's format where possible, such as `logit_bias`. */
  readonly dropped: readonly string[];
  /** What the target requires and the client did not give, as `name=value`. */
  readonly inserted: readonly string[];
  /** The adapter's own notes, to undo renames and the like when it reads the answer. */
  readonly memo?: unknown;
}

/** Turns canonical events into the bytes of one client stream. `push` gives '' when an event has no form of its own. */
export interface Encoder {
  readonly contentType: string;
  /** What could not be expressed so far. */
  readonly dropped: readonly string[];
  push(event: ChatEvent): Chunk;
  /** The in-band error of the format. Nothing that looks like a good end follows it. */
  fail(error: GatewayError): Chunk;
  /** What closes a good stream (`[DONE]`). */
  end(): Chunk;
}

/** Turns the frames of a provider's stream into canonical events. */
export interface Decoder {
  /** The answer is whole, though something may still follow (usage, the last event): a connection that ends from here on ends it well. */
  readonly whole: boolean;
  /** A frame that is broken JSON throws SyntaxError: the line withholds and counts it. */
  push(frame: Frame): ChatEvent[];
  /** After the last frame. Without a terminal event before it: a `fault` event of kind `incomplete`. */
  end(): ChatEvent[];
}

/** What one frame of a passing stream tells. */
export interface Metered {
  readonly usage?: Usage;
  /** The weight of text, reasoning and tool input (chat/weight.ts). */
  readonly content?: number;
  /** The frame tells of the answer without a character of it: the head of a tool call, media, sealed reasoning. Set only where `content` says nothing. */
  readonly spoke?: true;
  /** The answer is whole, though something may still follow (usage, the last event): a connection that ends from here on ends it well. */
  readonly terminal?: true;
  /** The format's own last event: nothing behind it belongs to the answer. A format that ends with its connection has none. */
  readonly last?: true;
  /** The provider closes its connection behind this, which is waited for no longer than behind a last event; but what does follow belongs to the answer. */
  readonly closes?: true;
  readonly fault?: Fault;
  /** Withhold the frame from the client. */
  readonly hide?: true;
  /** Send this instead of the frame (`compatible` rows only). */
  readonly replace?: Chunk;
}

/** Reads a passing answer on the side. */
export interface Meter {
  /** A whole answer; throws nothing. `replace`: the repaired body, to be serialised instead of the original bytes. */
  body(body: unknown): { usage?: Usage; fault?: Fault; replace?: unknown };
  /** Frames that only bring content, as far as they are known by now. */
  readonly shape?: Shape;
  /** A frame that is broken throws SyntaxError: the line withholds and counts it. */
  push(frame: Frame): Metered;
  /** Closes what is open, then the format's terminal event. */
  stop(reason: 'length'): Chunk;
  /** What the format's good end still lacks after the upstream closed (an unsent `[DONE]`); '' when nothing. */
  end?(): Chunk;
  /** In-band error, no terminal event. */
  fail(error: GatewayError): Chunk;
}

/** The side that a client speaks to us. */
export interface ServerSide {
  /** Throws RequestError `invalid_request` with `param` when a field that decisions rest on is missing or of the wrong type. */
  peek(fields: Fields, inbound: Inbound): Peek;
  /** Whom the request says it is made for; undefined: nobody. Absent: the format has no field for it. Asked only where limits go by it. */
  endUser?(fields: Fields): string | undefined;
  /** The session that the request says it belongs to, where the format has a field for that and not only for the end user. */
  session?(fields: Fields): string | undefined;
  /** The fields of the prompt, in the order in which the provider keeps its beginning for requests to come. */
  readonly prompt?: readonly string[];
  /** Throws RequestError `invalid_request`. `body` is parsed JSON and not to be changed. */
  parse(body: unknown, inbound: Inbound): ChatRequest;
  /** What an answer of this format repeats of its request, for its own render and encoder. `body` is parsed JSON and not to be changed. */
  echo?(body: unknown): unknown;
  /** Throws RequestError `operation_unsupported` for a request that only a provider of this very format can serve, since it rests on what that provider keeps. */
  needsOwn?(request: ChatRequest): void;
  render(reply: ChatReply, exchange: Exchange): { body: unknown; dropped: string[] };
  encoder(exchange: Exchange): Encoder;
  fault(
    error: GatewayError,
    exchange: Pick<Exchange, 'id'>,
  ): { status: number; headers: Record<string, string>; body: unknown };
  /** What is left of the caller's limits, as headers that clients of this format read. Default: none. */
  quota?(quota: Quota): Record<string, string>;
  /** The answer to a token count. `estimated`: counted by Postern, not by the provider. */
  count?(tokens: number, exchange: Exchange): unknown;
  /** The list of models, or one of them. */
  models?(models: readonly ModelEntry[], inbound: Inbound): unknown;
  model?(model: ModelEntry): unknown;
}

/** What is left of the limit of a kind that is nearest to its end. */
export interface QuotaState {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until there is room again, and the moment, in ms since the epoch. */
  readonly resetIn: number;
  readonly resetAt: number;
}

/** Limits of requests and of tokens that hold for a caller; undefined where there is none. */
export interface Quota {
  readonly requests?: QuotaState;
  readonly tokens?: QuotaState;
  readonly inputTokens?: QuotaState;
  readonly outputTokens?: QuotaState;
}

/** A model as `/v1/models` shows it. */
export interface ModelEntry {
  readonly id: string;
  /** Unix seconds; when the gateway was configured, where nothing better is known. */
  readonly created: number;
  readonly ownedBy: string;
}

/** The side that we speak to a provider. */
export interface ClientSide {
  /** How its streams are cut into frames. */
  readonly framing: Framing;
  render(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall;
  /**
   * Does this target take the medium as bytes only, though it stands here by URL? Then the line has the host fetch it before `render`; where nothing
   * fetches it, `render` throws RequestError `media_url_unsupported`. `role`: of its message. Default: no.
   */
  needsBytes?(part: MediaPart, role: Role, target: Target): boolean;
  /**
   * May the client's bytes go to this target as they are? Not when they hold what another provider left with the client on an earlier turn
   * and this one would refuse: then the request goes through the chat model. Default: yes.
   */
  passes?(raw: Body, target: Target): boolean;
  /** Pass-through: path, allow-listed headers, the model exchanged in the bytes, the row's renames and drops, stream usage switched on. */
  forward(raw: Body, inbound: Inbound, target: Target, exchange: Exchange): UpstreamCall;
  /**
   * Where a bound on the tokens of each answer stands in a body of this format: its path, for `x-postern-inserted`, and what the top-level member that
   * the path begins with becomes, of a body with these fields (undefined: of one that is being made). undefined: what stands there is bound enough.
   */
  bound(
    fields: Fields | undefined,
    tokens: number,
    target: Target,
    exchange: Exchange,
  ): readonly [path: string, value: unknown] | undefined;
  parse(body: unknown, call: UpstreamCall, exchange: Exchange): ChatReply | Fault;
  decoder(call: UpstreamCall, exchange: Exchange): Decoder;
  meter(call: UpstreamCall): Meter;
  /** A refused call. `text` is the raw body, capped. */
  fault(status: number, header: (name: string) => string | undefined, text: string): Fault;
  /** Token count by the provider, where it has an endpoint for it. */
  count?: {
    render(request: ChatRequest, target: Target, exchange: Exchange): UpstreamCall;
    parse(body: unknown): number | Fault;
  };
}

/** How clients of a format ask for an operation and are told of it, where that is not its canonical form. */
export interface OperationDialect {
  /** The request in the canonical form; `body` is parsed JSON and not to be changed. Throws RequestError `invalid_request`. */
  request(body: unknown, inbound: Inbound): unknown;
  /** The canonical answer in the client's form. `asked`: its own request. */
  answer(
    body: unknown,
    asked: unknown,
    exchange: Exchange,
    inbound: Inbound,
  ): { body: unknown; dropped: readonly string[] };
}

/** A non-chat operation in its canonical form (OpenAI's; of rerank Cohere's) and the provider's. */
export interface OperationSide {
  /** The form of this format's clients; absent: the canonical one. */
  readonly dialect?: OperationDialect;
  /** Throws RequestError `invalid_request`. `inbound`: for a format whose paths name what its bodies don't. */
  peek(fields: Fields, inbound?: Inbound): Peek;
  /** Does the request have the provider fetch something by its address? As {@link DialsOut.fetches}. Default: no. */
  fetches?(fields: Fields): boolean;
  /** Is the request a multipart/form-data one? `either`: or JSON. Default: JSON only. */
  readonly form?: 'only' | 'either';
  render(body: Body, target: Target, exchange: Exchange): UpstreamCall;
  /** How a good answer of this content type (lower case, '' when there is none) is read. Default: as JSON, always. */
  reads?(type: string, call: UpstreamCall): Reading;
  /** Of an answer that is JSON. */
  parse(body: unknown, call: UpstreamCall, exchange: Exchange): OperationResult | Fault | Again;
  /** Of `events`: reads the passing stream on the side. */
  meter?(call: UpstreamCall): Meter;
  /** What the request alone tells of the usage, for answers that tell none: bytes. */
  usage?(call: UpstreamCall): Usage | undefined;
}

/** The answer is not there yet: the same attempt goes on with this call, after so many ms. `parse` then reads its answer. */
export interface Again {
  readonly again: UpstreamCall;
  readonly afterMs: number;
}

/** How an answer is read: whole and parsed; or passed on as it comes, as bytes or as a stream of server-sent events. */
export type Reading = 'json' | 'bytes' | 'events';

/** The answer of an operation in the client's form. */
export interface OperationResult {
  /** JSON, unless `type` says otherwise. */
  readonly body: unknown;
  /** The content type of a `body` that is text or bytes, and sent as such. */
  readonly type?: string;
  readonly usage?: Usage;
}

/**
 * What makes a provider dial out to where the client says, as far as only the format knows it: nothing is validated yet, and parts that the chat
 * model has names for are not asked about.
 */
export interface DialsOut {
  /** Does the request name tool servers that the provider then calls (`features.remoteTools`)? `fields`: top-level members of a body. */
  callsServers(fields: Fields): boolean;
  /**
   * Does this have the provider fetch media or pages by their address (`features.remoteMedia`)? `part`: one of the conversation, or what of a part or
   * message has no name in the chat model; `tool`: one that the provider runs; `field`: of the request. Asked only where that is not enabled.
   */
  fetches(place: 'part' | 'tool' | 'field', value: unknown): boolean;
}

/** One wire format, both directions. Pure: no I/O, clock, randomness, environment or globals; all comes by arguments. */
export interface Adapter {
  readonly format: WireFormat;
  readonly server: ServerSide;
  readonly client: ClientSide;
  readonly dialsOut: DialsOut;
  readonly operations?: { readonly [Name in Operation]?: OperationSide };
}

/** Tells an {@link Again} from an answer. */
export function isAgain(value: object): value is Again {
  return 'again' in value;
}

/** Tells a {@link Fault} from a reply. */
export function isFault(value: object): value is Fault {
  return 'kind' in value && 'message' in value && !('choices' in value);
}
