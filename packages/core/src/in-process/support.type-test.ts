/** What the tests of this folder share; named so that it is neither built nor run as a test. */
import { createGateway } from '../node/main.ts';
import type { GatewayConfig, GatewayEvents } from '../public.ts';
import { manualClock, scriptedDispatcher } from '../testing/index.ts';
import type { WireRequest } from '../transport/dispatcher.ts';

export const CALLER = { caller: { id: 'batch-job' } };

/** A gateway whose providers, one of each format, answer by hand, with time that stands still. Its `access` lets nobody in. */
export function scene(config: Partial<GatewayConfig> = {}) {
  const upstream = scriptedDispatcher();
  const clock = manualClock();
  const gateway = createGateway({
    access: {
      identify() {
        throw new Error('nobody is asked in process');
      },
    },
    providers: {
      chat: { format: 'openai-chat', baseUrl: 'https://chat.test/v1', auth: 'bearer', apiKey: 'k', fidelity: 'exact' },
      messages: {
        format: 'anthropic-messages',
        baseUrl: 'https://messages.test',
        auth: { header: 'x-api-key' },
        apiKey: 'k',
      },
      text: { format: 'openai-completions', baseUrl: 'https://text.test/v1', auth: 'bearer', apiKey: 'k' },
      local: { format: 'ollama', baseUrl: 'https://local.test', auth: 'bearer', apiKey: 'k' },
      responses: { format: 'openai-responses', baseUrl: 'https://responses.test/v1', auth: 'bearer', apiKey: 'k' },
      content: {
        format: 'gemini',
        baseUrl: 'https://content.test/v1beta',
        auth: { header: 'x-goog-api-key' },
        apiKey: 'k',
      },
      blocks: { format: 'cohere', baseUrl: 'https://blocks.test', apiKey: 'k' },
    },
    log: { warn() {}, error() {} },
    ...config,
    platform: { dispatcher: upstream, clock, random: () => 0.5 },
  });
  const ends: GatewayEvents['request-end'][] = [];
  gateway.events.on('request-end', (end) => ends.push(end));
  return { gateway, upstream, clock, ends };
}

/** The body of a wire call as JSON. */
export function sent(call: { readonly request: Pick<WireRequest, 'body'> }): Record<string, unknown> {
  const { body } = call.request;
  return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array));
}

interface FunctionCall {
  readonly name: string;
  readonly arguments: string;
}

/** Source: https://platform.openai.com/docs/api-reference/chat/object */
export function completion(content: string | null, calls: readonly FunctionCall[] = []): Record<string, unknown> {
  const tools = calls.map((call, index) => ({ id: `call_${index}`, type: 'function', function: call }));
  const message = { role: 'assistant', content, refusal: null, ...(tools.length === 0 ? {} : { tool_calls: tools }) };
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: 'm-2026',
    choices: [{ index: 0, message, logprobs: null, finish_reason: tools.length === 0 ? 'stop' : 'tool_calls' }],
    usage: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17, prompt_tokens_details: { cached_tokens: 4 } },
  };
}

/** Source: https://platform.openai.com/docs/api-reference/chat-streaming/streaming */
export function chunk(delta: Record<string, unknown>, finish: string | null = null): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_790_000_000, model: 'm-2026', choices })}\n\n`;
}

/** What ends a stream that was asked for its usage. Source: as {@link chunk}, `stream_options.include_usage`. */
export const LAST_CHUNKS = `${chunk({}, 'stop')}data: ${JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_790_000_000,
  model: 'm-2026',
  choices: [],
  usage: { prompt_tokens: 12, completion_tokens: 2, total_tokens: 14 },
})}\n\ndata: [DONE]\n\n`;

/** Source: https://platform.openai.com/docs/guides/error-codes */
export const failure = (message: string): unknown => ({
  error: { message, type: 'server_error', param: null, code: null },
});
