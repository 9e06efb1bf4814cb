import { describe, expect, it } from 'vitest';
import { isGatewayError } from '../../kit/errors.ts';
import type { OperationSide } from '../adapter.ts';
import { isFault } from '../adapter.ts';
import { FAMILIES } from '../families/index.ts';
import { embeddings } from './embeddings.ts';
import { rerank } from './rerank.ts';
import { body, exchange, inbound, jsonOf, target } from './support.type-test.ts';

/** What goes out for a request, and what the client is told of an answer to it. */
function served(side: OperationSide | undefined, request: object, answer: unknown, model = 'm') {
  if (side === undefined) throw new Error('there is no such form');
  const call = side.render(body(request), target(model), exchange());
  const told = side.parse(answer, call, exchange());
  return { call, sent: jsonOf(call), told };
}

function paramOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return isGatewayError(error) ? error.param : String(error);
  }
  return undefined;
}

const RANK = { model: 'fast', query: 'capital?', documents: ['Bern', { text: 'Rome' }, 'Oslo'], top_n: 2 };
const meta = (units: object) => ({ api_version: { version: '2' }, billed_units: units });

describe('documents are ranked', () => {
  // Source: https://docs.cohere.com/reference/rerank
  it('by Cohere: bounds by their names, search units as they are billed', () => {
    const results = [
      { index: 2, relevance_score: 0.9 },
      { index: 0, relevance_score: 0.4 },
    ];
    const answer = { id: 'r1', results, meta: { billed_units: { search_units: 1 } } };
    const { call, sent, told } = served(rerank, { ...RANK, max_tokens_per_doc: 50, novelty: 1 }, answer);
    expect(call.path).toBe('/v2/rerank');
    expect(sent).toEqual({
      model: 'm',
      query: 'capital?',
      documents: ['Bern', 'Rome', 'Oslo'],
      top_n: 2,
      max_tokens_per_doc: 50,
    });
    expect(call.dropped).toEqual(['novelty']);
    expect(told).toEqual({ body: { id: 'r1', results, meta: meta({ search_units: 1 }) }, usage: { searchUnits: 1 } });
  });

  // Sources: https://api.jina.ai/redoc, https://docs.fireworks.ai/api-reference/rerank-documents
  it.each(['results', 'data'])('by APIs like Jina’s, in %s, with the texts of the request', (member) => {
    const answer = {
      model: 'm',
      usage: { total_tokens: 7 },
      [member]: [
        { index: 1, relevance_score: 0.2 },
        { index: 0, relevance_score: 0.8 },
      ],
    };
    const { sent, told } = served(
      FAMILIES.rerank.rerank,
      { ...RANK, return_documents: true, max_tokens_per_doc: 5 },
      answer,
    );
    expect(sent).toEqual({
      model: 'm',
      query: 'capital?',
      documents: ['Bern', 'Rome', 'Oslo'],
      top_n: 2,
      return_documents: false,
    });
    expect(told).toMatchObject({
      usage: { input: 7 },
      body: {
        id: 'req_1',
        results: [
          { index: 0, relevance_score: 0.8, document: { text: 'Bern' } },
          { index: 1, relevance_score: 0.2, document: { text: 'Rome' } },
        ],
      },
    });
  });

  // Source: https://docs.voyageai.com/reference/reranker-api
  it('by Voyage, whose bound has another name', () => {
    const { sent, told } = served(FAMILIES.voyage.rerank, RANK, {
      data: [{ index: 0, relevance_score: 1 }],
      usage: { total_tokens: 3 },
    });
    expect(sent).toEqual({ model: 'm', query: 'capital?', documents: ['Bern', 'Rome', 'Oslo'], top_k: 2 });
    expect(told).toMatchObject({ usage: { input: 3 } });
  });

  // Source: https://huggingface.github.io/text-embeddings-inference/
  it('by a server that knows no bound: the best are told all the same', () => {
    const { sent, told } = served(
      FAMILIES['tei-rerank'].rerank,
      RANK,
      [0.1, 0.3, 0.2].map((score, index) => ({ index, score })),
    );
    expect(sent).toEqual({ query: 'capital?', texts: ['Bern', 'Rome', 'Oslo'], raw_scores: false, return_text: false });
    expect(told).toMatchObject({ body: { results: [{ index: 1 }, { index: 2 }] } });
  });

  // Source: https://deepinfra.com/Qwen/Qwen3-Reranker-8B/api
  it('by DeepInfra, which scores pairs in their order', () => {
    const { sent, told } = served(FAMILIES['deepinfra-rerank'].rerank, RANK, {
      scores: [0.1, 0.9, 0.5],
      input_tokens: 42,
      request_id: null,
    });
    expect(sent).toEqual({ queries: ['capital?', 'capital?', 'capital?'], documents: ['Bern', 'Rome', 'Oslo'] });
    expect(told).toMatchObject({
      usage: { input: 42 },
      body: {
        results: [
          { index: 1, relevance_score: 0.9 },
          { index: 2, relevance_score: 0.5 },
        ],
      },
    });
  });

  // Source: https://docs.nvidia.com/nim/nemo-retriever/text-reranking/2.3/using-reranking.html
  it('by NVIDIA, in logits, which may be below zero', () => {
    const { sent, told } = served(FAMILIES['nvidia-rerank'].rerank, RANK, {
      rankings: [
        { index: 0, logit: 0.5 },
        { index: 2, logit: -1.25 },
        { index: 1, logit: -7 },
      ],
    });
    expect(sent).toEqual({
      model: 'm',
      query: { text: 'capital?' },
      passages: [{ text: 'Bern' }, { text: 'Rome' }, { text: 'Oslo' }],
    });
    expect(told).toMatchObject({
      body: {
        results: [
          { index: 0, relevance_score: 0.5 },
          { index: 2, relevance_score: -1.25 },
        ],
      },
    });
  });

  it.each([[[{ index: 3, relevance_score: 1 }]], [[{ index: 0 }]], ['none'], [undefined]])(
    'and %j is no answer',
    (results) => {
      const { told } = served(rerank, RANK, { results });
      expect(isFault(told)).toBe(true);
    },
  );

  it.each([
    [{ ...RANK, query: '' }, 'query'],
    [{ ...RANK, documents: [] }, 'documents'],
    [{ ...RANK, documents: ['a', 5] }, 'documents.1'],
    [{ ...RANK, top_n: 0 }, 'top_n'],
  ])('unless the request is wrong: %j', (request, param) => {
    expect(paramOf(() => served(rerank, request, {}))).toBe(param);
  });

  it('for clients of both versions: the first tells documents unless they are not wanted, and tokens beside', () => {
    const first = inbound({ version: '1' });
    expect(rerank.dialect?.request(RANK, first)).toEqual({ ...RANK, return_documents: true });
    expect(rerank.dialect?.request({ ...RANK, return_documents: false }, first)).toMatchObject({
      return_documents: false,
    });
    expect(rerank.dialect?.request(RANK, inbound())).toEqual(RANK);
    const answer = { id: 'r', results: [], meta: meta({ input_tokens: 7 }) };
    expect(rerank.dialect?.answer(answer, RANK, exchange(), inbound()).body).toEqual(answer);
    expect(rerank.dialect?.answer(answer, RANK, exchange(), first).body).toEqual({
      ...answer,
      model: 'smart',
      usage: { total_tokens: 7, prompt_tokens: 7 },
    });
  });
});

const EMBED = { model: 'fast', input: ['a', 'b'] };

describe('embeddings', () => {
  // Source: https://docs.cohere.com/reference/embed
  it('of Cohere: what it requires is inserted and reported, base64 and dimensions are its own', () => {
    const plain = served(embeddings, EMBED, {
      embeddings: { float: [[0.5], [1]] },
      meta: { billed_units: { input_tokens: 4 } },
    });
    expect(plain.sent).toEqual({
      model: 'm',
      texts: ['a', 'b'],
      input_type: 'search_document',
      embedding_types: ['float'],
    });
    expect(plain.call.inserted).toEqual(['input_type=search_document']);
    expect(plain.told).toEqual({
      usage: { input: 4 },
      body: {
        object: 'list',
        model: 'm',
        data: [
          { object: 'embedding', index: 0, embedding: [0.5] },
          { object: 'embedding', index: 1, embedding: [1] },
        ],
        usage: { prompt_tokens: 4, total_tokens: 4 },
      },
    });
    const request = {
      model: 'fast',
      input: 'a',
      encoding_format: 'base64',
      dimensions: 256,
      input_type: 'search_query',
      user: 'u',
    };
    const packed = served(embeddings, request, { embeddings: { base64: ['AAAAPw=='] } });
    expect(packed.sent).toEqual({
      model: 'm',
      texts: ['a'],
      input_type: 'search_query',
      embedding_types: ['base64'],
      output_dimension: 256,
    });
    expect([packed.call.inserted, packed.call.dropped]).toEqual([[], ['user']]);
    expect(packed.told).toMatchObject({ body: { data: [{ embedding: 'AAAAPw==' }] } });
  });

  it('take the numbers of tokens from nobody: they are another vendor’s', () => {
    expect(paramOf(() => served(embeddings, { model: 'fast', input: [[1, 2]] }, {}))).toBe('input');
  });

  // Source: https://ai.google.dev/api/embeddings#method:-models.batchembedcontents
  it('of Gemini: many texts in one call, base64 made here of its numbers', () => {
    const side = FAMILIES['gemini-embeddings'].embeddings;
    const request = { ...EMBED, dimensions: 8, input_type: 'search_query', encoding_format: 'base64' };
    const { call, sent, told } = served(
      side,
      request,
      { embeddings: [{ values: [0.5] }, { values: [-1] }] },
      'gemini-embedding-001',
    );
    expect(call.path).toBe('/models/gemini-embedding-001:batchEmbedContents');
    const each = (text: string) => ({
      model: 'models/gemini-embedding-001',
      content: { parts: [{ text }] },
      taskType: 'RETRIEVAL_QUERY',
      outputDimensionality: 8,
    });
    expect(sent).toEqual({ requests: [each('a'), each('b')] });
    // 0.5 and -1 as little-endian 32-bit floats.
    const packed = [0.5, -1].map((number) => Buffer.from(Float32Array.of(number).buffer).toString('base64'));
    expect(told).toMatchObject({ body: { data: packed.map((embedding) => ({ embedding })) } });
    expect('usage' in told).toBe(false);
  });

  // Source: https://docs.voyageai.com/reference/embeddings-api
  it('of Voyage: floats have no word, base64 has', () => {
    const side = FAMILIES.voyage.embeddings;
    const request = { ...EMBED, dimensions: 8, input_type: 'search_query', encoding_format: 'float' };
    expect(served(side, request, {}).sent).toEqual({
      model: 'm',
      input: ['a', 'b'],
      input_type: 'query',
      output_dimension: 8,
    });
    expect(served(side, { ...EMBED, encoding_format: 'base64' }, {}).sent).toMatchObject({ encoding_format: 'base64' });
  });

  // Source: https://docs.voyageai.com/reference/multimodal-embeddings-api
  it('of Voyage’s models of images, each input a content of its own', () => {
    const side = FAMILIES.voyage.embeddings;
    const input = ['a', { text: 'b' }, { image: 'https://pictures.test/1.png' }, { image: '/9j/4AA=' }];
    const answer = {
      data: [{ index: 0, embedding: [1] }],
      usage: { text_tokens: 2, image_pixels: 9, total_tokens: 4 },
    };
    const { call, sent, told } = served(
      side,
      { model: 'fast', input, input_type: 'search_query', encoding_format: 'base64' },
      answer,
      'voyage-multimodal-3.5',
    );
    expect(call.path).toBe('/multimodalembeddings');
    expect(sent).toEqual({
      model: 'voyage-multimodal-3.5',
      inputs: [
        { content: [{ type: 'text', text: 'a' }] },
        { content: [{ type: 'text', text: 'b' }] },
        { content: [{ type: 'image_url', image_url: 'https://pictures.test/1.png' }] },
        { content: [{ type: 'image_base64', image_base64: 'data:image/jpeg;base64,/9j/4AA=' }] },
      ],
      input_type: 'query',
      output_encoding: 'base64',
    });
    expect(told).toMatchObject({ usage: { input: 4 } });
    expect(paramOf(() => served(side, { model: 'fast', input: [{ video: 'x' }] }, {}, 'voyage-multimodal-3'))).toBe(
      'input',
    );
  });

  // Source: https://api.jina.ai/openapi.json
  it('of Jina: what they are for and how they are written have other names', () => {
    const input = ['a', { image: 'https://pictures.test/1.png' }];
    const request = {
      model: 'fast',
      input,
      input_type: 'search_query',
      encoding_format: 'base64',
      dimensions: 8,
      user: 'u',
    };
    const { call, sent } = served(FAMILIES['jina-embeddings'].embeddings, request, {});
    expect(sent).toEqual({ model: 'm', input, task: 'retrieval.query', embedding_type: 'base64', dimensions: 8 });
    expect(call.dropped).toEqual(['user']);
    const own = { ...EMBED, task: 'text-matching', late_chunking: true, input_type: 'clustering' };
    const kept = served(FAMILIES['jina-embeddings'].embeddings, own, {});
    expect(kept.sent).toEqual({ model: 'm', input: ['a', 'b'], task: 'text-matching', late_chunking: true });
    expect(kept.call.dropped).toEqual(['input_type']);
  });

  // Source: https://docs.nomic.ai/reference/api/embed-text-v-1-embedding-text-post
  it('of Nomic', () => {
    const { call, sent, told } = served(
      FAMILIES['nomic-embeddings'].embeddings,
      { ...EMBED, dimensions: 8 },
      { embeddings: [[1], [2]], usage: { prompt_tokens: 2 } },
    );
    expect([call.path, sent]).toEqual(['/embedding/text', { model: 'm', texts: ['a', 'b'], dimensionality: 8 }]);
    expect(told).toMatchObject({ usage: { input: 2 }, body: { data: [{ embedding: [1] }, { embedding: [2] }] } });
  });

  it.each([{ embeddings: 'none' }, { embeddings: { float: [['x']] } }, {}, null])('%j is no answer', (answer) => {
    const { told } = served(embeddings, EMBED, answer);
    expect(isFault(told)).toBe(true);
  });

  it('for clients of Cohere: by types, and what no other API has is reported', () => {
    const asked = {
      model: 'fast',
      texts: ['a'],
      input_type: 'search_query',
      embedding_types: ['float'],
      output_dimension: 4,
    };
    expect(embeddings.dialect?.request(asked, inbound())).toEqual({
      model: 'fast',
      input: ['a'],
      input_type: 'search_query',
      dimensions: 4,
      encoding_format: 'float',
    });
    const answer = { object: 'list', data: [{ embedding: [1] }], usage: { prompt_tokens: 2 } };
    expect(embeddings.dialect?.answer(answer, asked, exchange(), inbound())).toMatchObject({
      dropped: [],
      body: { embeddings: { float: [[1]] }, texts: ['a'], meta: { billed_units: { input_tokens: 2 } } },
    });
    const types = { ...asked, embedding_types: ['float', 'int8'] };
    expect(embeddings.dialect?.answer(answer, types, exchange(), inbound()).dropped).toEqual(['embedding_types.int8']);
    const native = served(embeddings, embeddings.dialect?.request(types, inbound()) as object, {
      embeddings: { float: [[1]], int8: [[127]] },
    });
    expect(native.sent.embedding_types).toEqual(['float', 'int8']);
    const told =
      'body' in native.told ? embeddings.dialect?.answer(native.told.body, types, exchange(), inbound()) : undefined;
    expect(told).toMatchObject({ dropped: [], body: { embeddings: { float: [[1]], int8: [[127]] } } });
  });
});
