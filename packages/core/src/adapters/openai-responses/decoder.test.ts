import { describe, expect, it } from 'vitest';
import { createCollector } from '../../chat/collect.ts';
import type { Json } from '../shared/read.ts';
import { decode, response, sse } from './support.type-test.ts';

/** Source of the events: https://platform.openai.com/docs/api-reference/responses-streaming */
const created = { type: 'response.created', response: response([], { status: 'in_progress', usage: null }) };
const completed = (output: readonly Json[], more: Json = {}): Json => ({
  type: 'response.completed',
  response: response(output, more),
});
const call = (index: number, input: string): Json => ({
  id: `fc_${index}`,
  type: 'function_call',
  status: 'completed',
  call_id: `call_${index}`,
  name: 'look',
  arguments: input,
});

function told(events: readonly Json[]) {
  const collector = createCollector();
  const decoded = decode(sse(events));
  for (const event of decoded) collector.push(event);
  return { reply: collector.reply(), fault: decoded.find((event) => event.type === 'fault') };
}

describe('a stream of items', () => {
  it('case 37: keeps three calls apart whose pieces come mixed', () => {
    const inputs = ['{"a":1}', '{"b":22}', '{"c":333}'];
    const added = inputs.map((_, index) => ({
      type: 'response.output_item.added',
      output_index: index,
      item: call(index, ''),
    }));
    const pieces = [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((at) =>
      inputs.flatMap((input, index) =>
        at < input.length
          ? [
              {
                type: 'response.function_call_arguments.delta',
                item_id: `fc_${index}`,
                output_index: index,
                delta: input[at],
              },
            ]
          : [],
      ),
    );
    const done = inputs.map((input, index) => ({
      type: 'response.output_item.done',
      output_index: index,
      item: call(index, input),
    }));
    const { reply } = told([
      created,
      ...added,
      ...pieces,
      ...done,
      completed(inputs.map((input, at) => call(at, input))),
    ]);
    expect(reply.choices[0]?.content.map((part) => part.type === 'tool-call' && [part.callId, part.input])).toEqual(
      inputs.map((input, index) => [`call_${index}`, input]),
    );
    expect(reply.choices[0]?.stopReason).toBe('tool-calls');
  });

  it('takes what no event told from the whole response', () => {
    const { reply } = told([created, completed([call(0, '{}')])]);
    expect(reply.choices[0]?.content).toMatchObject([{ type: 'tool-call', callId: 'call_0', input: '{}' }]);
  });

  it('tells the pieces of a summary as paragraphs, and its encrypted content byte for byte', () => {
    const item = { id: 'rs_1', type: 'reasoning' };
    const summary = [
      { type: 'summary_text', text: 'First.' },
      { type: 'summary_text', text: 'Second.' },
    ];
    const piece = (summary_index: number, delta: string) => ({
      type: 'response.reasoning_summary_text.delta',
      item_id: 'rs_1',
      output_index: 0,
      summary_index,
      delta,
    });
    const whole = { ...item, summary, encrypted_content: 'gAAA+/==' };
    const { reply } = told([
      created,
      { type: 'response.output_item.added', output_index: 0, item: { ...item, summary: [] } },
      piece(0, 'First.'),
      piece(1, 'Second.'),
      { type: 'response.output_item.done', output_index: 0, item: whole },
      completed([whole]),
    ]);
    expect(reply.choices[0]?.content).toEqual([
      {
        type: 'reasoning',
        text: 'First.\n\nSecond.',
        summary: true,
        id: 'rs_1',
        encrypted: 'gAAA+/==',
        origin: { format: 'openai-responses', provider: 'acme', model: 'gpt-5.4' },
        native: { 'openai-responses': { summary } },
      },
    ]);
  });

  it('counts cached and reasoning tokens apart', () => {
    expect(told([created, completed([])]).reply.usage).toEqual({ input: 12, cacheRead: 8, output: 5, reasoning: 4 });
  });
});

describe('how a stream ends', () => {
  it.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content-filter'],
  ])('incomplete for %s is %s, not a good end', (reason, stopReason) => {
    const ended = {
      ...completed([], { status: 'incomplete', incomplete_details: { reason } }),
      type: 'response.incomplete',
    };
    expect(told([created, ended]).reply.choices[0]?.stopReason).toBe(stopReason);
  });

  it('without its last event it is incomplete, though all items are done', () => {
    const done = { type: 'response.output_item.done', output_index: 0, item: call(0, '{}') };
    expect(told([created, done]).fault).toMatchObject({ fault: { kind: 'incomplete' } });
  });

  it.each([
    ['server_error', 'unavailable', 500],
    ['rate_limit_exceeded', 'rate-limited', 429],
    ['invalid_image_url', 'rejected', 400],
  ])('failed with %s is a fault of kind %s', (code, kind, status) => {
    const failed = {
      type: 'response.failed',
      response: response([], { status: 'failed', error: { code, message: 'No.' } }),
    };
    expect(told([created, failed]).fault).toMatchObject({ fault: { kind, status, message: 'No.' } });
  });

  it.each([
    ['as the reference has it', { type: 'error', code: 'server_error', message: 'No.', param: null }],
    [
      'as it comes',
      { type: 'error', error: { type: 'server_error', code: 'server_error', message: 'No.', param: null } },
    ],
  ])('an error event is a fault, %s', (_, event) => {
    expect(told([created, event]).fault).toMatchObject({ fault: { kind: 'unavailable', message: 'No.' } });
  });
});
