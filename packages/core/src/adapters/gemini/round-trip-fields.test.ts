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

const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string', enum: ['Rome', 'Oslo'] }, days: { type: ['integer', 'null'], minimum: 1 } },
  required: ['city'],
  additionalProperties: false,
  propertyOrdering: ['city', 'days'],
};
const OPEN_API = {
  type: 'OBJECT',
  properties: {
    city: { type: 'STRING', format: 'enum', enum: ['Rome', 'Oslo'] },
    tags: { type: 'ARRAY', items: { type: 'STRING' }, minItems: '1' },
    note: { type: 'STRING', nullable: true, example: 'x' },
  },
  required: ['city'],
  propertyOrdering: ['city', 'tags'],
};

/** https://ai.google.dev/api/caching#Tool, https://ai.google.dev/api/generate-content#request-body */
const FIELDS: Record<string, Record<string, unknown>> = {
  'a system instruction': { systemInstruction: { parts: [{ text: 'Be brief.' }, { text: 'Be kind.' }] } },
  'a function with JSON Schema': {
    tools: [
      {
        functionDeclarations: [
          {
            name: 'weather',
            description: 'Looks',
            parametersJsonSchema: SCHEMA,
            responseJsonSchema: { type: 'object' },
            behavior: 'NON_BLOCKING',
          },
        ],
      },
    ],
  },
  'a function with the OpenAPI subset': {
    tools: [{ functionDeclarations: [{ name: 'weather', parameters: OPEN_API, response: { type: 'OBJECT' } }] }],
  },
  'a function without parameters': { tools: [{ functionDeclarations: [{ name: 'now' }] }] },
  'the tools of the vendor': {
    tools: [
      { googleSearch: { timeRangeFilter: { startTime: '2026-01-01T00:00:00Z' } } },
      { codeExecution: {} },
      { urlContext: {} },
      { googleMaps: { enableWidget: true } },
      { computerUse: { environment: 'ENVIRONMENT_BROWSER', excludedPredefinedFunctions: ['drag_and_drop'] } },
      { fileSearch: { fileSearchStoreNames: ['fileSearchStores/a'], topK: 3 } },
      { mcpServers: [{ name: 'm', streamableHttpTransport: { url: 'https://mcp.example.com', headers: { a: 'b' } } }] },
      { googleSearchRetrieval: { dynamicRetrievalConfig: { mode: 'MODE_DYNAMIC' } } },
    ],
  },
  'tool configuration': {
    tools: [{ googleMaps: {} }],
    toolConfig: {
      retrievalConfig: { latLng: { latitude: 1, longitude: 2 }, languageCode: 'en' },
      includeServerSideToolInvocations: true,
    },
  },
  'safety settings, cache, labels, store': {
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    cachedContent: 'cachedContents/a',
    labels: { team: 'x' },
    store: false,
  },
  'a service tier': { serviceTier: 'flex' },
  'the standard tier': { serviceTier: 'standard' },
  'sampling settings': {
    generationConfig: {
      stopSequences: ['END'],
      candidateCount: 2,
      maxOutputTokens: 77,
      temperature: 0,
      topP: 0.9,
      topK: 40,
      seed: 7,
      presencePenalty: 0.5,
      frequencyPenalty: -0.5,
      responseLogprobs: true,
      logprobs: 3,
    },
  },
  'JSON as the answer': { generationConfig: { responseMimeType: 'application/json' } },
  'plain text as the answer': { generationConfig: { responseMimeType: 'text/plain' } },
  'an answer by JSON Schema': {
    generationConfig: { responseMimeType: 'application/json', responseJsonSchema: SCHEMA },
  },
  'an answer by the OpenAPI subset': {
    generationConfig: { responseMimeType: 'application/json', responseSchema: OPEN_API },
  },
  'an enum as the answer': {
    generationConfig: { responseMimeType: 'text/x.enum', responseSchema: { type: 'STRING', enum: ['a', 'b'] } },
  },
  'thinking by level': { generationConfig: { thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' } } },
  'thinking by budget': { generationConfig: { thinkingConfig: { thinkingBudget: 2048 } } },
  'a voice': {
    generationConfig: {
      responseModalities: ['AUDIO'],
      speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } }, languageCode: 'de-DE' },
    },
  },
  'several speakers': {
    generationConfig: {
      responseModalities: ['AUDIO'],
      speechConfig: {
        multiSpeakerVoiceConfig: {
          speakerVoiceConfigs: [{ speaker: 'Joe', voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } }],
        },
      },
    },
  },
  'images as the answer': {
    generationConfig: { responseModalities: ['TEXT', 'IMAGE'], imageConfig: { aspectRatio: '16:9', imageSize: '2K' } },
  },
  'other settings': {
    generationConfig: {
      mediaResolution: 'MEDIA_RESOLUTION_LOW',
      enableEnhancedCivicAnswers: true,
      audioTimestamp: true,
    },
  },
};

const declared = [{ functionDeclarations: [{ name: 'a' }, { name: 'b' }] }];
/** https://ai.google.dev/api/caching#FunctionCallingConfig */
const CHOICES: Record<string, unknown>[] = [
  { mode: 'AUTO' },
  { mode: 'ANY' },
  { mode: 'ANY', allowedFunctionNames: ['a'] },
  { mode: 'ANY', allowedFunctionNames: ['a', 'b'] },
  { mode: 'NONE' },
  { mode: 'VALIDATED' },
  { mode: 'VALIDATED', allowedFunctionNames: ['a'] },
  { mode: 'MODE_UNSPECIFIED' },
  { streamFunctionCallArguments: true },
];

describe('a request keeps its field:', () => {
  for (const [name, fields] of Object.entries(FIELDS)) {
    it(name, () =>
      expect(again({ contents: [ask], ...fields })).toEqual({
        body: { contents: [ask], ...fields },
        dropped: [],
        inserted: [],
      }),
    );
  }
  for (const functionCallingConfig of CHOICES) {
    it(`tool choice ${JSON.stringify(functionCallingConfig)}`, () => {
      const body = { contents: [ask], tools: declared, toolConfig: { functionCallingConfig } };
      expect(again(body)).toEqual({ body, dropped: [], inserted: [] });
    });
  }

  it('a budget of zero and of minus one, for a model that thinks by budget', () => {
    for (const thinkingBudget of [0, -1]) {
      const body = { contents: [ask], generationConfig: { thinkingConfig: { thinkingBudget } } };
      const sent = gemini.client.render(gemini.server.parse(body, inbound()), target('gemini-2.5-flash'), exchange());
      expect(JSON.parse(String(sent.body))).toEqual(body);
    }
  });

  it('a schema that a hook changed, as it was changed', () => {
    const request = gemini.server.parse(
      { contents: [ask], tools: [{ functionDeclarations: [{ name: 'weather', parameters: OPEN_API }] }] },
      inbound(),
    );
    const tools = (request.tools ?? []).map((tool) =>
      tool.type === 'function' ? { ...tool, inputSchema: { type: 'object', properties: {} } } : tool,
    );
    const sent = JSON.parse(String(gemini.client.render({ ...request, tools }, target(), exchange()).body)) as {
      tools: unknown;
    };
    expect(sent.tools).toEqual([
      { functionDeclarations: [{ name: 'weather', parametersJsonSchema: { type: 'object', properties: {} } }] },
    ]);
  });
});

describe('snake_case, which the API takes too,', () => {
  it("reads as camelCase at every level, and leaves the user's own data alone", () => {
    const body = {
      system_instruction: { parts: [{ text: 's' }] },
      contents: [
        user(
          { inline_data: { mime_type: 'image/png', data: 'AAAA' } },
          { file_data: { mime_type: 'image/png', file_uri: 'gs://b/a' } },
        ),
        model({ function_call: { name: 'f', args: { some_key: 1 } }, thought_signature: SIGNATURE }),
        user({
          function_response: {
            name: 'f',
            response: { other_key: { a_b: 1 } },
            parts: [{ inline_data: { mime_type: 'image/png', data: 'AAAA' } }],
          },
        }),
      ],
      tools: [
        {
          function_declarations: [
            { name: 'f', parameters_json_schema: { type: 'object', properties: { some_key: { type: 'number' } } } },
          ],
        },
        { google_search: {} },
      ],
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
      generation_config: {
        max_output_tokens: 5,
        stop_sequences: ['x'],
        thinking_config: { include_thoughts: true, thinking_level: 'low' },
        response_mime_type: 'application/json',
        speech_config: { voice_config: { prebuilt_voice_config: { voice_name: 'Kore' } } },
      },
      safety_settings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
      cached_content: 'cachedContents/a',
    };
    expect(again(body)).toEqual({
      dropped: [],
      inserted: [],
      body: {
        systemInstruction: { parts: [{ text: 's' }] },
        contents: [
          user(
            { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
            { fileData: { mimeType: 'image/png', fileUri: 'gs://b/a' } },
          ),
          model({ functionCall: { name: 'f', args: { some_key: 1 } }, thoughtSignature: SIGNATURE }),
          user({
            functionResponse: {
              name: 'f',
              response: { other_key: { a_b: 1 } },
              parts: [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }],
            },
          }),
        ],
        tools: [
          {
            functionDeclarations: [
              { name: 'f', parametersJsonSchema: { type: 'object', properties: { some_key: { type: 'number' } } } },
            ],
          },
          { googleSearch: {} },
        ],
        toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
        generationConfig: {
          maxOutputTokens: 5,
          stopSequences: ['x'],
          thinkingConfig: { includeThoughts: true, thinkingLevel: 'LOW' },
          responseMimeType: 'application/json',
          speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Kore' } } },
        },
        safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'OFF' }],
        cachedContent: 'cachedContents/a',
      },
    });
  });

  it('beside the same field in camelCase is refused', () => {
    expect(() =>
      gemini.server.parse(
        { contents: [ask], generationConfig: { maxOutputTokens: 1, max_output_tokens: 9 } },
        inbound(),
      ),
    ).toThrow(expect.objectContaining({ code: 'duplicate_key' }));
  });
});
