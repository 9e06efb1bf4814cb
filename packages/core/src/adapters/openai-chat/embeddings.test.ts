import { describe, expect, it } from 'vitest';
import { isGatewayError } from '../../kit/errors.ts';
import type { Json } from '../shared/read.ts';
import { embeddings } from './embeddings.ts';
import { body, callFor, compatible, EXACT, exchange, target, textOf } from './support.type-test.ts';

const render = (request: unknown, row = EXACT) =>
  embeddings.render(body(request), target(row, 'text-embedding-3-small'), exchange());
const parse = (answer: unknown) => embeddings.parse(answer, callFor(EXACT), exchange());

describe('embeddings', () => {
  it('need a model, and never stream', () => {
    expect(embeddings.peek(body({ model: 'e', input: 'x' }).fields())).toEqual({ model: 'e', stream: false });
    let error: unknown;
    try {
      embeddings.peek(body({ input: 'x' }).fields());
    } catch (thrown) {
      error = thrown;
    }
    expect(isGatewayError(error) && error.param).toBe('model');
  });
  it('pass with the model exchanged in the bytes', () => {
    const call = render('{"input": ["a","b"], "model":"fast", "encoding_format":"base64"}');
    expect(call).toMatchObject({ method: 'POST', path: '/embeddings', stream: false, dropped: [] });
    expect(textOf(call.body)).toBe(
      '{"input": ["a","b"], "model":"text-embedding-3-small", "encoding_format":"base64"}',
    );
  });
  it('leave out what steers the embeddings of other APIs, which OpenAI refuses, and report it', () => {
    const call = render({ model: 'fast', input: 'x', input_type: 'search_query', truncate: 'END' });
    expect(JSON.parse(textOf(call.body))).toEqual({ model: 'text-embedding-3-small', input: 'x' });
    expect(call.dropped).toEqual(['input_type', 'truncate']);
    const passed = render({ model: 'fast', input: 'x', input_type: 'query' }, compatible({}));
    expect(JSON.parse(textOf(passed.body))).toMatchObject({ input_type: 'query' });
  });
  it('obey the row', () => {
    const row = compatible({
      paths: { embeddings: '/{model}/embed' },
      drop: ['user'],
      rename: { dimensions: 'output_dimension' },
    });
    const call = render({ model: 'fast', input: 'x', dimensions: 8, user: 'u' }, row);
    expect(call.path).toBe('/text-embedding-3-small/embed');
    expect(JSON.parse(textOf(call.body))).toEqual({ model: 'text-embedding-3-small', input: 'x', output_dimension: 8 });
    expect(call.dropped).toEqual(['user']);
  });
  it('take provider options, which can not choose the model', () => {
    const providerOptions = {
      'openai-chat': { dimensions: 4, model: 'evil', input: 'evil' },
      acme: { truncate: 'END' },
      other: { x: 1 },
    };
    const call = render({ model: 'fast', input: 'x', providerOptions });
    expect(JSON.parse(textOf(call.body))).toEqual({
      model: 'text-embedding-3-small',
      input: 'x',
      dimensions: 4,
      truncate: 'END',
    });
    expect(call.dropped).toEqual(['providerOptions.openai-chat.model', 'providerOptions.openai-chat.input']);
  });
  it('come back as they are, as numbers or base64, with usage', () => {
    const answer = {
      object: 'list',
      data: [
        { object: 'embedding', index: 0, embedding: [0.1] },
        { object: 'embedding', index: 1, embedding: 'AAAA' },
      ],
      model: 'm',
      usage: { prompt_tokens: 2, total_tokens: 2 },
    };
    const result = parse(answer) as { body: unknown; usage: unknown };
    expect(result.body).toBe(answer);
    expect(result.usage).toEqual({ input: 2 });
  });
  it('have what the schema requires, filled in', () => {
    expect(parse({ data: [{ embedding: [1] }] })).toEqual({
      body: {
        object: 'list',
        data: [{ object: 'embedding', index: 0, embedding: [1] }],
        model: 'gpt-5.4',
        usage: { prompt_tokens: 0, total_tokens: 0 },
      },
    });
  });
  it.each<[unknown, Json]>([
    [{ error: { message: 'No', code: 429 } }, { kind: 'rate-limited', status: 429 }],
    [{}, { kind: 'invalid-response' }],
    ['x', { kind: 'invalid-response' }],
  ])('%j is a fault', (answer, fault) => {
    expect(parse(answer)).toMatchObject(fault);
  });
});
