import { type Cohere, CohereClientV2 } from 'cohere-ai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHATS, post } from '../kit/chat.ts';
import { FORMATS, type Stage, stage } from '../kit/stage.ts';

const TOOL: Cohere.ToolV2 = {
  type: 'function',
  function: {
    name: 'look_up',
    description: 'Looks a word up.',
    parameters: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
  },
};
const ASK: Cohere.ChatMessageV2 = { role: 'user', content: 'Good morning, Bern.' };

/** What a stream says, as code for this client gathers it. */
async function gathered(stream: AsyncIterable<Cohere.V2ChatStreamResponse>) {
  const told = { text: '', thinking: '', arguments: '', name: '', finish: '', output: 0 };
  for await (const event of stream) {
    if (event.type === 'content-delta') {
      told.text += event.delta?.message?.content?.text ?? '';
      told.thinking += event.delta?.message?.content?.thinking ?? '';
    } else if (event.type === 'tool-call-start') told.name = event.delta?.message?.toolCalls?.function?.name ?? '';
    else if (event.type === 'tool-call-delta')
      told.arguments += event.delta?.message?.toolCalls?.function?.arguments ?? '';
    else if (event.type === 'message-end') {
      told.finish = event.delta?.finishReason ?? '';
      told.output = event.delta?.usage?.billedUnits?.outputTokens ?? 0;
    }
  }
  return told;
}

describe('cohere-ai on Express', () => {
  let at: Stage;
  let client: CohereClientV2;
  beforeAll(async () => {
    at = await stage('Express');
    client = new CohereClientV2({ token: 'a-key-of-the-client', baseUrl: at.url, maxRetries: 0 });
  });
  afterAll(() => at.close());

  describe.each(FORMATS)('to %s', (upstream) => {
    it('is told a text, whole and in pieces, with what it cost', async () => {
      const model = at.model(upstream, 'sim-echo');
      const whole = await client.chat({ model, messages: [ASK] });
      expect(whole.message.content).toEqual([{ type: 'text', text: 'Good morning, Bern.' }]);
      expect(whole.finishReason).toBe('COMPLETE');
      expect(whole.usage?.billedUnits?.outputTokens).toBe(at.sim.calls.at(-1)?.usage?.output);
      const told = await gathered(await client.chatStream({ model, messages: [ASK] }));
      expect(told).toMatchObject({ text: 'Good morning, Bern.', finish: 'COMPLETE' });
      expect(told.output).toBe(at.sim.calls.at(-1)?.usage?.output);
    });

    it('runs a tool and sends the answer back as it got it', async () => {
      const model = at.model(upstream, 'sim-tools');
      const request = { model, messages: [ASK], tools: [TOOL] };
      const asked = await client.chat(request);
      const [call] = asked.message.toolCalls ?? [];
      expect([asked.finishReason, call?.function?.name]).toEqual(['TOOL_CALL', 'look_up']);
      const streamed = await gathered(await client.chatStream(request));
      expect(streamed).toMatchObject({ finish: 'TOOL_CALL', name: 'look_up' });
      expect(JSON.parse(streamed.arguments)).toEqual(JSON.parse(call?.function?.arguments ?? ''));
      const result: Cohere.ChatMessageV2 = {
        role: 'tool',
        toolCallId: call?.id ?? '',
        content: [{ type: 'document', document: { data: { meaning: 'a town' } } }],
      };
      const answer = await client.chat({ ...request, messages: [ASK, asked.message, result] });
      expect(at.sim.calls.at(-1)?.refusal).toBeUndefined();
      expect(answer.finishReason).toBe('COMPLETE');
      expect(JSON.stringify(at.sim.calls.at(-1)?.body)).toContain('a town');
    });

    it('gets an error in its own form', async () => {
      const refused = client.chat({ model: at.model(upstream, 'sim+e400'), messages: [ASK] });
      await expect(refused).rejects.toMatchObject({ statusCode: 400, body: { message: expect.any(String) } });
    });
  });

  it('ranks documents', async () => {
    const ranked = await client.rerank({
      model: at.model('cohere', 'sim'),
      query: 'a?',
      documents: ['x', 'y', 'z'],
      topN: 2,
    });
    expect(ranked.results).toHaveLength(2);
    expect(ranked.meta?.billedUnits?.searchUnits).toBe(1);
    expect(at.ended.at(-1)?.usage).toEqual({ searchUnits: 1 });
  });

  it.each(['cohere', 'openai-chat'] as const)('embeds texts by %s', async (upstream) => {
    const request = { model: at.model(upstream, 'sim'), inputType: 'search_query' as const, texts: ['x', 'y'] };
    const embedded = await client.embed({ ...request, embeddingTypes: ['float'], outputDimension: 4 });
    expect(embedded.embeddings.float?.map((vector) => vector.length)).toEqual([4, 4]);
    const packed = await client.embed({ ...request, embeddingTypes: ['base64'], outputDimension: 4 });
    const floats = new Float32Array(new Uint8Array(Buffer.from(packed.embeddings.base64?.[1] ?? '', 'base64')).buffer);
    expect([...floats]).toEqual(embedded.embeddings.float?.[1]);
  });
});

describe('a provider that ranks and embeds only', () => {
  it.each(FORMATS)('is not asked to chat with a client of %s', async (format) => {
    const providers = { jina: { extends: 'jina_ai', apiKey: 'k' } };
    const at = await stage('Express', { config: { providers } });
    const response = await post(at.url, CHATS[format]({ model: 'jina/jina-reranker-v3' }));
    expect([response.status, at.sim.calls.length]).toEqual([400, 0]);
    expect(await response.text()).toContain('does not serve chat');
    await at.close();
  });
});

describe('the path that Jina’s clients ask', () => {
  it('is told in their form, and bad requests in one clear error', async () => {
    const at = await stage('Express');
    const rank = (body: object) =>
      fetch(`${at.url}/v1/rerank`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const good = await rank({ model: 'co/sim', query: 'a?', documents: ['x', 'y'] });
    expect(await good.json()).toMatchObject({
      model: 'co/sim',
      results: [{ document: { text: expect.stringMatching(/^[xy]$/) } }, {}],
    });
    const bad = await rank({ model: 'co/sim', query: 'a?', documents: [] });
    expect([bad.status, await bad.json()]).toMatchObject([400, { message: expect.stringContaining('documents') }]);
    await at.close();
  });
});
