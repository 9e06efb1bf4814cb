import { says } from '../row.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const JPEG = '/9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAgGBg==';

const user = (content: unknown) => ({ role: 'user', content });
const asking = (content: unknown, more: object = {}) => ({ messages: [user(content)], ...more });
const image = (url: string, more: object = {}) => ({ type: 'image_url', image_url: { url, ...more } });
const fn = (name: string, parameters: object = { type: 'object', properties: {} }, more: object = {}) => ({
  type: 'function',
  function: { name, parameters, ...more },
});

const WEATHER = fn(
  'get_weather',
  {
    type: 'object',
    properties: { city: { type: 'string', description: 'Name of the city' }, days: { type: 'integer' } },
    required: ['city', 'days'],
  },
  { description: 'Weather of the coming days' },
);
const ZONE = { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] };
const TIME = fn('get_time', ZONE, { description: 'Time in a zone' });
const LIKE_IN_BERN = asking('What is it like in Bern?', { tools: [WEATHER, TIME] });

const LOOK = [fn('look', { type: 'object', properties: { at: { type: 'string' } } })];
const called = (...calls: readonly (readonly [id: string, at: string])[]) => ({
  role: 'assistant',
  tool_calls: calls.map(([id, at]) => ({
    id,
    type: 'function',
    function: { name: 'look', arguments: JSON.stringify({ at }) },
  })),
});
const result = (id: string, content: unknown) => ({ role: 'tool', tool_call_id: id, content });
const compared = (...messages: object[]) => ({ tools: LOOK, messages: [user('Compare Bern and Rome.'), ...messages] });

const EVENT = {
  type: 'object',
  properties: { title: { type: 'string' }, seats: { type: 'integer' } },
  required: ['title', 'seats'],
  additionalProperties: false,
};
const STORY = asking('Tell me a story.');
const SKY = 'Why is the sky blue?';
const HELLO = 'Hello.';
const TEXT = 'Zürich, 東京, 👩‍👩‍👧 und "Öl"\\\n— नमस्ते';

/** The conversations of the table as clients of this format write them, by the names of the rows. Those that it has no form for are absent. */
const BODIES: Readonly<Record<string, object>> = {
  'a text': asking('Good morning, Bern.'),
  'a system prompt': { messages: [{ role: 'system', content: 'Answer in rhymes.' }, user('Sing.')] },
  'a system prompt of several parts': {
    messages: [
      {
        role: 'system',
        content: [
          { type: 'text', text: 'You are a clerk.' },
          { type: 'text', text: 'Never guess.' },
        ],
      },
      user('Open?'),
    ],
  },
  'several turns': {
    messages: [
      user('Who wrote Emma?'),
      { role: 'assistant', content: [{ type: 'text', text: 'Jane Austen.' }] },
      user('When?'),
    ],
  },
  'content of several parts, and messages of one role in a row': {
    messages: [
      user([
        { type: 'text', text: 'First part. ' },
        { type: 'text', text: 'Second part.' },
      ]),
      user('Third part.'),
    ],
  },
  'text beyond ASCII, split at every byte': asking(TEXT),
  'images as bytes, with text between them': asking([
    { type: 'text', text: 'Compare ' },
    image(`data:image/png;base64,${PNG}`),
    { type: 'text', text: ' with ' },
    image(`data:image/jpeg;base64,${JPEG}`),
  ]),
  'an image by its address': asking([image('https://example.com/cat.png')]),
  'how closely to look at an image': asking([image(`data:image/png;base64,${PNG}`, { detail: 'low' })]),
  'a document of plain text, with its context': asking('Sum up.', {
    documents: [
      {
        data: { title: 'minutes.txt', context: 'From the archive.', text: 'Minutes of the meeting: nobody came.' },
      },
    ],
  }),
  'an image in the answer': asking('Draw a dot.'),
  'a call of a tool': LIKE_IN_BERN,
  'text before the call': LIKE_IN_BERN,
  'three calls at once, with fields that no documentation names': LIKE_IN_BERN,
  'a call without arguments is a call with {}': LIKE_IN_BERN,
  'a tool that takes no arguments': asking('Stop!', { tools: [fn('halt')] }),
  'a call whose arguments the limit cut': { ...LIKE_IN_BERN, max_tokens: 4 },
  'tool choice: none': { ...LIKE_IN_BERN, tool_choice: 'NONE' },
  'tool choice: some tool': { ...LIKE_IN_BERN, tool_choice: 'REQUIRED' },
  'strict tools': asking('What is it like in Bern?', {
    tools: [fn('get_time', { ...ZONE, additionalProperties: false })],
    strict_tools: true,
  }),
  'a schema with references, unions and limits': asking('What is it like in Bern?', {
    tools: [
      fn('travel', {
        type: 'object',
        $defs: {
          place: { type: 'object', properties: { name: { type: 'string', minLength: 1 } }, required: ['name'] },
        },
        properties: {
          from: { $ref: '#/$defs/place' },
          when: { anyOf: [{ type: 'string' }, { type: 'null' }] },
          tags: { type: 'array', items: { type: 'string' }, maxItems: 3 },
        },
        required: ['from'],
        additionalProperties: false,
      }),
    ],
  }),
  'two calls and their results': compared(
    called(['look_1', 'Bern'], ['look_2', 'Rome']),
    result('look_1', 'cool'),
    result('look_2', [{ type: 'text', text: 'warm' }]),
  ),
  'results in another order than the calls': compared(
    called(['look_1', 'Bern'], ['look_2', 'Rome']),
    result('look_2', 'warm'),
    result('look_1', 'cool'),
  ),
  'a result that is an object': compared(
    called(['look_1', 'Bern']),
    result('look_1', '{"degrees":11,"sky":["grey","blue"]}'),
  ),
  'results and new words in one turn': compared(
    { ...called(['look_1', 'Bern'], ['look_2', 'Rome']), content: 'Let me see.' },
    result('look_1', 'cool'),
    result('look_2', 'warm'),
    user('Hurry up.'),
  ),
  'three rounds of one tool': compared(
    called(['look_1', 'Bern']),
    result('look_1', 'cool'),
    called(['look_2', 'Rome']),
    result('look_2', 'warm'),
    called(['look_3', 'Bern']),
    result('look_3', 'cold'),
  ),
  sampling: asking(HELLO, { temperature: 0.3 }),
  'top_p and top_k': asking(HELLO, { p: 0.8, k: 40 }),
  'stop sequences': asking('one two END three', { stop_sequences: ['END', 'FIN'] }),
  'a blank stop sequence': asking('a\n\nb', { stop_sequences: ['\n\n'] }),
  JSON: asking('Say it in JSON.', { response_format: { type: 'json_object' } }),
  'JSON of a schema': asking(HELLO, { response_format: { type: 'json_object', json_schema: EVENT } }),
  'fields that no vendor knows': asking(HELLO, { novelty: 1 }),
  'fields of one vendor: Cohere': asking(HELLO, { safety_mode: 'STRICT', citation_options: { mode: 'OFF' } }),
  'thinking that is shown': asking(SKY),
  'thinking that can not be read': asking(SKY),
  'thinking and then a call': asking(SKY, { tools: [fn('look_up')] }),
  'thinking within a budget': asking(SKY, { max_tokens: 9000, thinking: { type: 'enabled', token_budget: 4000 } }),
  'no thinking': asking(SKY, { thinking: { type: 'disabled' } }),
  'an answer that the limit cut': { ...STORY, max_tokens: 5 },
  "an answer that the model's own limit cut": STORY,
  'an answer that a filter stopped': STORY,
  'a refusal': STORY,
  'an empty answer': STORY,
  'usage of every class': STORY,
  'usage of zero': STORY,
  'no usage': STORY,
  'a long answer of many events': STORY,
  'a citation': STORY,
};

/** The body of the row of this name, with the usual bound. */
export function cohereSays(name: string): ReturnType<typeof says> {
  const cohere = Object.hasOwn(BODIES, name) ? BODIES[name] : undefined;
  return cohere === undefined ? {} : says({ cohere });
}

/** The rows that have a body here, so that a test can tell that none is about a row that is gone. */
export const COHERE_ROWS: readonly string[] = Object.keys(BODIES);
