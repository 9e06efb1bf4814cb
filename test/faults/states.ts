import type { ErrorCode } from '@postern/core';
import type { FaultName } from '@postern/sim';
import type { ChatFormat } from '../kit/formats.ts';

/** How a faulty call must end for the client. */
export type State =
  /** The whole answer, as if nothing had been wrong. */
  | 'answer'
  /** A refusal in the client's own format, before anything of an answer. `calls`: how often the provider was asked. */
  | { readonly refused: ErrorCode; readonly status: number; readonly calls: number }
  /** A part of the answer with status 200, then the error in the client's own format, and never a good end. */
  | { readonly broken: ErrorCode };

/** The states of one fault: of a whole answer and of a stream. */
export interface States {
  readonly whole: State;
  readonly stream: State;
  /** Where the fault means something else in a format. */
  readonly but?: Readonly<Partial<Record<ChatFormat, Partial<Pick<States, 'whole' | 'stream'>>>>>;
}

/** Asked once and then twice more, as the default of `retries` is. */
const EVERY = 3;
const refused = (code: ErrorCode, status: number, calls: number): State => ({ refused: code, status, calls });
const both = (state: State): States => ({ whole: state, stream: state });
const either = (whole: State, stream: State): States => ({ whole, stream });

const butFor = (format: ChatFormat, state: State, other: State): States => ({
  ...both(state),
  but: { [format]: { whole: other, stream: other } },
});

/** Asked again, the provider would send as much again. */
const TOO_LARGE = refused('upstream_invalid_response', 502, 1);
const INVALID = refused('upstream_invalid_response', 502, EVERY);
const BROKEN_OFF: State = { broken: 'upstream_incomplete' };
const CREDENTIALS = refused('upstream_credentials', 502, 1);

/** Faults that need time stand in `TIMED`; every other one here. */
export const STATES: Readonly<Record<Exclude<FaultName, TimedFault>, States>> = {
  utf8: both('answer'),
  crlf: both('answer'),
  paralleltools: both('answer'),
  'wrong-content-type': both('answer'),
  cut: either(refused('upstream_unavailable', 502, EVERY), { broken: 'upstream_unavailable' }),
  cleancut: either(INVALID, { broken: 'upstream_incomplete' }),
  badjson: either(INVALID, 'answer'),
  midfault: {
    ...either(refused('upstream_overloaded', 529, EVERY), { broken: 'upstream_overloaded' }),
    // Its streams fail in words only.
    but: {
      cohere: { stream: { broken: 'upstream_unavailable' } },
      'bedrock-converse': { whole: refused('upstream_overloaded', 503, EVERY) },
    },
  },
  'double-usage': both('answer'),
  // The model has said why it stopped: the answer is whole, and Postern closes it. Gemini says both with one field, Cohere with one event, Ollama on one line.
  'no-terminal': {
    ...both('answer'),
    but: {
      gemini: { stream: BROKEN_OFF },
      'openai-responses': { stream: BROKEN_OFF },
      cohere: { stream: BROKEN_OFF },
      ollama: { stream: BROKEN_OFF },
      // Its last event tells the usage, and not that the answer is whole.
      'bedrock-converse': { stream: BROKEN_OFF },
    },
  },
  'two-terminals': both('answer'),
  // Checksums are verified before a length is believed.
  bigline: { ...both(TOO_LARGE), but: { 'bedrock-converse': { stream: INVALID } } },
  'html-stream': both(INVALID),
  html: both(INVALID),
  empty: both(INVALID),
  // The error bodies of OpenAI and Ollama name no status of their own.
  '200-error': {
    ...both(refused('upstream_unavailable', 500, EVERY)),
    but: {
      'openai-chat': both(refused('upstream_unavailable', 502, EVERY)),
      ollama: both(refused('upstream_unavailable', 502, EVERY)),
    },
  },
  redirect: both(INVALID),
  bomb: { ...both(TOO_LARGE), but: { 'bedrock-converse': { stream: INVALID } } },
  'bad-gzip': both(INVALID),
  'reset-before-headers': both(refused('upstream_unavailable', 502, EVERY)),
  r429: both(refused('upstream_rate_limited', 429, EVERY)),
  // Gemini says the same words for a limit that passes and for one that does not.
  quota: butFor('gemini', refused('upstream_rate_limited', 429, 1), refused('upstream_rate_limited', 429, EVERY)),
  secret500: both(refused('upstream_unavailable', 500, EVERY)),
  e400: both(refused('upstream_rejected', 400, 1)),
  'e400-context': both(refused('context_length_exceeded', 400, 1)),
  // Gemini tells of its filter in answers with status 200, and never with this one.
  'e400-filter': butFor('gemini', refused('content_filtered', 400, 1), refused('upstream_rejected', 400, 1)),
  e401: both(CREDENTIALS),
  e402: both(CREDENTIALS),
  e403: both(CREDENTIALS),
  e404: both(refused('upstream_model_not_found', 404, 1)),
  e408: both(refused('upstream_timeout', 408, EVERY)),
  e413: both(refused('upstream_rejected', 413, 1)),
  e500: both(refused('upstream_unavailable', 500, EVERY)),
  e502: both(refused('upstream_unavailable', 502, EVERY)),
  // Anthropic's type (api_error) tells of a fault, and not of load.
  e503: butFor(
    'anthropic-messages',
    refused('upstream_overloaded', 503, EVERY),
    refused('upstream_unavailable', 503, EVERY),
  ),
  e504: both(refused('upstream_timeout', 504, EVERY)),
  // A number that AWS does not have.
  e529: butFor(
    'bedrock-converse',
    refused('upstream_overloaded', 529, EVERY),
    refused('upstream_overloaded', 503, EVERY),
  ),
};

/** Faults of time: `time.test.ts` plays them on a clock of its own. */
export const TIMED = ['stall', 'trickle', 'slow', 'late-headers', 'stays-open'] as const satisfies readonly FaultName[];

/** The name of a fault of time. */
export type TimedFault = (typeof TIMED)[number];

/** The state of a fault for one upstream format. */
export function stateOf(fault: keyof typeof STATES, upstream: ChatFormat, stream: boolean): State {
  const mode = stream ? 'stream' : 'whole';
  return STATES[fault].but?.[upstream]?.[mode] ?? STATES[fault][mode];
}
