import type { IdempotencySettings } from '../config/storage-settings.ts';
import { RequestError } from '../kit/errors.ts';
import { StoreTimeout } from '../store/bounded.ts';
import type { Call, SharedMap } from '../store/store.ts';
import type { Body } from '../transport/body.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import type { LineExchange } from './exchange.ts';
import type { Keyed } from './keyed.ts';
import type { Outcome } from './outcome.ts';
import { unavailable } from './store-away.ts';
import { storeCall } from './store-call.ts';

const HEADER = 'idempotency-key';
/** Visible characters, as it comes in a header. */
const KEY = /^[\x21-\x7e]{1,255}$/;
const LINE_FEED = 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What is remembered of the first request with a key; the body of a kept answer follows on the next line. */
interface First {
  /** SHA-256 of path, query and body. */
  readonly hash: string;
  readonly id: string;
  /** While it is under way: until when at the most. */
  readonly until?: number;
  readonly reply?: Pick<GatewayReply, 'status' | 'headers'>;
}

/**
 * once: of requests of one caller with the same `Idempotency-Key`, only the first is served. Gives the answer of that one where it is kept. Bodies that
 * are no JSON, and callers that nobody knows, have none: their header is not looked at.
 * Throws RequestError `idempotency_mismatch`, `idempotency_in_flight`, `idempotency_done`; LimitError `store_unavailable`.
 */
export function once(exchange: LineExchange): undefined | Promise<GatewayReply | undefined> {
  const { body, caller, line, request } = exchange;
  const { access, idempotency } = line.settings;
  const key = idempotency === undefined ? undefined : request.header(HEADER);
  if (key === undefined || idempotency === undefined || body === undefined || body.form !== undefined) return;
  // All that are let in without an identity have one name between them.
  if (caller === undefined || (access === 'open' && caller.id === 'open')) return;
  if (!KEY.test(key))
    throw new RequestError('invalid_request', `${HEADER} must be 1 to 255 visible ASCII characters.`, {
      param: HEADER,
    });
  return claimKey(exchange, idempotency, `${caller.id.length}:${caller.id}:${key}`, body);
}

async function claimKey(
  exchange: LineExchange,
  settings: IdempotencySettings,
  name: string,
  body: Body,
): Promise<GatewayReply | undefined> {
  const hash = await hashOf(exchange, body);
  const { id, startedAt, total = 0 } = exchange;
  const map = mapOf(exchange, settings);
  const first = written({ hash, id, until: startedAt + total });
  let known: First | undefined;
  let answer: Uint8Array | undefined;
  const adding = map.add(name, first, settings.keep, storeCall(exchange));
  // It may be there, or come yet, and nothing is served for it.
  const own = owner(exchange);
  adding.catch((cause) => freeBehind(cause, own, map, name));
  try {
    if ((await adding) === 'added') {
      exchange.keyed = { name, hash };
      // Over meanwhile: what settled it could not know of the key.
      if (exchange.cancelled !== undefined) void endKey(exchange, exchange.keyed, 'cancelled');
      return undefined;
    }
    const found = await map.get(name, storeCall(exchange));
    if (found !== undefined) [known, answer] = read(found.value);
  } catch (cause) {
    throw unavailable(cause);
  }
  if (known !== undefined && known.hash !== hash)
    throw new RequestError('idempotency_mismatch', `The ${HEADER} was used for another request.`, { param: HEADER });
  if (known?.reply !== undefined && answer !== undefined) return repeated(known.reply, answer);
  throw refusalOf(known, storeCall(exchange).now);
}

/** An answer that was given before: nothing is called, and nothing is owed. */
function repeated(reply: NonNullable<First['reply']>, body: Uint8Array): GatewayReply {
  const headers = { ...reply.headers, 'idempotent-replayed': 'true' };
  return { status: reply.status, headers, body, cancel: () => {} };
}

/** undefined: it was let go of between two looks, so that the next try may be the first. */
function refusalOf(first: First | undefined, now: number): RequestError {
  if (first === undefined || (first.until !== undefined && now < first.until))
    return new RequestError('idempotency_in_flight', `The first request with this ${HEADER} is not over yet.`, {
      param: HEADER,
      retryAfter: 1,
    });
  const what = first.until === undefined ? 'was made already' : 'was made already, and nobody knows how it ended';
  return new RequestError('idempotency_done', `The request with this ${HEADER} ${what}: ${first.id}.`, {
    param: HEADER,
    shouldRetry: false,
    headers: { 'x-postern-first-request-id': first.id },
  });
}

/**
 * The end of a request with a key that is no whole answer: the key is free again where it can't have cost anything. Never rejects. Whole answers are kept,
 * or not, by {@link keepAnswer}.
 */
export async function endKey(exchange: LineExchange, keyed: Keyed, outcome: Outcome): Promise<void> {
  const { idempotency } = exchange.line.settings;
  if (idempotency === undefined || (outcome === 'ok' && !exchange.replied)) return;
  const { name, hash } = keyed;
  try {
    if (outcome !== 'ok' && owesNothing(exchange)) await free(owner(exchange), mapOf(exchange, idempotency), name);
    else await note(exchange, idempotency, keyed, written({ hash, id: exchange.id }));
  } catch {
    // It counts as under way until its time limit is over, and as made then.
  }
}

/** What is known of a request for as long as the store is away: little, so that many can wait. */
type Owner = Pick<LineExchange, 'id' | 'line'>;
const owner = ({ id, line }: LineExchange): Owner => ({ id, line });

/** Frees a key behind a call that failed: once it is known that the store does no more of it. */
async function freeBehind(cause: unknown, own: Owner, map: SharedMap, name: string): Promise<void> {
  if (cause instanceof StoreTimeout) await cause.settled;
  await free(own, map, name);
}

/**
 * Lets another request have the key of this one, when the store is there for it. Compared and set, and not deleted: a deletion that the store does late could
 * take the key from a request that has it by then, and that would be charged twice.
 */
function free({ id, line }: Owner, map: SharedMap, name: string): Promise<void> | undefined {
  const { books, platform, settings } = line;
  const call = (): Call => {
    const now = platform.clock.now();
    return { now, deadline: now + settings.storage.timeout };
  };
  return books.insist(async () => {
    const found = await map.get(name, call());
    if (found !== undefined && read(found.value)[0].id === id)
      await map.replace(name, found.value, 0, found.version, call());
  });
}

/** Nothing was sent, or every provider refused with a status that is not charged. */
function owesNothing({ attempts }: LineExchange): boolean {
  return attempts.every(
    ({ outcome, status = 0, usage }) => outcome === 'fault' && status >= 400 && usage === undefined,
  );
}

/** Writes the answer down before it is given, so that a client that loses it can ask again. */
export async function keepAnswer(exchange: LineExchange, keyed: Keyed, reply: GatewayReply): Promise<GatewayReply> {
  const { idempotency } = exchange.line.settings;
  const { body, headers, status } = reply;
  if (idempotency === undefined || status !== 200 || (typeof body !== 'string' && !(body instanceof Uint8Array)))
    return reply;
  const { hash } = keyed;
  const { id } = exchange;
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  const isKept = bytes.length <= idempotency.replies;
  try {
    const value = isKept ? written({ hash, id, reply: { status, headers } }, bytes) : written({ hash, id });
    await note(exchange, idempotency, keyed, value);
  } catch {
    // As in endKey.
  }
  return reply;
}

async function note(
  exchange: LineExchange,
  settings: IdempotencySettings,
  { name }: Keyed,
  value: Uint8Array,
): Promise<void> {
  const map = mapOf(exchange, settings);
  const { now } = storeCall(exchange);
  const left = settings.keep - (now - exchange.startedAt);
  const found = left > 0 ? await map.get(name, storeCall(exchange)) : undefined;
  if (found !== undefined && read(found.value)[0].id === exchange.id)
    await map.replace(name, value, left, found.version, storeCall(exchange));
}

const mapOf = ({ line }: LineExchange, { keys }: IdempotencySettings): SharedMap =>
  line.store.shared('idempotency', keys, { forget: 'oldest' });

async function hashOf({ line, request }: LineExchange, body: Body): Promise<string> {
  const { sha256 } = line.platform;
  if (sha256 === undefined) throw new TypeError(`the platform has no sha256, which ${HEADER} needs`);
  return sha256(joined(encoder.encode(`${request.path}?${request.query}\n`), body.bytes()));
}

function joined(head: Uint8Array, rest: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + rest.length);
  all.set(head);
  all.set(rest, head.length);
  return all;
}

function written(first: First, answer?: Uint8Array): Uint8Array {
  const head = encoder.encode(`${JSON.stringify(first)}\n`);
  return answer === undefined ? head : joined(head, answer);
}

function read(value: Uint8Array): [First, Uint8Array] {
  const end = value.indexOf(LINE_FEED);
  return [JSON.parse(decoder.decode(value.subarray(0, end))) as First, value.subarray(end + 1)];
}
