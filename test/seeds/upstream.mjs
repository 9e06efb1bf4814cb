import { UpstreamError } from '@postern/core';
import { FORMATS } from './formats.mjs';

const encoder = new TextEncoder();
const textOf = (body) => (typeof body === 'string' ? body : new TextDecoder().decode(body));
const WORDS = 6;

const FAULTS = [
  'status',
  'status',
  'status',
  'reset',
  'html',
  'empty',
  'error-in-200',
  'never',
  'cut',
  'cut',
  'clean-cut',
  'silent',
  'broken-event',
];
/** How many of the calls meet one: from a good day to an outage. */
const SHARES = [0.1, 0.4, 0.4, 0.9];
const STATUSES = [400, 401, 403, 404, 429, 429, 500, 502, 503, 529];

/** Providers without a network: what each call meets follows from the seed. `calls` says what became of them. */
export function upstreamOf({ below, between, chance, pick }, clock, formatOf) {
  const calls = [];
  const share = pick(SHARES);

  function dispatch(request, signal) {
    const call = {
      origin: request.origin,
      how: chance(share) ? pick(FAULTS) : 'ok',
      over: false,
      read: false,
      words: [],
    };
    call.words = Array.from({ length: WORDS }, (_, index) => `${calls.length}-${index} `);
    calls.push(call);
    const stream = textOf(request.body).includes('"stream":true');
    const answer = answerOf(call, FORMATS[formatOf(request.origin)], stream);
    const wait = chance(0.5) ? 0 : between(1, 3_000);
    return new Promise((resolve, reject) => {
      const cancelWait =
        answer === undefined ? () => {} : clock.timer(wait, () => (answer.reset ? fail() : resolve(response(answer))));
      function fail() {
        call.over = true;
        reject(new UpstreamError('upstream_unavailable', 'connection reset'));
      }
      signal.addEventListener('abort', {
        handleEvent() {
          call.over = true;
          cancelWait();
          call.wake?.();
          reject(signal.reason);
        },
      });

      function response({ body, headers, status }) {
        call.status = status;
        return {
          status,
          header: (name) => headers[name],
          body: pieces(call, body, signal),
          cancel() {
            call.over = true;
            call.wake?.();
          },
        };
      }
    });
  }

  /** undefined: it never comes. */
  function answerOf(call, format, stream) {
    const json = { 'content-type': 'application/json' };
    switch (call.how) {
      case 'never':
        return undefined;
      case 'reset':
        return { reset: true };
      case 'status': {
        const status = pick(STATUSES);
        const headers = status === 429 && chance(0.7) ? { ...json, 'retry-after': String(between(1, 30)) } : json;
        return {
          status,
          headers,
          body: [JSON.stringify({ type: 'error', error: { type: 'x', message: 'as it happens' } })],
        };
      }
      case 'html':
        return { status: 200, headers: { 'content-type': 'text/html' }, body: ['<html><body>Sign in</body></html>'] };
      case 'empty':
        return { status: 200, headers: stream ? { 'content-type': 'text/event-stream' } : json, body: [] };
      case 'error-in-200':
        return {
          status: 200,
          headers: json,
          body: [JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'busy' } })],
        };
    }
    if (!stream) {
      const text = JSON.stringify(format.whole(call.words));
      const whole = call.how === 'ok' || call.how === 'broken-event';
      const body = whole ? [text] : [text.slice(0, between(1, text.length - 2)), call.how];
      return { status: 200, headers: json, body };
    }
    const events = format.events(call.words);
    const at = between(0, events.length - 2);
    if (call.how === 'broken-event') events.splice(at + 1, 0, 'data: {"broken\n\n');
    const body = call.how === 'ok' || call.how === 'broken-event' ? events : [...events.slice(0, at), call.how];
    return { status: 200, headers: { 'content-type': 'text/event-stream' }, body };
  }

  /** The words `cut`, `clean-cut` and `silent` are what happens at that place. */
  async function* pieces(call, body, signal) {
    try {
      for (const piece of body) {
        if (chance(0.3)) await clock.sleep(between(1, 500));
        if (signal.aborted) throw signal.reason;
        if (piece === 'clean-cut') return;
        if (piece === 'cut') throw new UpstreamError('upstream_unavailable', 'connection cut');
        if (piece === 'silent') {
          await new Promise((resolve) => {
            call.wake = resolve;
          });
          throw signal.reason ?? new UpstreamError('upstream_unavailable', 'closed');
        }
        const bytes = encoder.encode(piece);
        const split = chance(0.2) ? below(bytes.length) : 0;
        if (split > 0) yield bytes.subarray(0, split);
        yield bytes.subarray(split);
      }
      call.read = true;
    } finally {
      call.over = true;
    }
  }

  return { calls, dispatcher: { dispatch, close: async () => {} } };
}
