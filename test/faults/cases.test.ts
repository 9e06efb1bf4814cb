import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStream, readWhole, type ToldAnswer } from '../kit/answers.ts';
import { CHATS, type ChatTopic, post } from '../kit/chat.ts';
import { eventMessages, wireText } from '../kit/event-stream.ts';
import { eventually } from '../kit/eventually.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { reading } from '../kit/reading.ts';
import { FORMATS, type Stage, stage } from '../kit/stage.ts';

/**
 * What users of other gateways were hurt by, by its number in the collection of such cases. Those that need a clock stand in time.test.ts,
 * those of retries and fallbacks in failover.test.ts, those of leaving clients in leave.test.ts, every fault by itself in wall.test.ts.
 */
let at: Stage;
beforeAll(async () => {
  at = await stage('Express', { sim: { sizes: { stall: Number.POSITIVE_INFINITY } } });
});
afterAll(() => at.close());

interface Answer {
  readonly response: Response;
  readonly body: string;
  readonly told: ToldAnswer;
}

async function ask(client: ChatFormat, topic: ChatTopic, stage: Stage = at): Promise<Answer> {
  const response = await post(stage.url, CHATS[client](topic));
  const body = await wireText(response);
  const streamed = topic.stream === true && response.status === 200;
  return { response, body, told: streamed ? readStream(client, body) : readWhole(client, body) };
}

const last = () => at.sim.calls.at(-1);
const PAIRS = FORMATS.flatMap((client) => FORMATS.map((upstream) => ({ client, upstream })));

describe.each(PAIRS)('a client of $client in front of $upstream', ({ client, upstream }) => {
  const model = (script: string) => at.model(upstream, script);

  it.each(['cut', 'cleancut'])('case 31: a stream with the fault %s never looks finished', async (fault) => {
    const { body, told } = await ask(client, { model: model(`sim+${fault}`), stream: true });
    expect([told.text === '', told.finished, told.afterError]).toEqual([false, false, false]);
    expect(told.error?.message).toBeTruthy();
    expect(body).not.toMatch(/\[DONE\]|message_stop|"finish_reason":"(?!ERROR)|finishReason|"stop_reason":"/);
  });

  it('case 35: a tool call that is cut is no success', async () => {
    const topic = { model: model('sim-tools+cut'), stream: true, tools: true };
    const { body, told } = await ask(client, topic);
    expect([told.finished, told.error === undefined]).toEqual([false, false]);
    expect(body).not.toMatch(
      /"tool_calls"\s*,?\s*"?finish|"finish_reason":"(?!ERROR)|"stop_reason":"tool_use"|finishReason/,
    );
  });

  it('case 36: text that is cut between any two bytes has no replacement character', async () => {
    const { body, told } = await ask(client, { model: model('sim-text-40+utf8'), stream: true });
    expect(told).toMatchObject({ error: undefined, finished: true });
    expect(body).not.toMatch(/\uFFFD|\\ufffd/i);
    expect(told.text).toBe((await ask(client, { model: model('sim-text-40+utf8') })).told.text);
  });

  it.each([1, 3, 7])('case 37: interleaved calls in writes of %d bytes lose nothing', async (split) => {
    const topic = { model: model(`sim-split-${split}+paralleltools`), tools: true };
    const whole = await ask(client, topic);
    const streamed = await ask(client, { ...topic, stream: true });
    expect(whole.told.calls).toHaveLength(3);
    expect(streamed.told.calls).toEqual(whole.told.calls);
  });

  it.each([false, true])('case 38: the reason to stop says that a tool was called (stream: %s)', async (stream) => {
    const { body } = await ask(client, { model: model('sim-tools'), stream, tools: true });
    expect(body).toMatch(REASONS[client].tools);
  });

  it.each([false, true])('case 38: the reason to stop says that the bound was reached (stream: %s)', async (stream) => {
    const { body } = await ask(client, { model: model('sim-length'), stream });
    expect(body).toMatch(REASONS[client].length);
  });

  it.each(['sim', 'sim+two-terminals'])('case 39: a good stream has one end (%s)', async (script) => {
    const { body } = await ask(client, { model: model(script), stream: true });
    expect(body.match(REASONS[client].end)).toHaveLength(1);
  });

  it('case 45: what the provider has sent is there while the provider is silent', async () => {
    const leave = new AbortController();
    const asked = CHATS[client]({ model: model('sim+stall'), stream: true });
    const response = await post(at.url, asked, { signal: leave.signal });
    const call = last();
    const part = reading(response);
    await part.until((body) => (readStreamSoFar(client, body).match(/\w+/g) ?? []).length >= 5);
    expect(call?.end).toBeUndefined();
    leave.abort();
    expect([await call?.ended, call?.emitted]).toEqual(['cancelled', 5]);
  });

  it.each([false, true])(
    'case 71: the provider gets no field that it does not know, and no header of the client (stream: %s)',
    async (stream) => {
      const call = CHATS[client]({ model: model('sim'), stream, tools: true });
      const own = {
        cookie: 'a=1',
        'x-client': 'me',
        'x-postern-context': 'forged',
        'x-forwarded-for': '10.0.0.1',
        'user-agent': 'clients-own',
      };
      const response = await post(at.url, { ...call, headers: { ...call.headers, ...own } });
      expect([response.status, last()?.refusal]).toEqual([200, undefined]);
      await wireText(response);
      const headers = JSON.stringify(last()?.headers);
      for (const value of Object.values(own)) expect(headers).not.toContain(value);
      expect(Object.keys(last()?.headers ?? {}).filter((name) => name.startsWith('x-postern'))).toEqual([]);
    },
  );
});

/** The text in a stream that has not ended. */
function readStreamSoFar(client: ChatFormat, body: string): string {
  if (client === 'ollama') return readStream(client, body).text;
  if (client === 'bedrock-converse')
    return eventMessages(body, 'begun')
      .map(({ payload }) => (JSON.parse(payload) as { delta?: { text?: string } }).delta?.text ?? '')
      .join('');
  return readStream(client, body.slice(0, Math.max(body.lastIndexOf('\n\n'), body.lastIndexOf('\r\n\r\n') + 2) + 2))
    .text;
}

const REASONS: Readonly<Record<ChatFormat, { tools: RegExp; length: RegExp; end: RegExp }>> = {
  'openai-chat': { tools: /"finish_reason":"tool_calls"/, length: /"finish_reason":"length"/, end: /data: \[DONE\]/g },
  'anthropic-messages': {
    tools: /"stop_reason":"tool_use"/,
    length: /"stop_reason":"max_tokens"/,
    end: /event: message_stop/g,
  },
  // Ollama calls them and says stop.
  ollama: { tools: /"tool_calls"/, length: /"done_reason":"length"/, end: /"done":true/g },
  // Gemini calls functions and says STOP; the call itself is what tells.
  // A response with a call is complete like any other.
  'openai-responses': {
    tools: /"type":"function_call"/,
    length: /"reason":"max_output_tokens"/,
    end: /event: response\.(?:completed|incomplete)\n/g,
  },
  gemini: { tools: /"functionCall"/, length: /"finishReason":"MAX_TOKENS"/, end: /"finishReason"/g },
  cohere: {
    tools: /"finish_reason":"TOOL_CALL"/,
    length: /"finish_reason":"MAX_TOKENS"/,
    // A broken stream ends with the same event, and another reason.
    end: /"finish_reason":"(?!ERROR)/g,
  },
  'bedrock-converse': {
    tools: /"stopReason":"tool_use"/,
    length: /"stopReason":"max_tokens"/,
    end: /messageStop/g,
  },
};

describe.each(FORMATS)('usage on a stream from %s', (upstream) => {
  const chunksOf = (body: string) =>
    [...body.matchAll(/^data: (\{.*\})$/gm)].map(
      ([, json]) => JSON.parse(json ?? '') as { choices: unknown[]; usage?: unknown },
    );

  it.each(['', '+double-usage'])('case 40: comes once, alone, to a client that asked for it%s', async (fault) => {
    const more = { stream_options: { include_usage: true } };
    const { body } = await ask('openai-chat', { model: at.model(upstream, `sim${fault}`), stream: true, more });
    const chunks = chunksOf(body);
    const telling = chunks.filter(({ usage }) => usage !== undefined && usage !== null);
    expect(telling.map(({ choices }) => choices)).toEqual(fault === '' || upstream !== 'openai-chat' ? [[]] : [[], []]);
    expect(chunks.at(-1)?.usage).toMatchObject({
      prompt_tokens: last()?.usage?.input,
      completion_tokens: last()?.usage?.output,
    });
    expect(at.ended.at(-1)?.usage).toMatchObject({ input: last()?.usage?.input, output: last()?.usage?.output });
  });

  it('case 40: is kept from a client that did not ask, and settled all the same', async () => {
    const { body } = await ask('openai-chat', { model: at.model(upstream, 'sim'), stream: true });
    expect(chunksOf(body).every(({ choices, usage }) => choices.length === 1 && (usage ?? null) === null)).toBe(true);
    expect(at.ended.at(-1)?.usage).toMatchObject({ input: last()?.usage?.input, output: last()?.usage?.output });
  });
});

describe.each(FORMATS)(
  'a stream as one JSON array, which is what a client of gemini gets that does not ask for events, from %s',
  (upstream) => {
    const array = async (script: string): Promise<Record<string, unknown>[]> => {
      const call = CHATS.gemini({ model: at.model(upstream, script), stream: true });
      const response = await post(at.url, { ...call, path: call.path.replace('?alt=sse', '') });
      expect(response.headers.get('content-type')).toContain('application/json');
      return JSON.parse(await wireText(response));
    };

    it('has its finish reason in the last element', async () => {
      expect(JSON.stringify((await array('sim')).at(-1))).toContain('"finishReason":"STOP"');
    });

    it.each(['cut', 'cleancut', 'midfault'])(
      'case 31: is closed behind an error, and has no finish reason, after %s',
      async (fault) => {
        const elements = await array(`sim+${fault}`);
        expect(elements.length).toBeGreaterThan(1);
        expect(elements.map((element) => 'error' in element)).toEqual([...elements.slice(1).map(() => false), true]);
        expect(JSON.stringify(elements)).not.toContain('finishReason');
      },
    );
  },
);

describe('what is neither streamed nor faulty', () => {
  it('case 46: the provider is asked for plain bytes, and the client is given plain bytes', async () => {
    const { response } = await ask('openai-chat', { model: 'oa/sim' });
    expect(last()?.headers['accept-encoding']).toBe('identity');
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  it('case 48: calls that end early leave no connection and no request behind', async () => {
    const many = Array.from({ length: 40 }, async (_, index) => {
      const leave = new AbortController();
      const fault = ['redirect', 'stall', 'html', 'cut'][index % 4];
      const asking = post(at.url, CHATS['openai-chat']({ model: `oa/sim+${fault}`, stream: true }), {
        signal: leave.signal,
      });
      if (fault === 'stall') await asking.then(() => leave.abort());
      else await wireText(await asking);
    });
    await Promise.all(many);
    await eventually(() => at.sim.openCalls() === 0 && at.host.gateway.stats().open === 0);
  });

  it.each(FORMATS)('case 69: a body of 8 MB is served (%s)', async (client) => {
    const prompt = 'word '.repeat(1_600_000);
    const { response } = await ask(client, { model: at.model(client, 'sim-text-3'), prompt });
    expect([response.status, JSON.stringify(last()?.body).includes(prompt)]).toEqual([200, true]);
  });

  it.each(FORMATS)('case 69: a body over the limit is a 413 that names the limit (%s)', async (client) => {
    const { response, told } = await ask(client, { model: 'oa/sim', prompt: 'x'.repeat(33 * 1024 * 1024) });
    expect([response.status, told.error?.message]).toEqual([413, expect.stringContaining(String(32 * 1024 * 1024))]);
  });
});

describe('case 70: what a target can not express', () => {
  const UNKNOWN: readonly { client: ChatFormat; upstream: ChatFormat; more: Record<string, unknown>; named: string }[] =
    [
      { client: 'openai-chat', upstream: 'anthropic-messages', more: { logit_bias: { 5: 1 } }, named: 'logit_bias' },
      { client: 'openai-chat', upstream: 'gemini', more: { logit_bias: { 5: 1 } }, named: 'logit_bias' },
      { client: 'openai-chat', upstream: 'anthropic-messages', more: { seed: 3 }, named: 'seed' },
      { client: 'anthropic-messages', upstream: 'openai-chat', more: { top_k: 3 }, named: 'top_k' },
      { client: 'gemini', upstream: 'openai-chat', more: { generationConfig: { topK: 3 } }, named: 'top_k' },
      { client: 'gemini', upstream: 'anthropic-messages', more: { generationConfig: { seed: 3 } }, named: 'seed' },
    ];

  it.each(UNKNOWN)(
    'is named to the client ($named of $client for $upstream)',
    async ({ client, upstream, more, named }) => {
      const { response } = await ask(client, { model: at.model(upstream, 'sim'), more });
      expect([response.status, last()?.refusal]).toEqual([200, undefined]);
      expect(response.headers.get('x-postern-dropped')).toContain(named);
    },
  );

  it.each(UNKNOWN)(
    'is a refusal with strict ($named of $client for $upstream)',
    async ({ client, upstream, more, named }) => {
      const strict = await stage('Express', { config: { strict: true } });
      const { response, told } = await ask(client, { model: strict.model(upstream, 'sim'), more }, strict);
      expect([response.status, told.error?.message, strict.sim.calls.length]).toEqual([
        400,
        expect.stringContaining(named),
        0,
      ]);
      await strict.close();
    },
  );

  it.each(FORMATS)(
    'an unknown field goes on as it is within one format, for the provider to judge (%s)',
    async (format) => {
      const { response, told } = await ask(format, { model: at.model(format, 'sim'), more: { x_made_up: 1 } });
      // One vendor passes over what it does not know.
      const judges = format !== 'ollama';
      expect([response.status, last()?.body]).toMatchObject([judges ? 400 : 200, { x_made_up: 1 }]);
      if (judges) expect(told.error?.message).toContain('x_made_up');
    },
  );

  it.each(PAIRS.filter(({ client, upstream }) => client !== upstream))(
    'an unknown field of $client is named to the client for $upstream',
    async ({ client, upstream }) => {
      const { response } = await ask(client, { model: at.model(upstream, 'sim'), more: { x_made_up: 1 } });
      expect([response.status, last()?.refusal]).toEqual([200, undefined]);
      // Gemini's own JSON knows each name in two spellings; the canonical one is told.
      expect(response.headers.get('x-postern-dropped')).toMatch(/x_made_up|xMadeUp/);
    },
  );
});
