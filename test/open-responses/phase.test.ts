import { describe, expect, it } from 'vitest';
import { hear } from '../conversations/canned.ts';
import { answerOf, play } from '../conversations/play.ts';
import { CHAT_FORMATS } from '../kit/formats.ts';
import { checkedEvents } from './events.ts';
import { responseResource } from './schema.ts';

const TEXT = 'It is blue.';
const said = (text: string, status: string) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  phase: 'final_answer',
  status,
  content: text === '' ? [] : [{ type: 'output_text', text, annotations: [], logprobs: [] }],
});
const response = (status: string, output: readonly object[]) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_780_000_000,
  completed_at: status === 'completed' ? 1_780_000_001 : null,
  status,
  background: false,
  error: null,
  incomplete_details: null,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  model: 'gpt-5.4-mini',
  output,
  parallel_tool_calls: true,
  previous_response_id: null,
  presence_penalty: 0,
  frequency_penalty: 0,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: 'default',
  store: false,
  temperature: 1,
  text: { format: { type: 'text' }, verbosity: 'medium' },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  usage:
    status === 'completed'
      ? {
          input_tokens: 5,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: 7,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 12,
        }
      : null,
});

/** An answer that says which phase it belongs to. Source: https://www.openresponses.org/reference (Message, phase) */
const at = { item_id: 'msg_1', output_index: 0, content_index: 0 };
const PHASED = {
  body: response('completed', [said(TEXT, 'completed')]),
  events: [
    { type: 'response.created', response: response('in_progress', []) },
    { type: 'response.in_progress', response: response('in_progress', []) },
    { type: 'response.output_item.added', output_index: 0, item: said('', 'in_progress') },
    {
      type: 'response.content_part.added',
      ...at,
      part: { type: 'output_text', text: '', annotations: [], logprobs: [] },
    },
    { type: 'response.output_text.delta', ...at, delta: TEXT, logprobs: [] },
    { type: 'response.output_text.done', ...at, text: TEXT, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: said(TEXT, '').content[0] },
    { type: 'response.output_item.done', output_index: 0, item: said(TEXT, 'completed') },
    { type: 'response.completed', response: response('completed', [said(TEXT, 'completed')]) },
  ].map((event, sequence_number) => ({ sequence_number, ...event })),
};

describe('Open Responses: Response Output Phase Schema', () => {
  it.each([false, true])('a phase reaches a client of the format, streamed or not (hooks: %s)', async (inspected) => {
    for (const stream of [false, true]) {
      const { text } = await hear('openai-responses', 'openai-responses', PHASED, stream, { inspected });
      const told = stream ? checkedEvents(text).response : responseResource.parse(JSON.parse(text));
      expect(told.output).toEqual([said(TEXT, 'completed')]);
    }
  });

  it.each(CHAT_FORMATS.filter((format) => format !== 'openai-responses'))(
    'a client of %s is told the words, which are all it has a form for',
    async (client) => {
      for (const stream of [false, true]) {
        const { text } = await hear(client, 'openai-responses', PHASED, stream);
        expect(answerOf(client, text, stream).choices[0]?.text).toBe(TEXT);
      }
    },
  );
});

describe('Open Responses: Assistant Message Phase', () => {
  const body = {
    input: [
      { type: 'message', role: 'assistant', content: 'I look.', phase: 'commentary' },
      { type: 'message', role: 'user', content: 'And?' },
    ],
  };

  it.each([undefined, true] as const)('reaches a provider of the format (hooks: %s)', async (inspected) => {
    const pair = { client: 'openai-responses', provider: 'openai-responses' } as const;
    const { call } = await play({ ...pair, body, stream: false, ...(inspected ? { inspected } : {}) });
    expect(call?.body).toMatchObject({ input: [{ role: 'assistant', phase: 'commentary' }, { role: 'user' }] });
  });
});
