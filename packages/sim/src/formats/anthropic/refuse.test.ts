import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedSim, serveSim } from '../../index.ts';
import { CHATS, KEYS, send } from '../../testing/client.ts';

const chat = CHATS['anthropic-messages'];
const USER = { role: 'user', content: 'Hello' };
const ASSISTANT = { role: 'assistant', content: 'Hi' };
const use = (...ids: string[]) => ({
  role: 'assistant',
  content: ids.map((id) => ({ type: 'tool_use', id, name: 'f', input: {} })),
});
const results = (...ids: string[]) => ({
  role: 'user',
  content: ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'done' })),
});
const TOOL = { name: 'f', input_schema: { type: 'object' } };
const THINKING = { type: 'enabled', budget_tokens: 1024 };
const blocks = (...content: object[]) => ({ role: 'user', content });
const text = (value: string, more: object = {}) => ({ type: 'text', text: value, ...more });
const MARKED = { cache_control: { type: 'ephemeral' } };

let sim: ServedSim;
beforeAll(async () => {
  sim = await serveSim();
});
afterAll(() => sim.close());

async function refusal(more: object): Promise<string> {
  const answer = await send(sim.url, chat('sim', false, more));
  expect([answer.status, JSON.parse(answer.text).error.type]).toEqual([400, 'invalid_request_error']);
  return JSON.parse(answer.text).error.message;
}
const accepted = async (more: object) =>
  expect((await send(sim.url, chat('sim', false, more))).text).toContain('"type":"message"');

describe('Anthropic’s sim refuses what the vendor refuses', () => {
  const cases: [string, object, RegExp][] = [
    ['no max_tokens', { max_tokens: undefined }, /^max_tokens: Field required$/],
    ['max_tokens 0', { max_tokens: 0 }, /greater than or equal to 1/],
    ['no messages', { messages: [] }, /at least one message is required/],
    ['a first message of the assistant', { messages: [ASSISTANT, USER] }, /first message must use the "user" role/],
    ['a system message', { messages: [{ role: 'system', content: 'x' }, USER] }, /Unexpected role "system"/],
    ['a tool message', { messages: [USER, { role: 'tool', content: 'x' }] }, /Unexpected role "tool"/],
    ['an empty text', { messages: [blocks(text(''))] }, /text content blocks must be non-empty/],
    ['a text of blanks', { messages: [blocks(text(' \n'))] }, /non-whitespace text/],
    ['an empty message', { messages: [{ role: 'user', content: '' }] }, /all messages must have non-empty content/],
    [
      'blanks at the end of a given start',
      { messages: [USER, { role: 'assistant', content: 'Well ' }] },
      /cannot end with trailing whitespace/,
    ],
    [
      'a name on a message',
      { messages: [{ ...USER, name: 'ada' }] },
      /messages\.0\.name: Extra inputs are not permitted/,
    ],
    ['a field that it does not know', { frequency_penalty: 1 }, /^frequency_penalty: Extra inputs are not permitted$/],
    ['a temperature of 2', { temperature: 2 }, /less than or equal to 1/],
    ['OpenAI’s image', { messages: [blocks({ type: 'image_url', image_url: { url: 'x' } })] }, /Input tag 'image_url'/],
    [
      'a bitmap',
      { messages: [blocks({ type: 'image', source: { type: 'base64', media_type: 'image/bmp', data: 'AAAA' } })] },
      /media_type: Input should be 'image\/jpeg'/,
    ],
    [
      'a result without a use',
      { messages: [USER, ASSISTANT, results('a')] },
      /unexpected `tool_use_id` found in `tool_result` blocks: a/,
    ],
    ['a result of another use', { messages: [USER, use('a'), results('a', 'b')] }, /unexpected `tool_use_id`.*: b/],
    [
      'a use without its result',
      { messages: [USER, use('a', 'b'), results('a')] },
      /ids were found without `tool_result` blocks immediately after: b/,
    ],
    [
      'a text before the results',
      { messages: [USER, use('a'), blocks(text('x'), ...results('a').content)] },
      /without `tool_result` blocks immediately after: a/,
    ],
    [
      'two results of one use',
      { messages: [USER, use('a'), results('a', 'a')] },
      /each tool_use must have a single result/,
    ],
    ['an id used twice', { messages: [USER, use('a'), results('a'), use('a'), results('a')] }, /ids must be unique/],
    ['an id with a dot', { messages: [USER, use('a.b'), results('a.b')] }, /String should match pattern/],
    [
      'input as a text',
      {
        messages: [
          USER,
          { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: '{}' }] },
          results('a'),
        ],
      },
      /tool_use\.input: Input should be a valid dictionary/,
    ],
    ['a tool without schema', { tools: [{ name: 'f' }] }, /tools\.0\.custom\.input_schema: Field required/],
    [
      'OpenAI’s tool',
      { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: { type: 'tool', name: 'f' } },
      /not found in provided tools/,
    ],
    [
      'a tool’s name with a dot',
      { tools: [{ ...TOOL, name: 'a.b' }] },
      /String should match pattern '\^\[a-zA-Z0-9_-\]\{1,128\}\$'/,
    ],
    ['two tools of one name', { tools: [TOOL, TOOL] }, /Tool names must be unique/],
    ['a choice without tools', { tool_choice: { type: 'auto' } }, /only be specified while providing tools/],
    ['OpenAI’s way to choose', { tools: [TOOL], tool_choice: 'auto' }, /Input should be a valid dictionary/],
    [
      'five cache points',
      {
        messages: [
          blocks(text('a', MARKED), text('b', MARKED), text('c', MARKED), text('d', MARKED), text('e', MARKED)),
        ],
      },
      /maximum of 4 blocks with cache_control may be provided. Found 5/,
    ],
    ['a small budget', { thinking: { type: 'enabled', budget_tokens: 500 } }, /greater than or equal to 1024/],
    [
      'a budget over max_tokens',
      { max_tokens: 1024, thinking: THINKING },
      /must be greater than `thinking.budget_tokens`/,
    ],
    [
      'a temperature with thinking',
      { max_tokens: 2000, thinking: THINKING, temperature: 0.5 },
      /`temperature` may only be set to 1 when thinking is enabled/,
    ],
    [
      'a forced tool with thinking',
      { max_tokens: 2000, thinking: THINKING, tools: [TOOL], tool_choice: { type: 'any' } },
      /Thinking may not be enabled when tool_choice forces tool use/,
    ],
    [
      'a turn that goes on without its thinking',
      { max_tokens: 2000, thinking: THINKING, tools: [TOOL], messages: [USER, use('a'), results('a')] },
      /Expected `thinking` or `redacted_thinking`, but found `tool_use`/,
    ],
    [
      'a foreign signature',
      {
        messages: [
          USER,
          { role: 'assistant', content: [{ type: 'thinking', thinking: 'x', signature: 'Zm9yZWlnbg==' }, text('y')] },
          USER,
        ],
      },
      /messages\.1\.content\.0: Invalid `signature` in `thinking` block/,
    ],
    [
      'no signature',
      { messages: [USER, { role: 'assistant', content: [{ type: 'thinking', thinking: 'x' }, text('y')] }, USER] },
      /signature: Field required/,
    ],
    [
      'foreign redacted thinking',
      {
        messages: [
          USER,
          { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'Zm9y' }, text('y')] },
          USER,
        ],
      },
      /Invalid `data`/,
    ],
  ];
  for (const [name, more, words] of cases) it(name, async () => expect(await refusal(more)).toMatch(words));

  it('a request without anthropic-version', async () => {
    const { 'anthropic-version': _, ...headers } = KEYS;
    expect((await send(sim.url, { ...chat('sim', false), headers })).text).toContain(
      'anthropic-version: header is required',
    );
  });

  it('a request without a key', async () => {
    const answer = await send(sim.url, { ...chat('sim', false), headers: { 'anthropic-version': '2023-06-01' } });
    expect([answer.status, JSON.parse(answer.text).error]).toEqual([
      401,
      { type: 'authentication_error', message: 'x-api-key header is required' },
    ]);
  });
});

describe('and answers what the vendor answers', () => {
  it('several messages of one role in a row', () => accepted({ messages: [USER, USER, ASSISTANT, ASSISTANT, USER] }));
  it('a given start of the answer', () => accepted({ messages: [USER, ASSISTANT] }));
  it('results first, then text', () =>
    accepted({ tools: [TOOL], messages: [USER, use('a', 'b'), blocks(...results('b', 'a').content, text('and?'))] }));
  it('results in two messages', () =>
    accepted({ tools: [TOOL], messages: [USER, use('a', 'b'), results('a'), results('b')] }));
  it('a system prompt in blocks', () => accepted({ system: [text('x', MARKED)] }));

  it('thinking that comes back as it was, over three turns', async () => {
    const more = { max_tokens: 2000, thinking: THINKING, tools: [TOOL] };
    const messages: object[] = [USER];
    for (let turn = 0; turn < 3; turn += 1) {
      const reply = JSON.parse((await send(sim.url, chat('sim-tools-3', false, { ...more, messages }))).text);
      const [thought, called] = reply.content;
      expect([thought.type, called.type]).toEqual(['thinking', 'tool_use']);
      messages.push({ role: 'assistant', content: reply.content }, results(called.id));
    }
    expect(JSON.parse((await send(sim.url, chat('sim-tools-3', false, { ...more, messages }))).text).stop_reason).toBe(
      'end_turn',
    );
  });

  it('not thinking in which one character was changed', async () => {
    const reply = JSON.parse((await send(sim.url, chat('sim-reasoning', false))).text);
    const [thought, ...rest] = reply.content;
    expect(
      await refusal({
        messages: [
          USER,
          { role: 'assistant', content: [{ ...thought, thinking: `${thought.thinking} ` }, ...rest] },
          USER,
        ],
      }),
    ).toMatch(/Invalid `signature`/);
  });
});
