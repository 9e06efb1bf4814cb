import type { Dispatcher, WireRequest } from '@postern/core';
import type { RequestView } from './neutral.ts';
import { isObject, type Json, maybeObjects } from './read/json.ts';

/**
 * A conversation as a client of the older completions API says it: one prompt. undefined: it has no form for it.
 * Source: https://platform.openai.com/docs/api-reference/completions
 */
export function promptOf(chat: Json | undefined): Json | undefined {
  if (chat === undefined) return undefined;
  const { messages, max_completion_tokens: bound, max_tokens: old, ...settings } = chat;
  const [message, ...more] = maybeObjects(messages, 'messages');
  if (message?.role !== 'user' || message.name !== undefined || more.length > 0) return undefined;
  if (typeof message.content !== 'string' || message.content.trim() === '') return undefined;
  if (Object.keys(settings).some((name) => !SETTINGS.has(name))) return undefined;
  const limit = bound ?? old;
  return { prompt: message.content, ...settings, ...(limit === undefined ? {} : { max_tokens: limit }) };
}

const SETTINGS = new Set([
  'temperature',
  'top_p',
  'n',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'user',
]);

/** Can one prompt say it? */
export const isPrompt = ({ system, turns }: RequestView): boolean =>
  system.length === 0 &&
  turns.length === 1 &&
  turns[0]?.role === 'user' &&
  turns[0].parts.every((part) => 'text' in part);

/** A provider of the completions API that says each prompt again, and what it was asked. Source: the page above. */
export function completing(): Dispatcher & { readonly asked: WireRequest[]; body(): Json } {
  const asked: WireRequest[] = [];
  const bodyOf = (request: WireRequest | undefined): Json =>
    JSON.parse(
      typeof request?.body === 'string' ? request.body : new TextDecoder().decode(request?.body as Uint8Array),
    ) as Json;
  return {
    asked,
    body: () => bodyOf(asked.at(-1)),
    close: async () => {},
    async dispatch(request) {
      asked.push(request);
      const sent = bodyOf(request);
      const text = sent.stream === true ? streamed(sent) : JSON.stringify(whole(sent));
      return {
        status: 200,
        header: (name) =>
          name === 'content-type' ? (sent.stream === true ? 'text/event-stream' : 'application/json') : undefined,
        cancel: () => {},
        body: (async function* () {
          yield new TextEncoder().encode(text);
        })(),
      };
    },
  };
}

const USAGE = { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 };

function completion({ prompt, model, n }: Json, pieces: (text: string) => object, more: object): object {
  const choices = Array.from({ length: Number(n ?? 1) }, (_, index) => ({
    index,
    logprobs: null,
    ...pieces(String(prompt)),
  }));
  return { id: 'cmpl-1', object: 'text_completion', created: 1, model, choices, ...more };
}

const whole = (sent: Json): object => completion(sent, (text) => ({ text, finish_reason: 'stop' }), { usage: USAGE });

function streamed(sent: Json): string {
  const asks = isObject(sent.stream_options) && sent.stream_options.include_usage === true;
  const told = [
    completion(sent, (text) => ({ text: text.slice(0, 3), finish_reason: null }), {}),
    completion(sent, (text) => ({ text: text.slice(3), finish_reason: 'stop' }), {}),
    ...(asks ? [{ ...completion({ ...sent, n: 0 }, () => ({}), {}), usage: USAGE }] : []),
  ];
  return `${told.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`;
}
