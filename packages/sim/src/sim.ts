import type { SimCall } from './call.ts';
import { parseForm } from './kit/form.ts';
import { asObject, asText, parseJson } from './kit/json.ts';
import { digest } from './kit/random.ts';
import { createSigner, type Signer } from './kit/signature.ts';
import { type CallLog, createLog } from './log.ts';
import { type Settings, type SimOptions, settingsOf } from './options.ts';
import { type Performance, play, untilHeaders } from './player.ts';
import { respond } from './respond.ts';
import { type Route, routeOf } from './route.ts';
import { jsonResponse, type SimResponse } from './wire/response.ts';

/** One call to a simulated provider. */
export interface SimRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Scheme, host and port that were dialled, for the log. */
  readonly origin?: string;
}

/** An answer that is ready to be played. */
export interface SimAnswer {
  readonly call: SimCall;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Waits until the headers are due; throws when the script breaks the connection before, or when the signal aborts. */
  headersDue(signal: AbortSignal): Promise<void>;
  /** The body's writes, each when it is due; throws where the script cuts the connection, and when the signal aborts. Take it once. */
  writes(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** The client has left, be its reader in the middle of a write or not begun; after the end it changes nothing. */
  leave(): void;
}

/** What a test may ask of a sim, whichever way it is reached. */
export interface SimLog {
  /** The calls kept, oldest first. */
  readonly calls: readonly SimCall[];
  /** Calls that are not over: neither finished, nor cut, nor left by the client. */
  openCalls(): number;
  /** Resolves with the call of this number (1: the first one) as soon as it has come in. */
  arrived(number: number): Promise<SimCall>;
}

/** A simulated provider of LLMs that speaks all formats on one set of paths. */
export interface Sim extends SimLog {
  answer(request: SimRequest): SimAnswer;
}

/** Makes a simulated provider. It opens nothing and runs nothing by itself: `serveSim` and `simDispatcher` put it behind a port. */
export function createSim(options: SimOptions = {}): Sim {
  const settings = settingsOf(options);
  const log = createLog(settings.keep);
  const signer = createSigner(settings.seed);
  const nonce = createNonces(settings.seed);
  return {
    calls: log.calls,
    openCalls: log.open,
    arrived: log.arrived,
    answer: (request) => answer(request, settings, log, signer, nonce),
  };
}

function answer(
  request: SimRequest,
  settings: Settings,
  log: CallLog,
  signer: Signer,
  nonce: (request: SimRequest) => string,
): SimAnswer {
  const { method, path, headers } = request;
  const call = log.add({
    method,
    path,
    headers,
    origin: request.origin,
    bodyBytes: request.body,
    openedAt: settings.now(),
  });
  const [pathname = '', search = ''] = split(path);
  const route = routeOf(method, pathname, headers);
  call.body = bodyOf(request);
  const response = route === undefined ? nothingHere(method, pathname) : inquire(route);
  call.status = response.status;
  const performance: Performance = { call, response };
  return {
    call,
    status: response.status,
    headers: response.headers,
    headersDue: (signal) => untilHeaders(performance, settings, signal),
    writes: (signal) => play(performance, settings, signal),
    leave: () => call.close('cancelled', settings.now()),
  };

  function inquire({ format, operation, model: named }: Route): SimResponse {
    const model = named ?? asText(asObject(call.body)?.model) ?? '';
    Object.assign(call, { format: format.name, operation, model });
    const received = { method, path: pathname, query: new URLSearchParams(search), headers, body: call.body, model };
    return respond({ settings, signer, route: { format, operation, model }, received, call, nonce: nonce(request) });
  }
}

/** A form where the content type says so, else JSON. */
function bodyOf({ body, headers }: SimRequest): unknown {
  const type = headers['content-type'] ?? '';
  return type.startsWith('multipart/') ? parseForm(body, type) : parseJson(Buffer.from(body).toString());
}

function split(path: string): [string, string] {
  const at = path.indexOf('?');
  return at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
}

/** Source: the answer of api.openai.com to a path that it doesn't have. */
function nothingHere(method: string, path: string): SimResponse {
  return jsonResponse(404, {
    error: { message: `Invalid URL (${method} ${path})`, type: 'invalid_request_error', param: null, code: null },
  });
}

/** Equal calls are told apart by how often they came, others by what they are: so ids don't depend on the order of different calls. */
function createNonces(seed: string | number): (request: SimRequest) => string {
  const seen = new Map<string, number>();
  let rounds = 0;
  return ({ method, path, body }) => {
    const key = digest(method, path, body).toString('hex');
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    if (seen.size > 100_000) {
      seen.clear();
      rounds += 1;
    }
    return digest(seed, key, times, rounds).toString('hex');
  };
}
