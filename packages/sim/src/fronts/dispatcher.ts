import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Dispatcher, WireRequest, WireResponse } from '@postern/core';
import type { SimOptions } from '../options.ts';
import { ConnectionCut } from '../player.ts';
import { createSim, type Sim, type SimAnswer, type SimLog } from '../sim.ts';

/** A simulated provider in the place of the network. */
export interface SimDispatcher extends Dispatcher, SimLog {}

/** What the port gives to be told of a cancellation: an AbortSignal or something lighter. */
type CancelSignal = Parameters<Dispatcher['dispatch']>[1];

/** A dispatcher of core whose every host is this simulated provider. */
export function simDispatcher(options: SimOptions = {}): SimDispatcher {
  const sim = createSim(options);
  const live = new Set<AbortController>();
  let closed = false;
  return {
    calls: sim.calls,
    openCalls: sim.openCalls,
    arrived: sim.arrived,
    async dispatch(request, signal) {
      if (signal.aborted) throw signal.reason;
      if (closed) throw unavailable(new Error('the dispatcher is closed'));
      return dispatch(sim, request, signal, live);
    },
    async close() {
      closed = true;
      for (const call of live) call.abort(unavailable(new Error('the dispatcher is closed')));
    },
  };
}

async function dispatch(
  sim: Sim,
  request: WireRequest,
  signal: CancelSignal,
  live: Set<AbortController>,
): Promise<WireResponse> {
  const bytes = bytesOf(request.body);
  const answer = sim.answer({ ...request, body: bytes instanceof Promise ? await bytes : bytes });
  const left = linked(signal, live, answer);
  await answer.headersDue(left.signal).catch((error: unknown) => {
    throw asDispatched(error);
  });
  return {
    status: answer.status,
    header: (name) => answer.headers[name],
    body: bodyOf(answer, left.signal),
    cancel(reason) {
      left.abort(reason ?? new Error('cancelled'));
      answer.leave();
    },
  };
}

/** Aborts with the caller's signal or with the dispatcher, and is forgotten with the call (AbortSignal.any keeps hold of long-lived signals on Node 20). */
function linked(signal: CancelSignal, live: Set<AbortController>, answer: SimAnswer): AbortController {
  const left = new AbortController();
  const listener = {
    handleEvent() {
      left.abort(signal.reason);
      answer.leave();
    },
  };
  live.add(left);
  signal.addEventListener('abort', listener);
  void answer.call.ended.then(() => {
    live.delete(left);
    signal.removeEventListener('abort', listener);
  });
  return left;
}

function bytesOf(body: WireRequest['body']): Uint8Array | Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  return typeof body === 'object' ? gathered(body) : Buffer.from(body ?? '');
}

async function gathered(body: Extract<WireRequest['body'], { open(): unknown }>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body.open()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Unpacked, as the port promises, without a limit: limits are what the real dispatcher is tested for. */
async function* bodyOf(answer: SimAnswer, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  try {
    const writes = answer.writes(signal);
    yield* answer.headers['content-encoding'] === 'gzip' ? unpacked(writes) : writes;
  } catch (error) {
    throw signal.aborted ? signal.reason : asDispatched(error);
  }
}

async function* unpacked(writes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const gunzip = createGunzip();
  pipeline(Readable.from(writes, { objectMode: false }), gunzip, () => {});
  yield* gunzip as AsyncIterable<Uint8Array>;
}

/** What the port promises for a broken connection: an UpstreamError, made here without core's code. */
function asDispatched(error: unknown): unknown {
  const broken =
    error instanceof ConnectionCut ||
    (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'));
  return broken ? unavailable(error) : error;
}

function unavailable(cause: unknown): Error {
  const error = Object.assign(new Error('The simulated provider broke the connection.', { cause }), {
    name: 'UpstreamError',
    code: 'upstream_unavailable',
    kind: 'upstream',
    status: 502,
  });
  return Object.defineProperty(error, Symbol.for('postern.error'), { value: true });
}
