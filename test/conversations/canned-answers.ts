import type { ChatFormat } from '../kit/formats.ts';
import type { Canned } from './canned.ts';
import type { Told } from './row.ts';

/** An answer, and what clients of the other formats are told. */
export interface CannedRow extends Canned {
  readonly name: string;
  readonly case?: number;
  readonly provider: ChatFormat;
  readonly answer: Told;
  /** By client's format: names in `x-postern-dropped` of a whole answer. */
  readonly dropped?: { readonly [Client in ChatFormat]?: readonly string[] };
  readonly logprobs?: readonly { readonly token: string; readonly logprob: number }[];
}

const openAi = (choice: object, delta: readonly object[], finish: string, logprobs: object | null = null): Canned => ({
  body: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-5.4-mini',
    choices: [{ index: 0, message: { role: 'assistant', refusal: null, ...choice }, logprobs, finish_reason: finish }],
    usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
  },
  events: [
    ...delta.map((piece, index) =>
      chunk({ index: 0, delta: piece, logprobs: index === 1 ? logprobs : null, finish_reason: null }),
    ),
    chunk({ index: 0, delta: {}, logprobs: null, finish_reason: finish }),
    {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'gpt-5.4-mini',
      choices: [],
      usage: { prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
    },
    '[DONE]',
  ],
});
const chunk = (choice: object): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-5.4-mini',
  choices: [choice],
});

const anthropic = (
  content: readonly object[],
  deltas: readonly (readonly object[])[],
  stop: string,
  usage: object = {},
): Canned => ({
  body: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content,
    stop_reason: stop,
    stop_sequence: null,
    usage: { input_tokens: 5, output_tokens: 7, ...usage },
  },
  events: [
    {
      type: 'message_start',
      message: {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 5, output_tokens: 1 },
      },
    },
    ...content.flatMap((block, index) => blockEvents(block, deltas[index] ?? [], index)),
    { type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: 7, ...usage } },
    { type: 'message_stop' },
  ],
});

function blockEvents(block: object, deltas: readonly object[], index: number): object[] {
  const { type } = block as { type: string };
  const empty = type === 'text' ? { type, text: '' } : type === 'server_tool_use' ? { ...block, input: {} } : block;
  return [
    { type: 'content_block_start', index, content_block: empty },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

const gemini = (parts: readonly object[], more: object = {}): Canned => {
  const tail = {
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 7, totalTokenCount: 12 },
    modelVersion: 'gemini-3-flash-preview',
    responseId: 'r1',
  };
  const { logprobsResult, ...ends } = more as { logprobsResult?: object };
  const logprobs = logprobsResult === undefined ? {} : { logprobsResult };
  const last = { finishReason: 'STOP', index: 0, ...ends };
  return {
    body: { candidates: [{ content: { parts, role: 'model' }, ...last, ...logprobs }], ...tail },
    events: [
      ...parts.map((part) => ({
        candidates: [{ content: { parts: [part], role: 'model' }, index: 0, ...logprobs }],
        ...tail,
      })),
      { candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, ...last }], ...tail },
    ],
  };
};

const LOGPROBS = [
  { token: 'Hi', logprob: -0.25, bytes: [72, 105], top_logprobs: [{ token: 'Ho', logprob: -2, bytes: [72, 111] }] },
];

const SEARCH_RESULT = {
  type: 'web_search_result',
  url: 'https://example.com/bern',
  title: 'Bern',
  encrypted_content: 'RW5j',
  page_age: null,
};
const CITATION = {
  type: 'web_search_result_location',
  url: 'https://example.com/bern',
  title: 'Bern',
  cited_text: 'It rains.',
  encrypted_index: 'RW5j',
};

/** A response whose items each come whole. Source: https://platform.openai.com/docs/api-reference/responses-streaming */
function responses(output: readonly object[]): Canned {
  const usage = {
    input_tokens: 5,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 7,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 12,
  };
  const head = { id: 'resp_1', object: 'response', created_at: 1, model: 'gpt-5.4-mini', error: null };
  const body = { ...head, status: 'completed', incomplete_details: null, output, usage };
  const items = output.flatMap((item, index) => [
    { type: 'response.output_item.added', output_index: index, item },
    { type: 'response.output_item.done', output_index: index, item },
  ]);
  const begun = { type: 'response.created', response: { ...head, status: 'in_progress', output: [], usage: null } };
  return { body, events: [begun, ...items, { type: 'response.completed', response: body }] };
}

/** Answers of tools that the provider ran, log probabilities, and ends that vendors name wrongly. */
export const CANNED: readonly CannedRow[] = [
  {
    name: 'log probabilities of OpenAI',
    provider: 'openai-chat',
    ...openAi({ content: 'Hi' }, [{ role: 'assistant', content: '' }, { content: 'Hi' }], 'stop', {
      content: LOGPROBS,
      refusal: null,
    }),
    answer: { text: 'Hi' },
    logprobs: [{ token: 'Hi', logprob: -0.25 }],
    dropped: {
      'anthropic-messages': ['logprobs'],
      'bedrock-converse': ['logprobs'],
      cohere: ['logprobs.top_logprobs'],
    },
  },
  {
    name: 'log probabilities of Gemini',
    provider: 'gemini',
    ...gemini([{ text: 'Hi' }], {
      logprobsResult: {
        chosenCandidates: [{ token: 'Hi', logProbability: -0.25 }],
        topCandidates: [{ candidates: [{ token: 'Ho', logProbability: -2 }] }],
      },
    }),
    answer: { text: 'Hi' },
    logprobs: [{ token: 'Hi', logprob: -0.25 }],
    dropped: {
      'anthropic-messages': ['logprobs'],
      'bedrock-converse': ['logprobs'],
      cohere: ['logprobs.top_logprobs'],
    },
  },
  {
    name: 'a search that Anthropic ran is no call for the client',
    provider: 'anthropic-messages',
    ...anthropic(
      [
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'Bern' } },
        { type: 'web_search_tool_result', tool_use_id: 'srvtoolu_1', content: [SEARCH_RESULT] },
        { type: 'text', text: 'It rains in Bern.', citations: [CITATION] },
      ],
      [
        [{ type: 'input_json_delta', partial_json: '{"query":"Bern"}' }],
        [],
        [
          { type: 'citations_delta', citation: CITATION },
          { type: 'text_delta', text: 'It rains in Bern.' },
        ],
      ],
      'end_turn',
      { server_tool_use: { web_search_requests: 1 } },
    ),
    answer: { text: 'It rains in Bern.', calls: [], citations: ['https://example.com/bern'] },
    dropped: {
      'openai-chat': ['web_search'],
      gemini: ['web_search'],
      ollama: ['annotation.url', 'web_search'],
      'bedrock-converse': ['content.0_(server-tool-call)', 'content.1_(server-tool-result)'],
      'openai-responses': ['content.0_(web_search)', 'content.1_(web_search)'],
      cohere: ['content.0_(server-tool-call)', 'content.1_(server-tool-result)'],
    },
  },
  {
    name: 'code that Gemini ran is no call for the client',
    provider: 'gemini',
    ...gemini([
      { executableCode: { language: 'PYTHON', code: 'print(1)' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1' } },
      { text: 'One.' },
    ]),
    answer: { text: 'One.', calls: [] },
    dropped: {
      'openai-chat': ['code_execution'],
      ollama: ['code_execution'],
      'anthropic-messages': ['content.0_(server-tool-call)', 'content.1_(server-tool-result)'],
      cohere: ['content.0_(server-tool-call)', 'content.1_(server-tool-result)'],
      'bedrock-converse': ['content.0_(server-tool-call)', 'content.1_(server-tool-result)'],
      'openai-responses': ['content.0_(code_execution)', 'content.1_(code_execution)'],
    },
  },
  {
    name: 'a search that Gemini ran gives citations',
    provider: 'gemini',
    ...gemini([{ text: 'It rains.' }], {
      groundingMetadata: {
        webSearchQueries: ['Bern'],
        groundingChunks: [{ web: { uri: 'https://example.com/bern', title: 'Bern' } }],
        groundingSupports: [{ segment: { startIndex: 0, endIndex: 9, text: 'It rains.' }, groundingChunkIndices: [0] }],
      },
    }),
    answer: { text: 'It rains.', calls: [], citations: ['https://example.com/bern'] },
    dropped: { ollama: ['annotation.url'] },
  },
  {
    name: 'a search that OpenAI ran gives citations',
    provider: 'openai-chat',
    ...openAi(
      {
        content: 'It rains.',
        annotations: [
          {
            type: 'url_citation',
            url_citation: { start_index: 0, end_index: 9, url: 'https://example.com/bern', title: 'Bern' },
          },
        ],
      },
      [
        { role: 'assistant', content: '' },
        { content: 'It rains.' },
        {
          annotations: [
            {
              type: 'url_citation',
              url_citation: { start_index: 0, end_index: 9, url: 'https://example.com/bern', title: 'Bern' },
            },
          ],
        },
      ],
      'stop',
    ),
    answer: { text: 'It rains.', citations: ['https://example.com/bern'] },
    dropped: { ollama: ['annotation.url'] },
  },
  {
    name: 'a search that the Responses API ran is no call for the client, and gives citations',
    provider: 'openai-responses',
    ...responses([
      {
        id: 'ws_1',
        type: 'web_search_call',
        status: 'completed',
        action: { type: 'search', query: 'Bern', sources: [] },
      },
      {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        status: 'completed',
        content: [
          {
            type: 'output_text',
            text: 'It rains.',
            logprobs: [],
            annotations: [
              { type: 'url_citation', start_index: 0, end_index: 9, url: 'https://example.com/bern', title: 'Bern' },
            ],
          },
        ],
      },
    ]),
    answer: { text: 'It rains.', calls: [], citations: ['https://example.com/bern'] },
    dropped: {
      'openai-chat': ['web_search'],
      gemini: ['web_search'],
      ollama: ['annotation.url', 'web_search'],
      'anthropic-messages': ['content.0_(server-tool-call)'],
      'bedrock-converse': ['content.0_(server-tool-call)'],
      cohere: ['content.0_(server-tool-call)'],
    },
  },
  {
    name: 'a call that Responses names complete ends as a call',
    case: 38,
    provider: 'openai-responses',
    ...responses([
      { id: 'fc_1', type: 'function_call', status: 'completed', call_id: 'call_1', name: 'look', arguments: '' },
    ]),
    answer: { calls: [{ name: 'look', input: {} }], stop: 'tools' },
  },
  {
    name: 'a pause of tools that the provider runs',
    provider: 'anthropic-messages',
    ...anthropic(
      [{ type: 'text', text: 'Still looking.' }],
      [[{ type: 'text_delta', text: 'Still looking.' }]],
      'pause_turn',
    ),
    answer: { text: 'Still looking.', stop: 'stop' },
  },
  {
    name: 'a call under the wrong word is a call',
    case: 38,
    provider: 'openai-chat',
    ...openAi(
      { content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }] },
      [
        { role: 'assistant', content: null },
        { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }] },
      ],
      'stop',
    ),
    answer: { calls: [{ name: 'look', input: {} }], stop: 'tools' },
  },
  {
    name: 'a call under the wrong word is a call, in blocks',
    case: 38,
    provider: 'anthropic-messages',
    ...anthropic([{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }], [[]], 'end_turn'),
    answer: { calls: [{ name: 'look', input: {} }], stop: 'tools' },
  },
  {
    name: 'the word for a call without any call is an ordinary end',
    case: 38,
    provider: 'openai-chat',
    ...openAi({ content: 'Done.' }, [{ role: 'assistant', content: '' }, { content: 'Done.' }], 'tool_calls'),
    answer: { text: 'Done.', calls: [], stop: 'stop' },
  },
];
