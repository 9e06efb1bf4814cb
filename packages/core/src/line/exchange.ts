import type { Adapter, Exchange, Inbound, Peek, Target } from '../adapters/adapter.ts';
import type { Reference, ResourceKind } from '../adapters/resources.ts';
import type { Route } from '../adapters/routes.ts';
import type { Fault } from '../chat/fault.ts';
import type { Needs } from '../chat/needs.ts';
import type { ChatRequest } from '../chat/request.ts';
import type { Usage } from '../chat/usage.ts';
import type { Caller } from '../config/types.ts';
import type { CancelListener } from '../kit/cancel.ts';
import { ClientGone, isGatewayError, type LimitError, UpstreamError } from '../kit/errors.ts';
import { newId, requestId } from '../kit/id.ts';
import type { Placed } from '../kit/placed-list.ts';
import type { DecisionRecord } from '../router/decision.ts';
import type { Deployment } from '../router/deployment.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Question } from '../router/question.ts';
import type { AttemptRecord, LimitState, Reservation } from '../store/store.ts';
import type { Body } from '../transport/body.ts';
import type { GatewayRequest } from '../transport/gateway-request.ts';
import type { Spool } from '../transport/spool.ts';
import type { GoingOn } from './continue/going-on.ts';
import type { Keyed } from './keyed.ts';
import type { Line } from './line.ts';
import type { MediaCache } from './media/cache.ts';
import type { Held, OpenAttempt, ShadowCopy } from './outcome.ts';
import type { RelayUpload } from './relay/upload.ts';
import type { AnswerStream, Interpreter } from './stream/answer-stream.ts';
import type { Watch } from './stream/watch.ts';
import type { Kept } from './tokens/kept-text.ts';

/** Milliseconds that a call is read on behind a client that left. */
const DRAIN = 60_000;

const UNREAD: Peek = { model: '', stream: false };

/** May the first token of an answer be long in coming, by what is asked for? */
export const takesLong = ({ reasoning, slow }: Peek): boolean => reasoning === true || slow === true;

const NONE: readonly string[] = Object.freeze([]);
const NO_PLACES: readonly Deployment[] = Object.freeze([]);
const NO_QUOTA: readonly LimitState[] = Object.freeze([]);
const NO_KEYS: Readonly<Record<string, string>> = Object.freeze({});
const ignore = (): void => {};
const never = (): boolean => false;

/**
 * One request on its way down the line: what each step found, for the steps after it.
 * It owns `settle`, which runs once, whoever calls it first.
 */
export class LineExchange implements Exchange, CancelListener, Placed {
  place = -1;
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly line: Line;
  readonly route: Route;
  readonly request: GatewayRequest;
  /** The client's format; undefined for canonical requests in process. */
  readonly adapter: Adapter | undefined;

  // Filled by the steps, in their order.
  caller: Caller | undefined;
  body: Body | undefined;
  /** Where the files of its form are, or still come from; let go of when the request is settled. */
  upload: Pick<Spool, 'remove'> | undefined;
  peek: Peek = UNREAD;
  /** Aliases that it names in place of the configured fallbacks; an empty list: none. */
  fallbacks: readonly string[] | undefined;
  /** Whom its body says it is made for, where limits go by that and the caller names nobody. */
  endUser: string | undefined;
  /** The request in the canonical model, once a step needed it. */
  chat: ChatRequest | undefined;
  echo: unknown;
  /** What the host fetched for it, once a target needed that. */
  media: MediaCache | undefined;
  /** A body that is passed on as it comes. */
  passing: RelayUpload | undefined;
  /** Of a list that is read page by page: what is asked for instead of the client's query. */
  page: Readonly<Record<string, string>> | undefined;
  /** What of the answer the provider keeps: its id will be the caller's. */
  keeps: ResourceKind | undefined;
  /** An id that the request names and that is not the caller's: no provider that would know it may be asked. */
  unclaimed: Reference | undefined;
  /** Where what the request names is kept: it goes there and nowhere else. */
  home: Deployment | undefined;
  /** What the policy that it asks for read out of it. */
  policy: Question['policy'];
  plan: readonly PlannedAttempt[] = [];
  /** Names of the only deployments that a hook of the host left for it. */
  allowed: readonly string[] | undefined;
  /** How it was planned, where somebody may ask. */
  decision: DecisionRecord | undefined;
  /** Where it could have gone, as {@link decision} tells. */
  candidates: readonly Deployment[] = NO_PLACES;
  /** What the strategies went by, by the id of deployments. */
  scores: ReadonlyMap<string, number> | undefined;
  /** Why deployments were left out of that, by their id. */
  leftOut: Map<string, string> | undefined;
  /** What it needs of a model, and tokens of its text, where the plan was made by that. */
  needs: { readonly needs: Needs; readonly text: number } | undefined;
  /** It is only asked how it would be served: nothing is called, reserved or counted. */
  dry = false;
  /** What is sent once more when it is answered. */
  copy: ShadowCopy | undefined;
  /** It is such a copy itself. */
  isCopy = false;
  /** Its `Idempotency-Key`, which nobody used before. */
  keyed: Keyed | undefined;
  /** Tokens that each answer is bound to on the wire, since no more could be reserved. */
  bound: number | undefined;
  reserved = false;
  /** What was reserved over the scopes of the caller and the model; undefined while nothing limits the request. */
  hold: Held | undefined;
  /** What is left of the limits of this request, as of when it was admitted. */
  quota: readonly LimitState[] = NO_QUOTA;
  /** The reservation of the attempt under way over where it goes, if that is limited. */
  held: Held | undefined;
  /** The store could not be asked about limits that are open then. */
  unchecked = false;
  /** What the request, and the attempt under way, would have reserved over: counted afterwards. */
  uncounted: Reservation['scopes'] | undefined;
  uncountedHold: Reservation['scopes'] | undefined;
  readonly attempts: AttemptRecord[] = [];
  /** Calls that it may make by now: the first is free, each further one is taken from the budget of its alias. */
  paid = 1;
  /** What its body said before the limits of an attempt bound the answer: the next attempt may have none. */
  unbound: Peek | undefined;
  served: PlannedAttempt | undefined;
  /** The headers that carried the key of the last call: nobody is told what stands in them. */
  keys: Readonly<Record<string, string>> = NO_KEYS;
  /** Bytes that were sent to the provider that answered. */
  sentBytes = 0;
  usage: Usage | undefined;
  /** What takes it to go on with an answer that breaks, where that is asked for. */
  goingOn: GoingOn | undefined;
  /** By streams of it that broke and were gone on with; {@link usage} is that of the last one. */
  spent: Usage | undefined;
  firstTokenAt: number | undefined;
  /** What was put in before there was a target. */
  filled: readonly string[] = NONE;
  /** What the client should know was left out or put in; filled by the attempt that answered. */
  dropped: readonly string[] = [];
  inserted: readonly string[] = [];

  /** The number of the attempt that is being made, and how many were given: no two attempts have the same, also where several are made at once. */
  number = 0;
  numbers = 0;
  /** The request itself, of which a twin has an attempt of its own. */
  readonly root: LineExchange = this;
  /** The attempt under way, until it is closed; and the fault that a stream of it ended with. */
  open: OpenAttempt | undefined;
  /** What reads that stream: its usage so far, and how many frames it withheld. */
  reading: Pick<Interpreter<unknown>, 'usage' | 'content' | 'broken' | 'complete'> | undefined;
  openFault: Fault | undefined;
  /** The timers of that stream: they know who is waited for. */
  watch: Pick<Watch, 'waitsForClient'> | undefined;
  /** What there is to count of the last attempt, where there is a tokenizer. */
  kept: Kept | undefined;
  /** What a session's responses cost, each by itself; undefined: nothing of the kind was reckoned. */
  billed: Pick<AttemptRecord, 'cost' | 'unpriced'> | undefined;
  /** The limit that ended its stream. */
  cut: LimitError | undefined;

  /** Of the attempt under way: aborting it closes the upstream. */
  abort: { abort(reason: unknown): void } | undefined;
  /** Why the request is over early, once it is. */
  cancelled: unknown;
  /** The client has left, and what is under way is read on to learn what it used. */
  draining = false;
  /** What reads the answer for the client, once it is delivered as a stream. */
  stream: Pick<AnswerStream<unknown>, 'readOn'> | undefined;
  /** Is a call read on behind a client that left? Asked once, when it leaves. */
  drains: (exchange: LineExchange, reason: unknown) => boolean = never;
  /** Called once when the request ends early: whoever waits for it needs to know, whatever step hangs. */
  onCancel: (reason: unknown) => void = ignore;
  /** Called when the gateway begins to shut down, with the milliseconds that are left: for what would not end by itself. */
  onDrain: (ms: number) => void = ignore;
  /** The time limit that is running, in ms. */
  total: number | undefined;
  /** The reply has begun: its status is told. */
  replied = false;
  #settled = false;
  #stopTotal: (() => void) | undefined;
  #stopDrain: (() => void) | undefined;

  constructor(line: Line, route: Route, request: GatewayRequest, adapter: Adapter | undefined) {
    this.line = line;
    this.route = route;
    this.request = request;
    this.adapter = adapter;
    this.id = requestId(line.platform.randomId);
    this.startedAt = line.platform.clock.now();
  }

  get created(): number {
    return Math.floor(this.startedAt / 1000);
  }
  /** Calls that it may cause. */
  get mostAttempts(): number {
    return Math.min(this.caller?.attempts ?? Number.POSITIVE_INFINITY, this.line.settings.maxAttempts);
  }
  get model(): string {
    return this.peek.model;
  }
  get inbound(): Inbound {
    return new LineInbound(this);
  }
  get target(): Target | undefined {
    return this.served?.deployment.target;
  }
  newId(prefix: string): string {
    return newId(prefix, this.line.platform.randomId);
  }

  /** From now on a client that leaves ends the request. Throws ClientGone when it has left already. */
  followClient(): void {
    const { signal } = this.request;
    if (signal.aborted) throw new ClientGone(signal.reason);
    signal.addEventListener('abort', this);
  }
  /** Of the client's signal. */
  handleEvent(): void {
    this.cancel(new ClientGone(this.request.signal.reason));
  }

  /** Ends the request early and closes whatever upstream call is open. */
  cancel(reason: unknown): void {
    if (this.#settled || (this.cancelled !== undefined && (!this.draining || isGone(reason)))) return;
    this.cancelled ??= reason;
    this.draining = !this.draining && this.drains(this, reason);
    if (this.draining) this.#readOn();
    else this.abort?.abort(reason);
    this.onCancel(this.cancelled);
  }

  #readOn(): void {
    this.#stopDrain = this.line.platform.clock.timer(DRAIN, () =>
      this.cancel(new UpstreamError('upstream_timeout', 'The provider went on long after its client had left.')),
    );
    this.stream?.readOn(this.line.settings.answer.maxBytes);
  }

  /** Throws why the request is over, when it is: behind a step that waited, so that nothing is begun that nobody would end. */
  goOn(): void {
    if (this.cancelled !== undefined) throw this.cancelled;
  }

  /** The time limit of the request as a whole. */
  startTotal(ms: number, expire: () => void): void {
    this.#stopTotal?.();
    this.#stopTotal = this.line.platform.clock.timer(ms, expire);
  }

  /** The answer has begun, and nobody reads the request again: a stream may be open for minutes, and would hold it in memory. */
  forgetRequest(): void {
    this.body?.release();
    this.body = undefined;
    this.chat = undefined;
    this.media = undefined;
  }

  /** Nothing is waited for any more. */
  release(): void {
    this.#stopTotal?.();
    this.#stopDrain?.();
    this.passing?.stop();
    void this.upload?.remove();
    this.request.signal.removeEventListener('abort', this);
  }

  /** True for the first caller only. */
  claimSettlement(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    return true;
  }
}

/** A client that leaves is told of by its request and by its answer. */
const isGone = (reason: unknown): boolean => isGatewayError(reason) && reason.kind === 'gone';

/** The client's request as adapters may see it. Its query is read by few of them, and only then parsed. */
class LineInbound implements Inbound {
  readonly path: Route['parameters'];
  readonly #request: GatewayRequest;

  constructor({ route, request }: LineExchange) {
    this.path = route.parameters;
    this.#request = request;
  }

  get query(): URLSearchParams {
    return this.#request.query;
  }

  header(name: string): string | undefined {
    return this.#request.header(name);
  }
}
