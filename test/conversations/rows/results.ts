import type { PartView, RequestView } from '../neutral.ts';
import { heard, type Row, says } from '../row.ts';

const ASK = 'Compare Bern and Rome.';
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

const tools: RequestView['tools'] = [
  { name: 'look', schema: { type: 'object', properties: { at: { type: 'string' } } } },
];
const schema = tools[0]?.schema;
const openAiTools = [{ type: 'function', function: { name: 'look', parameters: schema } }];
const anthropicTools = [{ name: 'look', input_schema: schema }];
const geminiTools = [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: schema }] }];

const openAiCall = (id: string, at: string) => ({
  id,
  type: 'function',
  function: { name: 'look', arguments: JSON.stringify({ at }) },
});
const anthropicCall = (id: string, at: string) => ({ type: 'tool_use', id, name: 'look', input: { at } });
const ollamaCall = (at: string) => ({ function: { name: 'look', arguments: { at } } });
const ollamaResult = (content: string) => ({ role: 'tool', tool_name: 'look', content });
const geminiCall = (at: string) => ({ functionCall: { name: 'look', args: { at } } });

const user: RequestView['turns'][number] = { role: 'user', parts: [{ text: ASK }] };
const called = (...parts: PartView[]): RequestView['turns'][number] => ({ role: 'assistant', parts });
const look = (at: string): PartView => ({ call: 'look', input: { at } });
const saw = (...content: PartView[]): PartView => ({ result: 'look', content });

/** Calls that were made and what came of them. */
export const RESULTS: readonly Row[] = [
  {
    name: 'two calls and their results',
    says: says({
      ollama: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: '', tool_calls: [ollamaCall('Bern'), ollamaCall('Rome')] },
          ollamaResult('cool'),
          ollamaResult('warm'),
        ],
      },
      openai: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          {
            role: 'assistant',
            content: null,
            tool_calls: [openAiCall('call_1', 'Bern'), openAiCall('call_2', 'Rome')],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'cool' },
          { role: 'tool', tool_call_id: 'call_2', content: 'warm' },
        ],
      },
      anthropic: {
        tools: anthropicTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: [anthropicCall('toolu_1', 'Bern'), anthropicCall('toolu_2', 'Rome')] },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'toolu_1', content: 'cool' },
              { type: 'tool_result', tool_use_id: 'toolu_2', content: [{ type: 'text', text: 'warm' }] },
            ],
          },
        ],
      },
      gemini: {
        tools: geminiTools,
        contents: [
          { role: 'user', parts: [{ text: ASK }] },
          { role: 'model', parts: [geminiCall('Bern'), geminiCall('Rome')] },
          {
            role: 'user',
            parts: [
              { functionResponse: { name: 'look', response: { result: 'cool' } } },
              { functionResponse: { name: 'look', response: { result: 'warm' } } },
            ],
          },
        ],
      },
    }),
    script: 'text-6',
    request: heard({
      tools,
      turns: [
        user,
        called(look('Bern'), look('Rome')),
        { role: 'user', parts: [saw({ text: 'cool' }), saw({ text: 'warm' })] },
      ],
    }),
    answer: {},
  },
  {
    name: 'results in another order than the calls',
    says: says({
      openai: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          {
            role: 'assistant',
            content: null,
            tool_calls: [openAiCall('call_1', 'Bern'), openAiCall('call_2', 'Rome')],
          },
          { role: 'tool', tool_call_id: 'call_2', content: 'warm' },
          { role: 'tool', tool_call_id: 'call_1', content: 'cool' },
        ],
      },
      anthropic: {
        tools: anthropicTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: [anthropicCall('toolu_1', 'Bern'), anthropicCall('toolu_2', 'Rome')] },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'toolu_2', content: 'warm' },
              { type: 'tool_result', tool_use_id: 'toolu_1', content: 'cool' },
            ],
          },
        ],
      },
    }),
    script: 'text-6',
    request: heard({
      tools,
      turns: [
        user,
        called(look('Bern'), look('Rome')),
        { role: 'user', parts: [saw({ text: 'warm' }), saw({ text: 'cool' })] },
      ],
    }),
    answer: {},
  },
  {
    name: 'a result that is an object',
    says: says({
      ollama: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: '', tool_calls: [ollamaCall('Bern')] },
          ollamaResult('{"degrees":11,"sky":["grey","blue"]}'),
        ],
      },
      openai: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: null, tool_calls: [openAiCall('call_1', 'Bern')] },
          { role: 'tool', tool_call_id: 'call_1', content: '{"degrees":11,"sky":["grey","blue"]}' },
        ],
      },
      anthropic: {
        tools: anthropicTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: [anthropicCall('toolu_1', 'Bern')] },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '{"degrees":11,"sky":["grey","blue"]}' }],
          },
        ],
      },
      gemini: {
        tools: geminiTools,
        contents: [
          { role: 'user', parts: [{ text: ASK }] },
          { role: 'model', parts: [geminiCall('Bern')] },
          {
            role: 'user',
            parts: [{ functionResponse: { name: 'look', response: { degrees: 11, sky: ['grey', 'blue'] } } }],
          },
        ],
      },
    }),
    script: 'text-6',
    request: heard({
      tools,
      turns: [
        user,
        called(look('Bern')),
        { role: 'user', parts: [saw({ text: '{"degrees":11,"sky":["grey","blue"]}' })] },
      ],
    }),
    answer: {},
  },
  {
    name: 'an empty result',
    says: says({
      ollama: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: '', tool_calls: [ollamaCall('Bern')] },
          ollamaResult(''),
        ],
      },
      openai: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: null, tool_calls: [openAiCall('call_1', 'Bern')] },
          { role: 'tool', tool_call_id: 'call_1', content: '' },
        ],
      },
      anthropic: {
        tools: anthropicTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: [anthropicCall('toolu_1', 'Bern')] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] },
        ],
      },
      gemini: {
        tools: geminiTools,
        contents: [
          { role: 'user', parts: [{ text: ASK }] },
          { role: 'model', parts: [geminiCall('Bern')] },
          { role: 'user', parts: [{ functionResponse: { name: 'look', response: {} } }] },
        ],
      },
    }),
    script: 'text-6',
    request: heard({ tools, turns: [user, called(look('Bern')), { role: 'user', parts: [saw()] }] }),
    answer: {},
  },
  {
    name: 'a result that is an error',
    says: says({
      anthropic: {
        tools: anthropicTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: [anthropicCall('toolu_1', 'Bern')] },
          {
            role: 'user',
            content: [{ type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, content: 'no such city' }],
          },
        ],
      },
      gemini: {
        tools: geminiTools,
        contents: [
          { role: 'user', parts: [{ text: ASK }] },
          { role: 'model', parts: [geminiCall('Bern')] },
          { role: 'user', parts: [{ functionResponse: { name: 'look', response: { error: 'no such city' } } }] },
        ],
      },
    }),
    script: 'text-6',
    request: heard({
      tools,
      turns: [
        user,
        called(look('Bern')),
        { role: 'user', parts: [{ result: 'look', content: [{ text: 'no such city' }], error: true }] },
      ],
    }),
    answer: {},
  },
  {
    name: 'a result with an image',
    says: says({
      ollama: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: '', tool_calls: [ollamaCall('Bern')] },
          { ...ollamaResult('a view'), images: [PNG] },
        ],
      },
      anthropic: {
        tools: anthropicTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: [anthropicCall('toolu_1', 'Bern')] },
          {
            role: 'user',
            content: [
              {
                type: 'tool_result',
                tool_use_id: 'toolu_1',
                content: [
                  { type: 'text', text: 'a view' },
                  { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
                ],
              },
            ],
          },
        ],
      },
      gemini: {
        tools: geminiTools,
        contents: [
          { role: 'user', parts: [{ text: ASK }] },
          { role: 'model', parts: [geminiCall('Bern')] },
          {
            role: 'user',
            parts: [
              {
                functionResponse: {
                  name: 'look',
                  response: { result: 'a view' },
                  parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }],
                },
              },
            ],
          },
        ],
      },
    }),
    script: 'text-6',
    request: heard({
      tools,
      turns: [
        user,
        called(look('Bern')),
        { role: 'user', parts: [saw({ text: 'a view' }, { image: { data: PNG, mediaType: 'image/png' } })] },
      ],
    }),
    answer: {},
  },
  {
    // Nothing of the history is taken for an orphan.
    name: 'results and new words in one turn',
    case: 64,
    says: says({
      ollama: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: 'Let me see.', tool_calls: [ollamaCall('Bern'), ollamaCall('Rome')] },
          ollamaResult('cool'),
          ollamaResult('warm'),
          { role: 'user', content: 'Hurry up.' },
        ],
      },
      openai: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          {
            role: 'assistant',
            content: 'Let me see.',
            tool_calls: [openAiCall('call_1', 'Bern'), openAiCall('call_2', 'Rome')],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'cool' },
          { role: 'tool', tool_call_id: 'call_2', content: 'warm' },
          { role: 'user', content: 'Hurry up.' },
        ],
      },
      anthropic: {
        tools: anthropicTools,
        messages: [
          { role: 'user', content: ASK },
          {
            role: 'assistant',
            content: [
              { type: 'text', text: 'Let me see.' },
              anthropicCall('toolu_1', 'Bern'),
              anthropicCall('toolu_2', 'Rome'),
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: 'toolu_1', content: 'cool' },
              { type: 'tool_result', tool_use_id: 'toolu_2', content: 'warm' },
              { type: 'text', text: 'Hurry up.' },
            ],
          },
        ],
      },
      gemini: {
        tools: geminiTools,
        contents: [
          { role: 'user', parts: [{ text: ASK }] },
          { role: 'model', parts: [{ text: 'Let me see.' }, geminiCall('Bern'), geminiCall('Rome')] },
          {
            role: 'user',
            parts: [
              { functionResponse: { name: 'look', response: { result: 'cool' } } },
              { functionResponse: { name: 'look', response: { result: 'warm' } } },
              { text: 'Hurry up.' },
            ],
          },
        ],
      },
    }),
    script: 'text-6',
    request: heard({
      tools,
      turns: [
        user,
        called({ text: 'Let me see.' }, look('Bern'), look('Rome')),
        { role: 'user', parts: [saw({ text: 'cool' }), saw({ text: 'warm' }), { text: 'Hurry up.' }] },
      ],
    }),
    answer: {},
  },
  {
    // Calls after the text, whatever order the client keeps.
    name: 'a call that stands before the text of its turn',
    case: 65,
    says: says({
      gemini: {
        tools: geminiTools,
        contents: [
          { role: 'user', parts: [{ text: ASK }] },
          { role: 'model', parts: [geminiCall('Bern'), { text: 'Let me see.' }] },
          { role: 'user', parts: [{ functionResponse: { name: 'look', response: { result: 'cool' } } }] },
        ],
      },
    }),
    script: 'text-6',
    request: heard({
      tools,
      turns: [user, called(look('Bern'), { text: 'Let me see.' }), { role: 'user', parts: [saw({ text: 'cool' })] }],
    }),
    answer: {},
  },
  {
    name: 'three rounds of one tool',
    says: says({
      ollama: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: '', tool_calls: [ollamaCall('Bern')] },
          ollamaResult('cool'),
          { role: 'assistant', content: '', tool_calls: [ollamaCall('Rome')] },
          ollamaResult('warm'),
          { role: 'assistant', content: '', tool_calls: [ollamaCall('Bern')] },
          ollamaResult('cold'),
        ],
      },
      openai: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          { role: 'assistant', content: null, tool_calls: [openAiCall('call_1', 'Bern')] },
          { role: 'tool', tool_call_id: 'call_1', content: 'cool' },
          { role: 'assistant', content: null, tool_calls: [openAiCall('call_2', 'Rome')] },
          { role: 'tool', tool_call_id: 'call_2', content: 'warm' },
          { role: 'assistant', content: null, tool_calls: [openAiCall('call_3', 'Bern')] },
          { role: 'tool', tool_call_id: 'call_3', content: 'cold' },
        ],
      },
      gemini: {
        tools: geminiTools,
        contents: [
          { role: 'user', parts: [{ text: ASK }] },
          { role: 'model', parts: [geminiCall('Bern')] },
          { role: 'user', parts: [{ functionResponse: { name: 'look', response: { result: 'cool' } } }] },
          { role: 'model', parts: [geminiCall('Rome')] },
          { role: 'user', parts: [{ functionResponse: { name: 'look', response: { result: 'warm' } } }] },
          { role: 'model', parts: [geminiCall('Bern')] },
          { role: 'user', parts: [{ functionResponse: { name: 'look', response: { result: 'cold' } } }] },
        ],
      },
    }),
    script: 'text-6',
    request: heard({
      tools,
      turns: [
        user,
        called(look('Bern')),
        { role: 'user', parts: [saw({ text: 'cool' })] },
        called(look('Rome')),
        { role: 'user', parts: [saw({ text: 'warm' })] },
        called(look('Bern')),
        { role: 'user', parts: [saw({ text: 'cold' })] },
      ],
    }),
    answer: {},
  },
  {
    name: 'ids of calls that not every vendor allows',
    says: says({
      openai: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          {
            role: 'assistant',
            content: null,
            tool_calls: [openAiCall('functions.look:0', 'Bern'), openAiCall('functions.look:1', 'Rome')],
          },
          { role: 'tool', tool_call_id: 'functions.look:0', content: 'cool' },
          { role: 'tool', tool_call_id: 'functions.look:1', content: 'warm' },
        ],
      },
      anthropic: {
        tools: anthropicTools,
        messages: [
          { role: 'user', content: ASK },
          {
            role: 'assistant',
            content: [
              anthropicCall(`toolu_${'a'.repeat(60)}_1`, 'Bern'),
              anthropicCall(`toolu_${'a'.repeat(60)}_2`, 'Rome'),
            ],
          },
          {
            role: 'user',
            content: [
              { type: 'tool_result', tool_use_id: `toolu_${'a'.repeat(60)}_1`, content: 'cool' },
              { type: 'tool_result', tool_use_id: `toolu_${'a'.repeat(60)}_2`, content: 'warm' },
            ],
          },
        ],
      },
    }),
    script: 'text-6',
    request: heard({
      tools,
      turns: [
        user,
        called(look('Bern'), look('Rome')),
        { role: 'user', parts: [saw({ text: 'cool' }), saw({ text: 'warm' })] },
      ],
    }),
    answer: {},
  },
  {
    name: 'arguments that a model wrote as broken JSON',
    says: says({
      openai: {
        tools: openAiTools,
        messages: [
          { role: 'user', content: ASK },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at": Bern' } }],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'what?' },
        ],
      },
    }),
    script: 'text-6',
    request: heard({
      tools,
      turns: [user, called({ call: 'look', input: '{"at": Bern' }), { role: 'user', parts: [saw({ text: 'what?' })] }],
    }),
    answer: {},
  },
];
