import { describe, expect, it } from 'vitest';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import { gemini } from './index.ts';
import { answer, exchange, read, SIGNATURE } from './support.type-test.ts';

/** https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse */
describe('an answer of the same vendor comes out as it came in:', () => {
  const usageMetadata = { promptTokenCount: 9, candidatesTokenCount: 3, totalTokenCount: 12 };
  const bodies: Record<string, object> = {
    'text with ratings, citations and other metadata': {
      ...answer([{ text: 'Hello.' }], {
        safetyRatings: [{ category: 'HARM_CATEGORY_HARASSMENT', probability: 'NEGLIGIBLE' }],
        citationMetadata: { citationSources: [{ startIndex: 0, endIndex: 5, uri: 'https://c.example' }] },
        groundingMetadata: {
          webSearchQueries: ['q'],
          groundingChunks: [{ web: { uri: 'https://a', title: 'a' } }],
          groundingSupports: [{ segment: { endIndex: 5 }, groundingChunkIndices: [0] }],
        },
        urlContextMetadata: {
          urlMetadata: [{ retrievedUrl: 'https://a', urlRetrievalStatus: 'URL_RETRIEVAL_STATUS_SUCCESS' }],
        },
        avgLogprobs: -0.2,
        logprobsResult: { chosenCandidates: [{ token: 'a', tokenId: 1, logProbability: -1 }] },
        tokenCount: 3,
      }),
      usageMetadata,
    },
    'thoughts, signatures, calls': answer(
      [
        { text: 'Hm.', thought: true },
        { functionCall: { id: 'f1', name: 'f', args: { a: 1 } }, thoughtSignature: SIGNATURE },
        { text: '', thoughtSignature: SIGNATURE },
      ],
      { finishMessage: 'Model generated function call(s).' },
    ),
    'code, media and unknown parts': answer([
      { executableCode: { language: 'PYTHON', code: '1', id: 'c' } },
      { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '1', id: 'c' } },
      { inlineData: { mimeType: 'image/png', data: 'AAAA' }, thoughtSignature: SIGNATURE },
      { hologram: {} },
    ]),
    'a filtered answer': {
      ...answer([{ text: 'No' }], { finishReason: 'RECITATION' }),
      promptFeedback: { blockReason: 'SAFETY' },
    },
    'a status of the model': { ...answer([{ text: 'a' }]), modelStatus: { modelStage: 'LEGACY' } },
  };
  for (const [name, body] of Object.entries(bodies))
    it(name, () => expect(gemini.server.render(read(body), exchange())).toEqual({ body, dropped: [] }));
});

describe('an answer of another vendor', () => {
  const write = (reply: ChatReply): { body: unknown; dropped: string[] } => gemini.server.render(reply, exchange());
  const parts = (content: Choice['content']): unknown =>
    (write({ choices: [{ content, stopReason: 'stop' }] }).body as { candidates: { content: { parts: unknown } }[] })
      .candidates[0]?.content.parts;

  it('has the model and the id of the exchange where it has none of its own', () => {
    expect(write({ choices: [{ content: [{ type: 'text', text: 'a' }], stopReason: 'stop' }] }).body).toEqual({
      candidates: [{ content: { parts: [{ text: 'a' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      modelVersion: 'fast',
      responseId: 'req-1',
    });
  });

  it.each([
    ['stop', 'stop', 'STOP'],
    ['stop-sequence', 'end', 'STOP'],
    ['tool-calls', 'tool_use', 'STOP'],
    ['pause', 'pause_turn', 'STOP'],
    ['length', 'max_tokens', 'MAX_TOKENS'],
    ['context-window', undefined, 'MAX_TOKENS'],
    ['content-filter', 'content_filter', 'SAFETY'],
    ['refusal', 'refusal', 'SAFETY'],
    ['other', undefined, 'OTHER'],
  ] as const)('that stopped for %s (%s) finished with %s', (stopReason, nativeStopReason, word) => {
    expect(
      write({ choices: [{ content: [], stopReason, ...(nativeStopReason !== undefined && { nativeStopReason }) }] })
        .body,
    ).toMatchObject({ candidates: [{ finishReason: word }] });
  });

  it('shows refusals as text and speech with its words', () => {
    expect(
      parts([
        { type: 'refusal', text: 'No.' },
        { type: 'audio', source: { kind: 'base64', data: 'AA', mediaType: 'audio/wav' }, transcript: 'Hi' },
      ]),
    ).toEqual([
      { text: 'No.' },
      { inlineData: { mimeType: 'audio/wav', data: 'AA' }, audioTranscription: { text: 'Hi' } },
    ]);
  });

  it('loses a signature that nobody issued, and says so', () => {
    const { body, dropped } = write({
      choices: [{ content: [{ type: 'text', text: 'a', signature: 'x' }], stopReason: 'stop' }],
    });
    expect(body).toMatchObject({ candidates: [{ content: { parts: [{ text: 'a' }] } }] });
    expect(dropped).toEqual(['reasoning']);
  });

  it('reports what only its vendor understands', () => {
    const { body, dropped } = write({
      choices: [
        {
          content: [
            {
              type: 'server-tool-call',
              callId: 's',
              name: 'web_search',
              input: '{}',
              origin: { format: 'anthropic-messages' },
            },
            { type: 'native', format: 'x', name: 'odd', value: 1 },
          ],
          stopReason: 'stop',
        },
      ],
    });
    expect(body).toMatchObject({ candidates: [{ content: { parts: [] } }] });
    expect(dropped).toEqual(['web_search', 'odd']);
  });
});
