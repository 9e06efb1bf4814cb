import type { CancelSignal, WireRequest, WireResponse } from '@postern/core';
import type { Endpoint } from './endpoint.ts';
import type { Transport } from './transport.ts';

/** What a token endpoint is asked. */
export interface Question {
  readonly endpoint: Endpoint;
  /** Default: POST with a form or JSON, else GET. */
  readonly method?: 'GET' | 'POST';
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `application/x-www-form-urlencoded`; members that are undefined are left out. */
  readonly form?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** The members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>;

/** Bytes of an answer that are read. A token of 4 KiB is a large one. */
const MAX_BYTES = 64 * 1024;

/**
 * Asks a token endpoint once and gives its JSON object. Redirects are refusals: a secret goes where it was configured to and nowhere else.
 * Rejects with an Error that tells status, code and words of the refusal, without what was sent.
 */
export async function ask(question: Question, transport: Transport, signal: CancelSignal): Promise<Members> {
  const { origin } = question.endpoint;
  const response = await transport.dispatcher.dispatch(requestFor(question), signal);
  try {
    const members = objectIn(await textOf(response, origin));
    if (response.status >= 200 && response.status < 300 && members !== undefined) return members;
    throw new Error(`${origin} answered ${response.status}${wordsOf(members, question)}`);
  } finally {
    response.cancel(undefined);
  }
}

function requestFor({ endpoint, method, headers, form, json }: Question): WireRequest {
  const body = form !== undefined ? encoded(form) : json !== undefined ? JSON.stringify(json) : undefined;
  const type = form !== undefined ? 'application/x-www-form-urlencoded' : 'application/json';
  return {
    ...endpoint,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': type }), ...headers },
    body,
  };
}

function encoded(form: NonNullable<Question['form']>): string {
  const given = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given).toString();
}

async function textOf({ body }: WireResponse, origin: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.length;
    if (size > MAX_BYTES) throw new Error(`${origin} answered with more than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function objectIn(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
  } catch {
    return undefined;
  }
}

/** `error` and `error_description` (RFC 6749, 5.2), or what others call them, cut short and without what was sent. */
function wordsOf(members: Members | undefined, { form, headers }: Question): string {
  if (members === undefined) return ' without a JSON object';
  const nested = members.error;
  const source = typeof nested === 'object' && nested !== null ? (nested as Members) : members;
  const said = ['error', 'code', 'errorCode', 'error_description', 'errorMessage', 'message']
    .map((name) => source[name])
    .filter((value) => typeof value === 'string' || typeof value === 'number');
  const sent = [...Object.values(form ?? {}), ...Object.values(headers ?? {})].filter(
    (text) => (text?.length ?? 0) > 7,
  );
  const words = sent.reduce<string>((text, secret) => text.replaceAll(secret ?? '', '[redacted]'), said.join(' '));
  return words === '' ? '' : `: ${words.slice(0, 300)}`;
}
