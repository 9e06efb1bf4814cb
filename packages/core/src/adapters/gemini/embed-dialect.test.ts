import { describe, expect, it } from 'vitest';
import { drained, embedderScene, TWO_EMBEDDINGS } from '../../line/media/media.type-test.ts';

/** A Gemini client before a model of one provider, whose answer is given by hand. */
function scene(provider: string) {
  const inner = embedderScene(provider);
  const pathOf = (action: string): string => `/v1beta/models/m:${action}`;
  return {
    ...inner,
    request: (action: string, request: object) => inner.ask(pathOf(action), request),
    embedded: (action: string, request: object, answer: object) => inner.embedded(pathOf(action), request, answer),
  };
}

const content = (text: string) => ({ parts: [{ text }] });

// Sources: https://ai.google.dev/api/embeddings#method:-models.embedcontent, …#method:-models.batchembedcontents
describe('Gemini’s clients get embeddings', () => {
  it('of any provider, one at a time', async () => {
    const request = { model: 'models/m', content: content('a'), outputDimensionality: 8, title: 'T' };
    const { sent, told, dropped } = await scene('openai').embedded('embedContent', request, TWO_EMBEDDINGS);
    expect(sent).toEqual({ model: 'embedder', input: ['a'], dimensions: 8 });
    expect(told).toEqual({ embedding: { values: [0.5] }, usageMetadata: { promptTokenCount: 4 } });
    expect(dropped).toBe('title');
  });

  it('of any provider, several at once, and for what they say they want them', async () => {
    const requests = ['a', 'b'].map((text) => ({ content: content(text), task_type: 'RETRIEVAL_QUERY' }));
    const answer = { embeddings: { float: [[0.5], [1]] }, meta: { billed_units: { input_tokens: 4 } } };
    const { sent, told } = await scene('cohere').embedded('batchEmbedContents', { requests }, answer);
    expect(sent).toMatchObject({ texts: ['a', 'b'], input_type: 'search_query' });
    expect(told).toEqual({ embeddings: [{ values: [0.5] }, { values: [1] }], usageMetadata: { promptTokenCount: 4 } });
  });

  it('of Google itself, in its own words again', async () => {
    const request = { content: content('a'), taskType: 'SEMANTIC_SIMILARITY' };
    const { path, sent, told } = await scene('gemini').embedded('embedContent', request, {
      embeddings: [{ values: [1] }],
    });
    expect(path).toBe('/models/embedder:batchEmbedContents');
    expect(sent).toEqual({
      requests: [{ model: 'models/embedder', content: content('a'), taskType: 'SEMANTIC_SIMILARITY' }],
    });
    expect(told).toEqual({ embedding: { values: [1] } });
  });

  it.each<[string, object, string]>([
    ['embedContent', { content: { parts: [{ inlineData: { mimeType: 'image/png', data: 'AA' } }] } }, 'content'],
    ['embedContent', { content: { parts: [{ text: 'a' }, { text: 'b' }] } }, 'content'],
    ['embedContent', {}, 'content'],
    ['embedContent', { content: content('a'), model: 'models/other' }, 'model'],
    ['batchEmbedContents', { requests: [] }, 'requests'],
    ['batchEmbedContents', { requests: [{ content: content('a') }, { content: {} }] }, 'requests.1.content'],
    [
      'batchEmbedContents',
      { requests: [{ content: content('a'), outputDimensionality: 8 }, { content: content('b') }] },
      'requests.1.outputDimensionality',
    ],
  ])('unless %s says %j', async (action, request, place) => {
    const { request: ask, upstream } = scene('openai');
    const reply = await ask(action, request);
    expect(reply.status).toBe(400);
    // Source: https://ai.google.dev/gemini-api/docs/troubleshooting
    const { error } = JSON.parse(await drained(reply)) as { error: { status: string; message: string } };
    expect(error.status).toBe('INVALID_ARGUMENT');
    expect(error.message).toContain(`"${place}"`);
    expect(upstream.calls).toHaveLength(0);
  });
});
