import type { Dispatcher } from '@postern/core';
import { afterEach, describe, expect, it } from 'vitest';
import { readWhole } from '../kit/answers.ts';
import { CHATS } from '../kit/chat.ts';
import { eventText, wireBytes } from '../kit/event-stream.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { HOST_NAMES } from '../kit/hosts.ts';
import { bench } from '../kit/in-process.ts';
import { FORMATS, PROVIDERS, stage } from '../kit/stage.ts';

const PAIRS = FORMATS.flatMap((client) => FORMATS.map((upstream) => ({ client, upstream })));
const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype];
const shape = () => prototypes.map((prototype) => Reflect.ownKeys(prototype).length);
const clean = shape();

afterEach(() => {
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(shape()).toEqual(clean);
});

/** JSON text, because an object literal would set the prototype instead of holding the name. */
const POISONS = [
  '"__proto__":{"polluted":true}',
  '"constructor":{"prototype":{"polluted":true}}',
  '"prototype":{"polluted":true}',
  '"__proto__":[{"polluted":true}]',
  '"__proto__":"polluted"',
  '"toString":"polluted","valueOf":"polluted","hasOwnProperty":"polluted","toJSON":"polluted"',
  '"\\u005f\\u005fproto__":{"polluted":true}',
  '"__defineGetter__":1,"__lookupSetter__":2',
];

/** The value as JSON text, with the poison in every object. */
function poisoned(value: unknown, poison: string): string {
  if (Array.isArray(value)) return `[${value.map((item) => poisoned(item, poison)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${poisoned(inner, poison)}`);
  return `{${[poison, ...members].join(',')}}`;
}

describe.each(PAIRS)('a poisoned body of $client for $upstream', ({ client, upstream }) => {
  it.each([false, true])('pollutes nothing (stream: %s)', async (stream) => {
    const at = bench({ sim: { unknownFields: 'allow' } });
    for (const poison of POISONS) {
      const { body, ...call } = CHATS[client]({ model: `${PROVIDERS[upstream]}/sim-text-2`, stream, tools: true });
      const json = JSON.stringify(body);
      for (const text of [json.replace('{', `{${poison},`), poisoned(body, poison)]) {
        expect(() => JSON.parse(text)).not.toThrow();
        const { status, body: answer } = await at.ask({ ...call, body: text });
        expect([200, 400]).toContain(status);
        if (status === 400) expect(readWhole(client, answer).error?.message).toBeTruthy();
      }
    }
    expect(at.dialled.length).toBeGreaterThan(0);
  });

  it('loses its own poison on the way through the chat model, or is passed as it is', async () => {
    const at = bench({ sim: { unknownFields: 'allow' } });
    const { body, ...call } = CHATS[client]({ model: `${PROVIDERS[upstream]}/sim-text-2` });
    await at.ask({ ...call, body: JSON.stringify(body).replace('{', '{"__proto__":{"polluted":true},') });
    const sent = JSON.parse(textOf(at.dialled[0]?.body as Uint8Array | string)) as object;
    expect(Object.getPrototypeOf(sent)).toBe(Object.prototype);
    expect(Object.hasOwn(sent, '__proto__')).toBe(client === upstream);
  });
});

const textOf = (body: Uint8Array | string | undefined): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);

/** A provider whose answer is poisoned. */
function answering(body: string, type: string): Dispatcher {
  return {
    close: async () => {},
    dispatch: async () => ({
      status: 200,
      header: (name) => (name === 'content-type' ? type : undefined),
      body: (async function* () {
        yield wireBytes(body);
      })(),
      cancel: () => {},
    }),
  };
}

const ANSWERS: Readonly<Record<ChatFormat, { whole: string; frames: string[] }>> = {
  'openai-chat': {
    whole:
      '{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi","tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}',
    frames: [
      '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"hi"},"finish_reason":null}]}',
      '{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
    ],
  },
  'anthropic-messages': {
    whole:
      '{"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"hi"},{"type":"tool_use","id":"t","name":"f","input":{"a":1}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":1}}',
    frames: [
      '{"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":1,"output_tokens":1}}}',
      '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
      '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}',
      '{"type":"content_block_stop","index":0}',
      '{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}',
      '{"type":"message_stop"}',
    ],
  },
  ollama: {
    whole:
      '{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"hi","tool_calls":[{"function":{"name":"f","arguments":{"a":1}}}]},"done":true,"done_reason":"stop","prompt_eval_count":1,"eval_count":1}',
    frames: [
      '{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"hi"},"done":false}',
      '{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}',
    ],
  },
  'openai-responses': {
    whole:
      '{"id":"resp_1","object":"response","created_at":1,"model":"m","status":"completed","output":[{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"hi","annotations":[]}]},{"type":"function_call","id":"fc_1","call_id":"t","name":"f","arguments":"{}"}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}',
    frames: [
      '{"type":"response.created","response":{"id":"resp_1","object":"response","created_at":1,"model":"m","status":"in_progress","output":[]}}',
      '{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","content":[]}}',
      '{"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"hi"}',
      '{"type":"response.output_item.done","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"hi","annotations":[]}]}}',
      '{"type":"response.completed","response":{"id":"resp_1","object":"response","created_at":1,"model":"m","status":"completed","output":[{"type":"message","id":"msg_1","role":"assistant","content":[{"type":"output_text","text":"hi","annotations":[]}]}],"usage":{"input_tokens":1,"output_tokens":1,"total_tokens":2}}}',
    ],
  },
  gemini: {
    whole:
      '{"candidates":[{"content":{"parts":[{"text":"hi"},{"functionCall":{"name":"f","args":{"a":1}}}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}',
    frames: [
      '{"candidates":[{"content":{"parts":[{"text":"hi"}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1}}',
    ],
  },
  cohere: {
    whole:
      '{"id":"m","finish_reason":"TOOL_CALL","message":{"role":"assistant","content":[{"type":"text","text":"hi"}],"tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]},"usage":{"billed_units":{"input_tokens":1,"output_tokens":1}}}',
    frames: [
      '{"type":"message-start","id":"m","delta":{"message":{"role":"assistant"}}}',
      '{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}',
      '{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"hi"}}}}',
      '{"type":"content-end","index":0}',
      '{"type":"message-end","delta":{"finish_reason":"COMPLETE","usage":{"billed_units":{"input_tokens":1,"output_tokens":1}}}}',
    ],
  },
  'bedrock-converse': {
    whole:
      '{"output":{"message":{"role":"assistant","content":[{"text":"hi"},{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}',
    frames: [
      '{"messageStart":{"role":"assistant"}}',
      '{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"hi"}}}',
      '{"contentBlockStop":{"contentBlockIndex":0}}',
      '{"messageStop":{"stopReason":"end_turn"}}',
      '{"metadata":{"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2},"metrics":{"latencyMs":1}}}',
    ],
  },
};

function streamOf(format: ChatFormat, poison: string): string {
  if (format === 'bedrock-converse')
    return ANSWERS[format].frames
      .flatMap((json) => Object.entries(JSON.parse(json) as Record<string, object>))
      .map(([name, data]) => eventText(name, poisoned(data as Record<string, unknown>, poison)))
      .join('');
  const frames = ANSWERS[format].frames.map((json) => {
    const { type } = JSON.parse(json) as { type?: string };
    const event = type === undefined ? '' : `event: ${type}\n`;
    const data = poisoned(JSON.parse(json), poison);
    return format === 'ollama' ? `${data}\n` : `${event}data: ${data}\n\n`;
  });
  return frames.join('') + (format === 'openai-chat' ? 'data: [DONE]\n\n' : '');
}

describe.each(PAIRS)('a poisoned answer of $upstream for a client of $client', ({ client, upstream }) => {
  it('pollutes nothing, and is an answer or an error', async () => {
    for (const poison of POISONS) {
      const whole = bench({
        dispatcher: answering(poisoned(JSON.parse(ANSWERS[upstream].whole), poison), 'application/json'),
      });
      const streamed = bench({ dispatcher: answering(streamOf(upstream, poison), 'text/event-stream') });
      const model = `${PROVIDERS[upstream]}/m`;
      const answers = [
        await whole.ask(CHATS[client]({ model })),
        await streamed.ask(CHATS[client]({ model, stream: true })),
      ];
      for (const { status, body } of answers) expect([status, body.includes('hi')]).toEqual([200, true]);
    }
  });
});

describe.each(HOST_NAMES)('over a socket, on %s', (host) => {
  it('a poisoned body, query and header pollute nothing', async () => {
    const at = await stage(host, { sim: { unknownFields: 'allow' } });
    for (const poison of POISONS) {
      const { path, headers, body } = CHATS['openai-chat']({ model: 'an/sim-text-2' });
      const query = '__proto__[polluted]=1&constructor[prototype][polluted]=1&__proto__.polluted=1';
      const response = await fetch(`${at.url}${path}?${query}`, {
        method: 'POST',
        headers: { ...headers, constructor: '1', 'x-__proto__': 'polluted' },
        body: poisoned(body, poison),
      });
      expect([200, 400]).toContain(response.status);
      await response.text();
    }
    await at.close();
  });
});
