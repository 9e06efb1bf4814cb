import { describe, expect, it } from 'vitest';
import { gemini } from './index.ts';
import { exchange, inbound, SIGNATURE, target } from './support.type-test.ts';

function again(body: Record<string, unknown>): {
  body: unknown;
  dropped: readonly string[];
  inserted: readonly string[];
} {
  const call = gemini.client.render(gemini.server.parse(body, inbound()), target(), exchange());
  return { body: JSON.parse(String(call.body)), dropped: call.dropped, inserted: call.inserted };
}

const user = (...parts: unknown[]): unknown => ({ parts, role: 'user' });
const model = (...parts: unknown[]): unknown => ({ parts, role: 'model' });
const ask = user({ text: 'Hi' });

/** Parts of a user's turn: https://ai.google.dev/api/caching#Part */
const USER_PARTS: Record<string, unknown> = {
  text: { text: 'What is this?' },
  'an inline image': { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } },
  'an inline image with a name and a resolution': {
    inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=', displayName: 'cat' },
    mediaResolution: { level: 'MEDIA_RESOLUTION_HIGH' },
  },
  'inline audio': { inlineData: { mimeType: 'audio/wav', data: 'UklGRg==' } },
  'an inline document with a name': {
    inlineData: { mimeType: 'application/pdf', data: 'JVBERi0=', displayName: 'a.pdf' },
  },
  'a clipped inline video': {
    inlineData: { mimeType: 'video/mp4', data: 'AAAA' },
    videoMetadata: { startOffset: '40s', endOffset: '80s', fps: 5 },
  },
  'a file of the Files API': {
    fileData: { mimeType: 'image/jpeg', fileUri: 'https://generativelanguage.googleapis.com/v1beta/files/abc' },
  },
  'a file in Cloud Storage': { fileData: { mimeType: 'video/mp4', fileUri: 'gs://bucket/movie.mp4' } },
  'a YouTube video': {
    fileData: { fileUri: 'https://www.youtube.com/watch?v=9hE5-98ZeCg' },
    videoMetadata: { fps: 1 },
  },
  'a public URL': { fileData: { mimeType: 'application/pdf', fileUri: 'https://example.com/a.pdf', displayName: 'a' } },
  'part metadata': { text: 'Hi', partMetadata: { source: { file: 'a.txt' } } },
  'media processing': { inlineData: { mimeType: 'video/mp4', data: 'AAAA' }, mediaProcessing: 'AGENTIC' },
  'a kind of part that is not known yet': { holographicData: { beams: 3 } },
};

/** Parts of the model's turn, as a client sends them back. */
const MODEL_PARTS: Record<string, unknown> = {
  'text with a signature': { text: 'Hello.', thoughtSignature: SIGNATURE },
  'a thought': { text: 'Let me see.', thought: true },
  'a signed thought': { text: 'Let me see.', thought: true, thoughtSignature: SIGNATURE },
  'a signed image': { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' }, thoughtSignature: SIGNATURE },
  'code to execute': { executableCode: { language: 'PYTHON', code: 'print(1)' } },
  'code to execute with an id': { executableCode: { language: 'PYTHON', code: 'print(1)', id: 'c1' } },
  'the outcome of code': { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1\n' } },
  'the outcome of code with an id': { codeExecutionResult: { outcome: 'OUTCOME_FAILED', output: '', id: 'c1' } },
  'a call of a tool of the vendor': {
    toolCall: { id: 't1', toolType: 'GOOGLE_SEARCH_WEB', args: { queries: ['x'] } },
    thoughtSignature: SIGNATURE,
  },
  'a response of a tool of the vendor': {
    toolResponse: { id: 't1', toolType: 'GOOGLE_SEARCH_WEB', response: { results: [1] } },
  },
};

describe('a request keeps', () => {
  for (const [name, part] of Object.entries(USER_PARTS)) {
    it(`${name} of the user`, () => {
      const body = { contents: [user(part)] };
      expect(again(body)).toEqual({ body, dropped: [], inserted: [] });
    });
  }
  for (const [name, part] of Object.entries(MODEL_PARTS)) {
    it(`${name} of the model`, () => {
      const body = { contents: [ask, model(part), user({ text: 'Go on.' })] };
      expect(again(body)).toEqual({ body, dropped: [], inserted: [] });
    });
  }
});

const call = (id: string | undefined, name: string, args: unknown, signature?: string): unknown => ({
  functionCall: { ...(id !== undefined && { id }), name, args },
  ...(signature !== undefined && { thoughtSignature: signature }),
});
const result = (id: string | undefined, name: string, response: unknown, more: object = {}): unknown => ({
  functionResponse: { ...(id !== undefined && { id }), name, response, ...more },
});

/** https://ai.google.dev/gemini-api/docs/function-calling, https://ai.google.dev/gemini-api/docs/thought-signatures */
const CONVERSATIONS: Record<string, unknown[]> = {
  'a call with an id and its result': [
    ask,
    model(call('f1', 'weather', { city: 'Rome' }, SIGNATURE)),
    user(result('f1', 'weather', { result: 'sunny' })),
  ],
  'a call without an id': [
    ask,
    model(call(undefined, 'weather', { city: 'Rome' }, SIGNATURE)),
    user(result(undefined, 'weather', { temperature: 21.5, 'wind speed': null })),
  ],
  'parallel calls of one function without ids': [
    ask,
    model(call(undefined, 'weather', { city: 'Rome' }, SIGNATURE), call(undefined, 'weather', { city: 'Oslo' })),
    user(result(undefined, 'weather', { c: 21 }), result(undefined, 'weather', { c: -4 })),
  ],
  'two steps of one turn': [
    ask,
    model(call(undefined, 'check_flight', { flight: 'AA100' }, SIGNATURE)),
    user(result(undefined, 'check_flight', { status: 'delayed' })),
    model(call(undefined, 'book_taxi', { time: '10 AM' }, SIGNATURE)),
    user(result(undefined, 'book_taxi', { booking_status: 'success' })),
  ],
  'an error as a result': [
    ask,
    model(call('f1', 'weather', {}, SIGNATURE)),
    user(result('f1', 'weather', { error: 'no such city' })),
  ],
  'an error object as a result': [
    ask,
    model(call('f1', 'weather', {}, SIGNATURE)),
    user(result('f1', 'weather', { error: { code: 5 }, retry: true })),
  ],
  'a documented output envelope': [
    ask,
    model(call('f1', 'weather', {}, SIGNATURE)),
    user(result('f1', 'weather', { output: 'sunny' })),
  ],
  'a result that is JSON in a string': [
    ask,
    model(call('f1', 'weather', {}, SIGNATURE)),
    user(result('f1', 'weather', { result: '{"c":21}' })),
  ],
  'media in a result': [
    ask,
    model(call('f1', 'photo', {}, SIGNATURE)),
    user(
      result(
        'f1',
        'photo',
        { image_ref: { $ref: 'cat.jpg' } },
        {
          parts: [
            { inlineData: { mimeType: 'image/jpeg', data: '/9j/', displayName: 'cat.jpg' } },
            { fileData: { mimeType: 'application/pdf', fileUri: 'gs://b/a.pdf' } },
          ],
        },
      ),
    ),
  ],
  'a result that goes on': [
    ask,
    model(call('f1', 'watch', {}, SIGNATURE)),
    user(result('f1', 'watch', { tick: 1 }, { willContinue: true, scheduling: 'SILENT' })),
  ],
  'text after a result': [
    ask,
    model(call('f1', 'weather', {}, SIGNATURE)),
    user(result('f1', 'weather', { result: 'sunny' }), { text: 'And tomorrow?' }),
  ],
  'thoughts, text and a call in one turn': [
    ask,
    model({ text: 'Hm.', thought: true }, { text: 'I look.' }, call('f1', 'weather', {}, SIGNATURE)),
    user(result('f1', 'weather', {})),
  ],
};

describe('a conversation keeps', () => {
  for (const [name, contents] of Object.entries(CONVERSATIONS)) {
    it(name, () => expect(again({ contents })).toEqual({ body: { contents }, dropped: [], inserted: [] }));
  }

  it('a signature on an empty part of its own (case 63: thoughtSignature on a separate part lost, the model degenerates)', () => {
    const body = {
      contents: [
        ask,
        model({ text: 'It is sunny.' }, { text: '', thoughtSignature: SIGNATURE }),
        user({ text: 'Thanks' }),
      ],
    };
    expect(again(body)).toEqual({ body, dropped: [], inserted: [] });
  });

  it('a signature that came without any text', () => {
    const contents = [ask, model({ text: 'It is sunny.' }, { thoughtSignature: SIGNATURE }), user({ text: 'Thanks' })];
    expect(again({ contents }).body).toEqual({
      contents: [
        ask,
        model({ text: 'It is sunny.' }, { text: '', thoughtSignature: SIGNATURE }),
        user({ text: 'Thanks' }),
      ],
    });
  });

  it('everything but empty texts without a signature, which the API refuses (case 66)', () => {
    expect(
      again({ contents: [user({ text: '' }, { text: 'Hi' }), model({ text: '' }), user({ text: 'Hello?' })] }).body,
    ).toEqual({ contents: [user({ text: 'Hi' }, { text: 'Hello?' })] });
  });

  it('contents of one role in a row as one content', () => {
    expect(again({ contents: [{ parts: [{ text: 'a' }] }, { role: 'user', parts: [{ text: 'b' }] }] }).body).toEqual({
      contents: [user({ text: 'a' }, { text: 'b' })],
    });
  });
});
