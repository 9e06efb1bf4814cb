import { heard, type Row, says, turnsOf } from '../row.ts';

/** Text, prompts and turns. */
export const PROMPTS: readonly Row[] = [
  {
    name: 'a text',
    says: says({
      ollama: { messages: [{ role: 'user', content: 'Good morning, Bern.' }] },
      openai: { messages: [{ role: 'user', content: 'Good morning, Bern.' }] },
      anthropic: { messages: [{ role: 'user', content: 'Good morning, Bern.' }] },
      gemini: { contents: [{ role: 'user', parts: [{ text: 'Good morning, Bern.' }] }] },
    }),
    request: heard({ turns: turnsOf('Good morning, Bern.') }),
    answer: { text: 'Good morning, Bern.' },
  },
  {
    name: 'a system prompt',
    says: says({
      ollama: {
        messages: [
          { role: 'system', content: 'Answer in rhymes.' },
          { role: 'user', content: 'Sing.' },
        ],
      },
      openai: {
        messages: [
          { role: 'system', content: 'Answer in rhymes.' },
          { role: 'user', content: 'Sing.' },
        ],
      },
      anthropic: { system: 'Answer in rhymes.', messages: [{ role: 'user', content: 'Sing.' }] },
      gemini: {
        systemInstruction: { parts: [{ text: 'Answer in rhymes.' }] },
        contents: [{ role: 'user', parts: [{ text: 'Sing.' }] }],
      },
    }),
    request: heard({ system: ['Answer in rhymes.'], turns: turnsOf('Sing.') }),
    answer: { text: 'Sing.' },
  },
  {
    name: 'a system prompt of several parts',
    says: says({
      ollama: {
        messages: [
          { role: 'system', content: 'You are a clerk.' },
          { role: 'system', content: 'Never guess.' },
          { role: 'user', content: 'Open?' },
        ],
      },
      openai: {
        messages: [
          { role: 'system', content: 'You are a clerk.' },
          { role: 'developer', content: [{ type: 'text', text: 'Never guess.' }] },
          { role: 'user', content: 'Open?' },
        ],
      },
      anthropic: {
        system: [
          { type: 'text', text: 'You are a clerk.' },
          { type: 'text', text: 'Never guess.' },
        ],
        messages: [{ role: 'user', content: 'Open?' }],
      },
      gemini: {
        systemInstruction: { parts: [{ text: 'You are a clerk.' }, { text: 'Never guess.' }] },
        contents: [{ role: 'user', parts: [{ text: 'Open?' }] }],
      },
    }),
    request: heard({ system: ['You are a clerk.', 'Never guess.'], turns: turnsOf('Open?') }),
    answer: { text: 'Open?' },
  },
  {
    name: 'a system prompt in the middle',
    says: says({
      ollama: {
        messages: [
          { role: 'user', content: 'One.' },
          { role: 'assistant', content: 'Two.' },
          { role: 'user', content: 'Three.' },
          { role: 'system', content: 'Be brief from now on.' },
          { role: 'user', content: 'Four.' },
        ],
      },
      openai: {
        messages: [
          { role: 'user', content: 'One.' },
          { role: 'assistant', content: 'Two.' },
          { role: 'user', content: 'Three.' },
          { role: 'system', content: 'Be brief from now on.' },
          { role: 'user', content: 'Four.' },
        ],
      },
    }),
    request: heard({
      turns: [
        ...turnsOf('One.', 'Two.', 'Three.'),
        { role: 'system', parts: [{ text: 'Be brief from now on.' }] },
        { role: 'user', parts: [{ text: 'Four.' }] },
      ],
    }),
    answer: {},
  },
  {
    name: 'several turns',
    says: says({
      ollama: {
        messages: [
          { role: 'user', content: 'Who wrote Emma?' },
          { role: 'assistant', content: 'Jane Austen.' },
          { role: 'user', content: 'When?' },
        ],
      },
      openai: {
        messages: [
          { role: 'user', content: 'Who wrote Emma?' },
          { role: 'assistant', content: 'Jane Austen.' },
          { role: 'user', content: 'When?' },
        ],
      },
      anthropic: {
        messages: [
          { role: 'user', content: 'Who wrote Emma?' },
          { role: 'assistant', content: [{ type: 'text', text: 'Jane Austen.' }] },
          { role: 'user', content: 'When?' },
        ],
      },
      gemini: {
        contents: [
          { role: 'user', parts: [{ text: 'Who wrote Emma?' }] },
          { role: 'model', parts: [{ text: 'Jane Austen.' }] },
          { role: 'user', parts: [{ text: 'When?' }] },
        ],
      },
    }),
    request: heard({ turns: turnsOf('Who wrote Emma?', 'Jane Austen.', 'When?') }),
    answer: { text: 'When?' },
  },
  {
    name: 'content of several parts, and messages of one role in a row',
    says: says({
      ollama: {
        messages: [
          { role: 'user', content: 'First part. ' },
          { role: 'user', content: 'Second part.' },
          { role: 'user', content: 'Third part.' },
        ],
      },
      openai: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'First part. ' },
              { type: 'text', text: 'Second part.' },
            ],
          },
          { role: 'user', content: 'Third part.' },
        ],
      },
      anthropic: {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'text', text: 'First part. ' },
              { type: 'text', text: 'Second part.' },
            ],
          },
          { role: 'user', content: 'Third part.' },
        ],
      },
      gemini: {
        contents: [
          { role: 'user', parts: [{ text: 'First part. ' }, { text: 'Second part.' }] },
          { role: 'user', parts: [{ text: 'Third part.' }] },
        ],
      },
    }),
    request: heard({
      turns: [{ role: 'user', parts: [{ text: 'First part. ' }, { text: 'Second part.' }, { text: 'Third part.' }] }],
    }),
    script: 'text-5',
    answer: {},
  },
  {
    name: 'no system prompt but an empty one',
    says: says({
      openai: {
        messages: [
          { role: 'system', content: '' },
          { role: 'user', content: 'Hello.' },
        ],
      },
      anthropic: { system: '', messages: [{ role: 'user', content: 'Hello.' }] },
      gemini: {
        systemInstruction: { parts: [{ text: '' }] },
        contents: [{ role: 'user', parts: [{ text: 'Hello.' }] }],
      },
    }),
    request: heard({ turns: turnsOf('Hello.') }),
    answer: { text: 'Hello.' },
  },
  {
    // An empty text block is a 400 at one vendor.
    name: 'empty and blank texts in the history',
    case: 66,
    says: says({
      openai: {
        messages: [
          { role: 'user', content: 'Are you there?' },
          { role: 'assistant', content: '' },
          {
            role: 'user',
            content: [
              { type: 'text', text: '\n' },
              { type: 'text', text: 'Well?' },
            ],
          },
          { role: 'assistant', content: ' ' },
          { role: 'user', content: 'Well?' },
        ],
      },
    }),
    request: heard({
      turns: [
        { role: 'user', parts: [{ text: 'Are you there?' }] },
        { role: 'assistant', parts: [{ text: '' }] },
        { role: 'user', parts: [{ text: '\n' }, { text: 'Well?' }] },
        { role: 'assistant', parts: [{ text: ' ' }] },
        { role: 'user', parts: [{ text: 'Well?' }] },
      ],
    }),
    answer: { text: 'Well?' },
  },
  {
    // Every byte of the answer comes in a write of its own.
    name: 'text beyond ASCII, split at every byte',
    case: 36,
    says: says({
      openai: { messages: [{ role: 'user', content: 'Zürich, 東京, 👩‍👩‍👧 und "Öl"\\\n— नमस्ते' }] },
      anthropic: { messages: [{ role: 'user', content: 'Zürich, 東京, 👩‍👩‍👧 und "Öl"\\\n— नमस्ते' }] },
      gemini: { contents: [{ role: 'user', parts: [{ text: 'Zürich, 東京, 👩‍👩‍👧 und "Öl"\\\n— नमस्ते' }] }] },
    }),
    script: 'echo+utf8',
    request: heard({ turns: turnsOf('Zürich, 東京, 👩‍👩‍👧 und "Öl"\\\n— नमस्ते') }),
    answer: { text: 'Zürich, 東京, 👩‍👩‍👧 und "Öl"\\\n— नमस्ते' },
  },
  {
    name: 'the name of a participant',
    says: says({ openai: { messages: [{ role: 'user', name: 'Ada', content: 'It is me.' }] } }),
    request: heard({ turns: turnsOf('It is me.') }),
    answer: { text: 'It is me.' },
  },
];
