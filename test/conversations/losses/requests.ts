import type { ChatFormat } from '../../kit/formats.ts';
import type { Inexpressible } from '../inexpressible.ts';
import { turnsOf } from '../row.ts';

/** By a provider's format, for clients of all others; or by `client > provider`, which wins. */
type Place = ChatFormat | `${ChatFormat} > ${ChatFormat}`;

/** By the name of the row. */
export type Losses = Readonly<Record<string, { readonly [At in Place]?: Inexpressible }>>;

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
const MINUTES = Buffer.from('Minutes of the meeting: nobody came.').toString('base64');

const PDF = 'JVBERi0xLjQKJSVFT0YK';
const said = (...texts: string[]) => ({ role: 'user' as const, parts: texts.map((text) => ({ text })) });
const plainImage = { turns: [{ role: 'user' as const, parts: [{ image: { data: PNG, mediaType: 'image/png' } }] }] };
const noContext = {
  turns: [
    {
      role: 'user' as const,
      parts: [{ document: { data: MINUTES, mediaType: 'text/plain' }, name: 'minutes.txt' }, { text: 'Sum up.' }],
    },
  ],
};

/** Of prompts and media. */
export const REQUEST_LOSSES: Losses = {
  'a system prompt in the middle': {
    // Only the newest models take system messages after the first turn; user text keeps its place.
    'anthropic-messages': {
      dropped: ['messages.3.role'],
      request: { turns: [...turnsOf('One.', 'Two.'), said('Three.', 'Be brief from now on.', 'Four.')] },
    },
    'bedrock-converse': {
      dropped: ['messages.3.role'],
      request: { turns: [...turnsOf('One.', 'Two.'), said('Three.', 'Be brief from now on.', 'Four.')] },
    },
    // There is one instruction, before everything else.
    gemini: {
      dropped: ['messages.3.role'],
      request: { system: ['Be brief from now on.'], turns: [...turnsOf('One.', 'Two.'), said('Three.', 'Four.')] },
    },
  },
  'empty and blank texts in the history': {
    // Blank text is a 400 there, and says nothing.
    'anthropic-messages': {
      request: { turns: [said('Are you there?', 'Well?', 'Well?')] },
      answer: { text: 'Are you there?Well?Well?' },
    },
    'bedrock-converse': {
      request: { turns: [said('Are you there?', 'Well?', 'Well?')] },
      answer: { text: 'Are you there?Well?Well?' },
    },
    // So is empty text.
    gemini: {
      request: {
        turns: [said('Are you there?', '\n', 'Well?'), { role: 'assistant', parts: [{ text: ' ' }] }, said('Well?')],
      },
    },
  },
  'the name of a participant': {
    ollama: { dropped: ['messages.0.name'] },
    'openai-responses': { dropped: ['name'] },
    'anthropic-messages': { dropped: ['messages.0.name'] },
    gemini: { dropped: ['messages.0.name'] },
    'bedrock-converse': { dropped: ['messages.0.name'] },
  },
  'an image by its address': {
    // Bytes only; another target takes the address.
    ollama: { refused: { param: 'messages.0.content.0' } },
    // The API reads its own store only.
    'bedrock-converse': { refused: { param: 'messages.0.content.0' } },
  },
  'how closely to look at an image': {
    ollama: { dropped: ['messages.0.content.0.detail'], request: plainImage },
    'bedrock-converse': { dropped: ['messages.0.content.0.detail'], request: plainImage },
    'anthropic-messages': { dropped: ['messages.0.content.0.detail'], request: plainImage },
    gemini: { dropped: ['messages.0.content.0.image_url.detail'], request: plainImage },
  },
  'a PDF by its address': {
    ollama: { dropped: ['messages.0.content.0_(file)'], request: { turns: turnsOf('') } },
    'openai-chat': { refused: { param: 'messages.0.content.0' } },
    'bedrock-converse': { refused: { param: 'messages.0.content.0' } },
  },
  'a PDF as bytes, with its name': {
    // Messages hold words and images.
    ollama: { dropped: ['messages.0.content.0_(file)'], request: { turns: turnsOf('') } },
    // Names hold no dots there.
    'bedrock-converse': {
      inserted: ['messages.0.content.0.name=lease-pdf', 'messages.0.content=(empty)'],
      request: {
        turns: [
          {
            role: 'user',
            parts: [{ document: { data: PDF, mediaType: 'application/pdf' }, name: 'lease-pdf' }, { text: '(empty)' }],
          },
        ],
      },
    },
  },
  'a document of plain text, with its context': {
    ollama: { dropped: ['messages.0.content.0_(file)'], request: { turns: turnsOf('Sum up.') } },
    'openai-chat': { dropped: ['document.context'], request: noContext },
    'openai-responses': { dropped: ['document.context'], request: noContext },
    gemini: { dropped: ['messages.0.content.0.context'], request: noContext },
    'bedrock-converse': {
      inserted: ['messages.0.content.0.name=minutes-txt'],
      request: {
        turns: [
          {
            role: 'user',
            parts: [
              {
                document: { data: MINUTES, mediaType: 'text/plain' },
                name: 'minutes-txt',
                context: 'From the archive.',
              },
              { text: 'Sum up.' },
            ],
          },
        ],
      },
    },
  },
  audio: {
    ollama: { dropped: ['messages.0.content.0_(audio)'], request: { turns: turnsOf('Who speaks?') } },
    'openai-responses': { dropped: ['audio'], request: { turns: turnsOf('Who speaks?') } },
    'anthropic-messages': { dropped: ['messages.0.content.0_(audio)'], request: { turns: turnsOf('Who speaks?') } },
  },
  video: {
    ollama: { dropped: ['messages.0.content.0_(video)'], request: { turns: turnsOf('What happens?') } },
    'openai-responses': { dropped: ['video'], request: { turns: turnsOf('What happens?') } },
    'openai-chat': { dropped: ['video'], request: { turns: turnsOf('What happens?') } },
    'anthropic-messages': { dropped: ['messages.0.content.0_(video)'], request: { turns: turnsOf('What happens?') } },
  },
  'an image in the answer': {
    // Messages of these clients hold no images that a model made.
    'anthropic-messages > ollama': { droppedFromAnswer: ['content.1_(image)'], answer: { images: [] } },
    'cohere > ollama': { droppedFromAnswer: ['content.1_(image)'], answer: { images: [] } },
    'anthropic-messages > gemini': { droppedFromAnswer: ['content.0_(image)'], answer: { images: [] } },
  },
  'images as bytes, with text between them': {
    // A text begins a message of its own, and the simulated model says the last one again.
    ollama: { answer: { text: ' with ' } },
    'ollama > openai-chat': { answer: { text: ' with ' } },
    'ollama > openai-responses': { answer: { text: ' with ' } },
    'ollama > cohere': { answer: { text: ' with ' } },
    'ollama > ollama': { answer: { text: ' with ' } },
  },
};
