import { beforeEach, describe, expect, it } from 'vitest';
import type { WireFormat } from '../../adapters/format.ts';
import type { ProviderConfig } from '../../config/types.ts';
import { createGateway } from '../../gateway.ts';
import { Cancellation } from '../../kit/cancel.ts';
import { UpstreamError } from '../../kit/errors.ts';
import {
  type ManualClock,
  manualClock,
  type ScriptedCall,
  type ScriptedStream,
  scriptedDispatcher,
} from '../../testing/index.ts';
import { bodyOf } from '../../transport/body-of.ts';
import type { Chunk, GatewayReply } from '../../transport/gateway-request.ts';
import type { GatewayEvents } from '../events.ts';

/** Lets what is ready run to where it waits. */
const othersTurn = () => new Promise((resolve) => setImmediate(resolve));
const decoder = new TextDecoder();
const textOf = (chunk: Chunk): string => (typeof chunk === 'string' ? chunk : decoder.decode(chunk));

/** What one format sends: an answer of two pieces, what makes it whole ('' where its last event does), its usage, and its last event ('' where the format has none). */
interface Wire {
  readonly ask: object;
  readonly path: (model: string) => string;
  readonly provider: ProviderConfig;
  readonly piece: (text: string) => string;
  readonly begin: string;
  readonly whole: string;
  readonly last: string;
  /** What a client finds exactly once in a stream that ended well. */
  readonly end: RegExp;
}

const sse = (event: object): string => `data: ${JSON.stringify(event)}\n\n`;
const chunk = (more: object) => sse({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', ...more });
const choice = (delta: object, finish: string | null = null) =>
  chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] });
const named = (type: string, more: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
const USED = { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 };
const candidate = (text: string, more: object = {}): string =>
  `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text }], role: 'model' }, index: 0, ...more }], usageMetadata: USED })}\r\n\r\n`;

const completed = (text: string, finish: string | null = null): string =>
  chunk({ object: 'text_completion', choices: [{ text, index: 0, logprobs: null, finish_reason: finish }] });
const spoken = (content: string, more: object = { done: false }): string =>
  `${JSON.stringify({ model: 'm', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content }, ...more })}\n`;

const MESSAGE = { id: 'msg_1', type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'one ' }] };
const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  model: 'm',
  usage: { input_tokens: 3, output_tokens: 4, total_tokens: 7 },
};

/** The formats whose streams are text; test/faults plays them all. */
type Textual = Exclude<WireFormat, 'bedrock-converse'>;

const WIRES: Readonly<Record<Textual, Wire>> = {
  // Source: https://platform.openai.com/docs/api-reference/chat-streaming
  'openai-chat': {
    ask: { messages: [{ role: 'user', content: 'Hi' }] },
    path: () => '/v1/chat/completions',
    provider: { format: 'openai-chat', baseUrl: 'https://oa.test/v1', auth: 'bearer' },
    piece: (text) => choice({ content: text }),
    begin: choice({ role: 'assistant', content: 'one ' }),
    whole:
      choice({}, 'stop') + chunk({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } }),
    last: 'data: [DONE]\n\n',
    end: /\[DONE\]/g,
  },
  // Source: https://platform.claude.com/docs/en/build-with-claude/streaming
  'anthropic-messages': {
    ask: { max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] },
    path: () => '/v1/messages',
    provider: { extends: 'anthropic', baseUrl: 'https://an.test' },
    piece: (text) => named('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    begin:
      named('message_start', {
        message: {
          id: 'm',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 3, output_tokens: 1 },
        },
      }) +
      named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'one ' } }),
    whole:
      named('content_block_stop', { index: 0 }) +
      named('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 4 },
      }),
    last: named('message_stop'),
    end: /event: message_stop/g,
  },
  // Source: https://platform.openai.com/docs/api-reference/completions
  'openai-completions': {
    ask: { prompt: 'Hi' },
    path: () => '/v1/completions',
    provider: { format: 'openai-completions', baseUrl: 'https://te.test/v1', auth: 'bearer' },
    piece: (text) => completed(text),
    begin: completed('one '),
    whole:
      completed('', 'stop') +
      chunk({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } }),
    last: 'data: [DONE]\n\n',
    end: /\[DONE\]/g,
  },
  // Source: https://docs.ollama.com/api/streaming
  ollama: {
    ask: { messages: [{ role: 'user', content: 'Hi' }] },
    path: () => '/api/chat',
    provider: { extends: 'ollama', baseUrl: 'https://ol.test' },
    piece: (text) => spoken(text),
    begin: spoken('one '),
    whole: '',
    last: spoken('', { done: true, done_reason: 'stop', prompt_eval_count: 3, eval_count: 4 }),
    end: /"done":true/g,
  },
  // Source: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent
  gemini: {
    ask: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    path: (model) => `/v1beta/models/${encodeURIComponent(model)}:streamGenerateContent?alt=sse`,
    provider: { extends: 'gemini', baseUrl: 'https://ge.test/v1beta' },
    piece: (text) => candidate(text),
    begin: candidate('one '),
    whole: candidate('', { finishReason: 'STOP' }),
    last: '',
    end: /"finishReason"/g,
  },
  // Source: https://docs.cohere.com/v2/docs/streaming: nothing but the last event tells that the answer is whole.
  cohere: {
    ask: { messages: [{ role: 'user', content: 'Hi' }] },
    path: () => '/v2/chat',
    provider: { extends: 'cohere', baseUrl: 'https://co.test' },
    piece: (text) => named('content-delta', { index: 0, delta: { message: { content: { text } } } }),
    begin:
      named('message-start', { id: 'm', delta: { message: { role: 'assistant' } } }) +
      named('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } }) +
      named('content-delta', { index: 0, delta: { message: { content: { text: 'one ' } } } }),
    whole: named('content-end', { index: 0 }),
    last: named('message-end', {
      delta: { finish_reason: 'COMPLETE', usage: { billed_units: { input_tokens: 3, output_tokens: 4 } } },
    }),
    end: /event: message-end/g,
  },
  // Source: https://platform.openai.com/docs/api-reference/responses-streaming
  'openai-responses': {
    ask: { input: 'Hi' },
    path: () => '/v1/responses',
    provider: { extends: 'openai-responses', baseUrl: 'https://rs.test/v1' },
    piece: (text) =>
      named('response.output_text.delta', { item_id: 'msg_1', output_index: 0, content_index: 0, delta: text }),
    begin:
      named('response.created', { response: { ...RESPONSE, status: 'in_progress', output: [], usage: null } }) +
      named('response.output_item.added', { output_index: 0, item: { ...MESSAGE, content: [] } }) +
      named('response.output_text.delta', { item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'one ' }),
    whole: named('response.output_item.done', { output_index: 0, item: MESSAGE }),
    last: named('response.completed', { response: { ...RESPONSE, status: 'completed', output: [MESSAGE] } }),
    end: /event: response.completed/g,
  },
};
const FORMATS = Object.keys(WIRES) as Textual[];
/** Every translation, and both ways of passing through. */
const PAIRS = FORMATS.flatMap((client) => [
  ...FORMATS.map((provider) => ({ client, provider, fidelity: 'exact' as const })),
  { client, provider: client, fidelity: 'compatible' as const },
]);
type Pair = (typeof PAIRS)[number];
/** The vendor's own bytes pass to the end of their connection: what else it may say there is not for us to judge. */
const UNTOUCHED: Pair = { client: 'openai-responses', provider: 'openai-responses', fidelity: 'exact' };
const isUntouched = ({ client, provider, fidelity }: Pair): boolean =>
  client === UNTOUCHED.client && provider === UNTOUCHED.provider && fidelity === UNTOUCHED.fidelity;

let clock: ManualClock;
let ended: GatewayEvents['request-end'][];
beforeEach(() => {
  clock = manualClock();
  ended = [];
});

interface Begun {
  readonly call: ScriptedCall;
  readonly body: ScriptedStream;
  readonly reply: GatewayReply;
  /** Has the gateway closed the connection to the provider? */
  closed(): boolean;
}

/** A stream whose first piece has come. */
async function begun({ client, provider, fidelity }: Pair, first = [WIRES[provider].begin]): Promise<Begun> {
  const upstream = scriptedDispatcher();
  const gateway = createGateway(
    {
      access: 'open',
      providers: { up: { ...WIRES[provider].provider, apiKey: 'key', fidelity } },
      log: { warn() {}, error() {} },
    },
    { dispatcher: upstream, clock, random: () => 0.5, randomId: (bytes) => '0'.repeat(2 * bytes), environment: {} },
  );
  gateway.events.on('request-end', (event) => ended.push(event));
  const { ask, path } = WIRES[client];
  const { pathname, searchParams } = new URL(`https://gateway.test${path('up/m')}`);
  const bytes = new TextEncoder().encode(JSON.stringify({ model: 'up/m', stream: true, ...ask }));
  const pending = gateway.handle({
    method: 'POST',
    path: pathname,
    query: searchParams,
    header: () => undefined,
    body: async (limits) => bodyOf(bytes, limits),
    signal: new Cancellation(),
    host: undefined,
  });
  const call = await upstream.next();
  let cancelled = false;
  void call.cancelled.then(() => {
    cancelled = true;
  });
  const body = call.stream();
  for (const piece of first) {
    body.write(piece);
    await othersTurn();
  }
  const reply = await pending;
  if (reply === undefined) throw new Error('the request was not taken');
  return { call, body, reply, closed: () => cancelled };
}

/** Reads on to the end of the stream. */
async function rest({ reply }: Begun): Promise<string> {
  let whole = '';
  for await (const piece of reply.body as AsyncIterable<Chunk>) whole += textOf(piece);
  return whole;
}

/** The end of a promise that is looked at while it is pending. */
function watched<Value>(promise: Promise<Value>): { readonly over: () => boolean; readonly promise: Promise<Value> } {
  let over = false;
  void promise.then(() => {
    over = true;
  });
  return { over: () => over, promise };
}

const good = () => expect(ended).toMatchObject([{ outcome: 'ok', usage: { input: 3, output: 4 } }]);

describe.each(PAIRS.filter((pair) => WIRES[pair.provider].last !== '' && !isUntouched(pair)))(
  'behind the last event of $provider ($fidelity), for a client of $client',
  (pair) => {
    const { whole, last } = WIRES[pair.provider];

    it('the stream ends at once, though the connection stays open, and that is closed a second later', async () => {
      const stream = await begun(pair);
      stream.body.write(whole + last);
      expect((await rest(stream)).match(WIRES[pair.client].end)).toHaveLength(1);
      good();
      await clock.advance(999);
      expect(stream.closed()).toBe(false);
      await clock.advance(1);
      await stream.call.cancelled;
      expect(clock.pending).toBe(0);
    });

    it('a connection that ends in time is kept', async () => {
      const stream = await begun(pair);
      stream.body.write(whole + last);
      await rest(stream);
      stream.body.write(': bye\n\n');
      stream.body.end();
      await othersTurn();
      expect([stream.closed(), clock.pending]).toEqual([false, 0]);
    });

    it('a provider that goes on and on is left', async () => {
      const stream = await begun(pair);
      stream.body.write(whole + last);
      await rest(stream);
      stream.body.write('x'.repeat(65_537));
      await stream.call.cancelled;
      expect(clock.pending).toBe(0);
    });
  },
);

/** Where something before the last event says that the answer is whole: another item may follow behind each of Responses. */
const TOLD_BEFORE = PAIRS.filter(
  ({ provider }) => WIRES[provider].whole !== '' && provider !== 'cohere' && provider !== 'openai-responses',
);

describe.each(TOLD_BEFORE)(
  'a whole answer of $provider ($fidelity) without a last event, for a client of $client',
  (pair) => {
    const { client, provider } = pair;
    const { begin, piece, whole } = WIRES[provider];

    it('ends well when the idle limit is over, which no ping makes longer', async () => {
      const stream = await begun(pair);
      const reading = watched(rest(stream));
      stream.body.write(whole);
      await othersTurn();
      for (let turn = 1; turn < 5; turn++) {
        await clock.advance(6000);
        stream.body.write(': ping\n\n');
        await othersTurn();
      }
      await clock.advance(5999);
      expect(reading.over()).toBe(false);
      await clock.advance(1);
      expect((await reading.promise).match(WIRES[client].end)).toHaveLength(1);
      await stream.call.cancelled;
      good();
      expect(clock.pending).toBe(0);
    });

    it('ends well when the connection breaks', async () => {
      const stream = await begun(pair);
      stream.body.write(whole);
      stream.body.break(new UpstreamError('upstream_unavailable', 'The connection broke.'));
      expect((await rest(stream)).match(WIRES[client].end)).toHaveLength(1);
      good();
    });

    it('is not cut when it turns out to go on', async () => {
      const stream = await begun(pair);
      const reading = rest(stream);
      stream.body.write(whole);
      await othersTurn();
      await clock.advance(29_000);
      stream.body.write(piece('two '));
      await othersTurn();
      await clock.advance(29_000);
      stream.body.write(piece('three') + whole + WIRES[provider].last);
      stream.body.end();
      const text = await reading;
      if (provider !== 'anthropic-messages') expect(text).toContain('three');
      expect(ended).toMatchObject([{ outcome: 'ok' }]);
    });

    it('is not over because it said so before its first word', async () => {
      if (provider === 'anthropic-messages') return;
      const stream = await begun(pair, [whole, begin]);
      const reading = rest(stream);
      await othersTurn();
      await clock.advance(29_000);
      stream.body.write(piece('two') + whole + WIRES[provider].last);
      stream.body.end();
      expect(await reading).toContain('two');
    });

    it('loses nothing that came while its client did not read', async () => {
      const stream = await begun(pair, [begin + (provider === 'openai-chat' ? choice({}, 'stop') : whole)]);
      await clock.advance(20_000);
      stream.body.write(provider === 'openai-chat' ? whole : ': ping\n\n');
      stream.body.end();
      expect((await rest(stream)).match(WIRES[client].end)).not.toBeNull();
      good();
    });
  },
);

describe.each(TOLD_BEFORE)('a second end of $provider ($fidelity), for a client of $client', (pair) => {
  const { piece, whole, last } = WIRES[pair.provider];
  // Behind a finish reason of Gemini more text may follow: there it is no second end.
  const after = last === '' ? whole : whole + last + piece('too late');

  it.each([
    ['in one piece with the first', (body: ScriptedStream) => body.write(whole + last + after)],
    [
      'in a piece of its own',
      (body: ScriptedStream) => {
        body.write(whole + last);
        body.write(after);
      },
    ],
  ])('does not reach it, nor does what follows (%s)', async (_, write) => {
    const stream = await begun(pair);
    write(stream.body);
    stream.body.end();
    const text = await rest(stream);
    expect(text.match(WIRES[pair.client].end)).toHaveLength(1);
    expect(text).not.toContain('too late');
    good();
  });
});

it('a finish reason of Gemini that comes again without the words of the first is a second end', async () => {
  const stream = await begun({ client: 'gemini', provider: 'gemini', fidelity: 'exact' });
  stream.body.write(candidate('two', { finishReason: 'STOP' }) + candidate('', { finishReason: 'STOP' }));
  stream.body.end();
  expect((await rest(stream)).match(WIRES.gemini.end)).toHaveLength(1);
});

it('another finish reason of Gemini passes when it tells something new', async () => {
  const news = [
    candidate('', { finishReason: 'MAX_TOKENS' }),
    candidate('', { finishReason: 'STOP', groundingMetadata: { webSearchQueries: ['x'] } }),
    candidate('', { finishReason: 'STOP' }).replace('"candidatesTokenCount":4', '"candidatesTokenCount":5'),
    candidate('', { finishReason: 'STOP' }).replace('"text":""', '"text":"","thoughtSignature":"c2ln"'),
  ];
  for (const told of news) {
    const stream = await begun({ client: 'gemini', provider: 'gemini', fidelity: 'exact' });
    stream.body.write(WIRES.gemini.whole + told);
    stream.body.end();
    expect(await rest(stream)).toContain(told);
  }
});

describe('a stream of Responses that passes as it came', () => {
  const { begin, whole, last } = WIRES['openai-responses'];
  const end = whole + last;

  it('ends with its connection, a second response in it included, whose usage counts as well', async () => {
    const stream = await begun(UNTOUCHED);
    const reading = rest(stream);
    stream.body.write(end);
    await othersTurn();
    stream.body.write((begin + end).replaceAll('resp_1', 'resp_2'));
    stream.body.end();
    expect((await reading).match(WIRES['openai-responses'].end)).toHaveLength(2);
    expect(ended).toMatchObject([{ outcome: 'ok', usage: { input: 6, output: 8 } }]);
    expect([stream.closed(), clock.pending]).toEqual([false, 0]);
  });

  it('ends well when its provider leaves the connection open for a second', async () => {
    const stream = await begun(UNTOUCHED);
    const reading = watched(rest(stream));
    stream.body.write(end);
    await othersTurn();
    await clock.advance(999);
    expect(reading.over()).toBe(false);
    await clock.advance(1);
    expect((await reading.promise).match(WIRES['openai-responses'].end)).toHaveLength(1);
    await stream.call.cancelled;
    good();
    expect(clock.pending).toBe(0);
  });

  it('has one end for each response', async () => {
    const stream = await begun(UNTOUCHED);
    stream.body.write(end + last + end);
    stream.body.end();
    expect((await rest(stream)).match(WIRES['openai-responses'].end)).toHaveLength(1);
    good();
  });

  it('ends well when its connection breaks behind the end', async () => {
    const stream = await begun(UNTOUCHED);
    stream.body.write(end);
    stream.body.break(new UpstreamError('upstream_unavailable', 'The connection broke.'));
    expect((await rest(stream)).match(WIRES['openai-responses'].end)).toHaveLength(1);
    good();
  });
});
