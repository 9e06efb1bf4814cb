import { describe, expect, it } from 'vitest';
import { weightOf } from '../../chat/weight.ts';
import { UpstreamError } from '../../kit/errors.ts';
import type { Metered } from '../adapter.ts';
import { openaiResponses } from './index.ts';
import { body, callFor, exchange, frames, inbound, response, sse, target, textOf } from './support.type-test.ts';

const created = {
  type: 'response.created',
  sequence_number: 0,
  response: response([], { status: 'in_progress', usage: null }),
};
const delta = (text: string, type = 'response.output_text.delta') => ({
  type,
  sequence_number: 4,
  item_id: 'msg_1',
  output_index: 0,
  content_index: 0,
  delta: text,
  logprobs: [],
  obfuscation: 'xyz',
});

function metered(text: string): Metered[] {
  const meter = openaiResponses.client.meter(callFor());
  return frames(text).map((frame) => meter.push(frame));
}

describe('a passing stream', () => {
  it.each([
    'response.output_text.delta',
    'response.refusal.delta',
    'response.reasoning_summary_text.delta',
    'response.function_call_arguments.delta',
    'response.custom_tool_call_input.delta',
  ])('weighs the text of %s, and of nothing beside them', (type) => {
    expect(metered(sse([delta('a"\\é', type)]))).toEqual([{ content: weightOf('a"\\é') }]);
  });

  it('counts the same when its events have no names, or CRLF', () => {
    expect(metered(`data: ${JSON.stringify(delta('four'))}\n\n`)).toEqual([{ content: 4 }]);
    expect(metered(sse([delta('four')]).replaceAll('\n', '\r\n'))).toEqual([{ content: 4 }]);
  });

  it('reads usage and the end off the last event', () => {
    const last = { type: 'response.completed', response: response([]) };
    expect(metered(sse([created, last])).at(-1)).toEqual({
      usage: { input: 12, cacheRead: 8, output: 5, reasoning: 4 },
      terminal: true,
      last: true,
    });
  });

  it('tells the end of a response once, and adds up what several used', () => {
    const last = (id: string) => ({ type: 'response.completed', response: response([], { id }) });
    const [, , again, other] = metered(sse([created, last('r1'), last('r1'), last('r2')]));
    expect(again).toEqual({ hide: true });
    expect(other?.usage).toEqual({ input: 24, cacheRead: 16, output: 10, reasoning: 8 });
  });

  it('has begun with a call, and not with an empty message', () => {
    const added = (type: string) => ({ type: 'response.output_item.added', output_index: 0, item: { type, id: 'x' } });
    expect(metered(sse([added('message'), added('reasoning'), added('function_call')]))).toEqual([
      {},
      {},
      { spoke: true },
    ]);
  });

  it.each([
    sse([delta('four')]).replace('}\n\n', '\n\n'),
    sse([delta('four')]).replace('"four"', '"fo\\xur"'),
    'event: response.output_text.delta\ndata: {"delta":"four"}x\n\n',
    'event: response.completed\ndata: {"response":\n\n',
  ])('throws SyntaxError for a frame that is broken: %j', (text) => {
    expect(() => metered(text)).toThrow(SyntaxError);
  });

  it('bills the calls of built-in tools by their items', () => {
    const items = [
      { type: 'web_search_call', id: 'ws_1' },
      { type: 'web_search_call', id: 'ws_2' },
    ];
    expect(openaiResponses.client.meter(callFor()).body(response(items)).usage?.serverTools).toEqual({ web_search: 2 });
  });

  it('ends with an error that is numbered on, and nothing that looks like an end', () => {
    const meter = openaiResponses.client.meter(callFor());
    for (const frame of frames(sse([created, { ...delta('a'), sequence_number: 1 }]))) meter.push(frame);
    const [frame] = frames(textOf(meter.fail(new UpstreamError('upstream_unavailable', 'Gone.'))));
    expect(frame?.event).toBe('error');
    expect(JSON.parse(frame?.data ?? '')).toMatchObject({
      type: 'error',
      sequence_number: 2,
      message: 'Gone.',
      error: { message: 'Gone.', type: 'server_error' },
    });
  });
});

describe('a passing answer', () => {
  it.each([
    [response([], { status: 'failed', error: { code: 'server_error', message: 'No.' } }), 'unavailable'],
    [{ error: { message: 'No.', type: 'server_error', code: null, param: null } }, 'unavailable'],
    [{ object: 'response' }, 'invalid-response'],
    ['page', 'invalid-response'],
  ])('%j is a fault', (answer, kind) => {
    expect(openaiResponses.client.meter(callFor()).body(answer).fault?.kind).toBe(kind);
  });

  it('that is made in the background is none yet, and no fault', () => {
    const queued = response([], { status: 'queued', usage: null });
    expect(openaiResponses.client.meter(callFor()).body(queued)).toEqual({});
  });
});

describe('a passing request', () => {
  it('goes on with its model exchanged and every other byte as it came', () => {
    const text = '{ "model" : "smart", "input" : "H\\u0069", "previous_response_id":"resp_1" }';
    const call = openaiResponses.client.forward(body(text), inbound, target, exchange());
    expect(textOf(call.body as Uint8Array)).toBe(text.replace('"smart"', '"gpt-5.4"'));
    expect(call.path).toBe('/responses');
  });

  it('goes on as the very bytes when the model is the same', () => {
    const raw = body({ model: 'gpt-5.4', input: 'Hi' });
    expect(openaiResponses.client.forward(raw, inbound, target, exchange()).body).toBe(raw.bytes());
  });
});
