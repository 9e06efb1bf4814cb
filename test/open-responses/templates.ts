/** What one template of the compliance suite sends, and what the answer must be. */
export interface Template {
  /** Its name there. */
  readonly name: string;
  /** Without the model. */
  readonly body: { readonly input: unknown; readonly [name: string]: unknown };
  readonly stream?: true;
  /** What our simulated provider is told to do. */
  readonly script?: string;
  /** The type of an item that must be in the output. Default `message`. */
  readonly item?: 'message' | 'function_call';
  /** What the provider must have heard of it, somewhere in its body. */
  readonly heard: readonly string[];
}

const message = (role: string, content: unknown, more: object = {}) => ({ type: 'message', role, content, ...more });

const WEATHER = {
  type: 'function',
  name: 'weather_at',
  description: 'Tells the weather at a place.',
  parameters: { type: 'object', properties: { place: { type: 'string', description: 'A town' } }, required: ['place'] },
};
const ASK_WEATHER = { input: [message('user', 'Is it raining in Bern?')], tools: [WEATHER] };
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

/**
 * The suite's templates over HTTP that create a response, reimplemented: the names and what each proves are the suite's, the words are ours.
 * Source: https://www.openresponses.org/compliance
 */
export const TEMPLATES: readonly Template[] = [
  {
    name: 'Basic Text Response',
    body: { input: [message('user', 'Greet me briefly.')] },
    heard: ['Greet me briefly.'],
  },
  {
    name: 'Streaming Response',
    body: { input: [message('user', 'Name five numbers.')] },
    stream: true,
    heard: ['Name five numbers.'],
  },
  {
    name: 'System Prompt',
    body: { input: [message('system', 'Speak like a sailor.'), message('user', 'Greet me.')] },
    heard: ['Speak like a sailor.', 'Greet me.'],
  },
  {
    name: 'Tool Calling',
    body: ASK_WEATHER,
    script: 'sim-tools',
    item: 'function_call',
    heard: ['weather_at', 'A town'],
  },
  {
    name: 'Tool Calling (Streaming)',
    body: ASK_WEATHER,
    stream: true,
    script: 'sim-tools',
    item: 'function_call',
    heard: ['weather_at', 'A town'],
  },
  {
    name: 'Image Input',
    body: {
      input: [
        message('user', [
          { type: 'input_text', text: 'What is on it?' },
          { type: 'input_image', image_url: `data:image/png;base64,${PNG}` },
        ]),
      ],
    },
    heard: ['What is on it?', PNG],
  },
  {
    name: 'Multi-turn Conversation',
    body: {
      input: [
        message('user', 'I am called Ada.'),
        message('assistant', 'Good day, Ada.'),
        message('user', 'What am I called?'),
      ],
    },
    heard: ['I am called Ada.', 'Good day, Ada.', 'What am I called?'],
  },
  {
    name: 'Assistant Message Phase',
    body: {
      input: [
        message('user', 'Look it up and tell me.'),
        message('assistant', 'I am looking.', { phase: 'commentary' }),
        message('assistant', 'It is blue.', { phase: 'final_answer' }),
        message('user', 'Say it again.'),
      ],
    },
    heard: ['I am looking.', 'It is blue.', 'Say it again.'],
  },
];
