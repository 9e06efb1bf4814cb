import { describe, expect, it } from 'vitest';
import { CHATS } from '../kit/chat.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { bench } from '../kit/in-process.ts';
import { FORMATS, PROVIDERS } from '../kit/stage.ts';

/** A way to have the provider dial what the client names. Each names the page it was read from. */
interface Way {
  readonly what: string;
  readonly format: ChatFormat;
  readonly more: Readonly<Record<string, unknown>>;
}

const URL = 'https://evil.test/a.pdf';
const said = (role: string, ...content: unknown[]) => ({ messages: [{ role, content }] });
const user = (...content: unknown[]) => said('user', ...content);
const parts = (...list: unknown[]) => ({ contents: [{ role: 'user', parts: list }] });

/** A tool result of the Messages API, behind the call that it answers. */
const result = (...content: unknown[]) => ({
  messages: [
    { role: 'user', content: 'look' },
    { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content }] },
  ],
});
/** The same of chat completions; some compatible APIs take parts there. */
const toolMessage = (...content: unknown[]) => ({
  messages: [
    { role: 'user', content: 'look' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content },
  ],
});
/** The same of Gemini. Source: https://ai.google.dev/gemini-api/docs/function-calling#multimodal-function-responses */
const functionResponse = (...list: unknown[]) => ({
  contents: [
    { role: 'user', parts: [{ text: 'look' }] },
    { role: 'model', parts: [{ functionCall: { id: 'f1', name: 'look', args: {} } }] },
    { role: 'user', parts: [{ functionResponse: { id: 'f1', name: 'look', response: {}, parts: list } }] },
  ],
});

const image = { type: 'image_url', image_url: { url: URL } };
const imageBlock = { type: 'image', source: { type: 'url', url: URL } };
const documentBlock = { type: 'document', source: { type: 'url', url: URL } };
/** Source: https://platform.claude.com/docs/en/build-with-claude/citations#custom-content-documents */
const nestedBlock = {
  type: 'document',
  source: { type: 'content', content: [{ type: 'text', text: 'see' }, imageBlock] },
};
const fileData = { fileData: { mimeType: 'application/pdf', fileUri: URL } };

const MEDIA: readonly Way[] = [
  // https://platform.openai.com/docs/api-reference/chat/create#chat_create-messages
  { what: 'an image', format: 'openai-chat', more: user(image) },
  {
    what: 'an image, as some clients write it',
    format: 'openai-chat',
    more: user({ type: 'image_url', image_url: URL }),
  },
  { what: 'an image in a tool message', format: 'openai-chat', more: toolMessage(image) },
  // https://openrouter.ai/docs/features/multimodal/pdfs
  { what: 'a file', format: 'openai-chat', more: user({ type: 'file', file: { file_data: URL } }) },
  // https://openrouter.ai/docs/features/multimodal/videos
  { what: 'a video', format: 'openai-chat', more: user({ type: 'video_url', video_url: { url: URL } }) },
  {
    what: 'audio',
    format: 'openai-chat',
    more: user({ type: 'input_audio', input_audio: { data: URL, format: 'wav' } }),
  },
  // https://docs.baseten.co/inference/model-apis/audio
  {
    what: 'audio under its own type',
    format: 'openai-chat',
    more: user({ type: 'audio_url', audio_url: { url: URL } }),
  },
  // https://docs.mistral.ai/capabilities/document_ai/document_qna
  { what: 'a document', format: 'openai-chat', more: user({ type: 'document_url', document_url: URL }) },
  {
    what: 'a list in a part that nobody knows',
    format: 'openai-chat',
    more: user({ type: 'frames', frames: [URL, URL] }),
  },
  // https://openrouter.ai/docs/guides/features/server-tools/web-fetch
  { what: 'a tool that fetches pages', format: 'openai-chat', more: { tools: [{ type: 'openrouter:web_fetch' }] } },
  // https://docs.x.ai/docs/guides/live-search
  {
    what: 'feeds',
    format: 'openai-chat',
    more: { search_parameters: { sources: [{ type: 'rss', links: [URL] }] } },
  },
  {
    what: 'feeds among the options for a provider',
    format: 'openai-chat',
    more: { providerOptions: { oa: { search_parameters: { sources: [{ type: 'rss', links: [URL] }] } } } },
  },
  // https://console.groq.com/docs/compound/built-in-tools
  {
    what: 'a built-in tool that visits pages',
    format: 'openai-chat',
    more: { compound_custom: { tools: { enabled_tools: ['visit_website'] } } },
  },

  // https://platform.claude.com/docs/en/build-with-claude/vision and …/pdf-support
  { what: 'an image', format: 'anthropic-messages', more: user(imageBlock) },
  { what: 'a document', format: 'anthropic-messages', more: user(documentBlock) },
  { what: 'an image inside a document', format: 'anthropic-messages', more: user(nestedBlock) },
  // https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls
  { what: 'an image in a tool result', format: 'anthropic-messages', more: result(imageBlock) },
  { what: 'a document in a tool result', format: 'anthropic-messages', more: result(documentBlock) },
  { what: 'an image inside a document in a tool result', format: 'anthropic-messages', more: result(nestedBlock) },
  // https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-fetch-tool
  {
    what: 'a tool that fetches pages',
    format: 'anthropic-messages',
    more: { tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] },
  },

  // https://ai.google.dev/api/caching#FileData
  {
    what: 'an image',
    format: 'openai-responses',
    more: { input: [{ role: 'user', content: [{ type: 'input_image', image_url: URL }] }] },
  },
  {
    what: 'a file',
    format: 'openai-responses',
    more: { input: [{ role: 'user', content: [{ type: 'input_file', file_url: URL }] }] },
  },
  {
    what: 'an image in a result',
    format: 'openai-responses',
    more: {
      input: [
        { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c', output: [{ type: 'input_image', image_url: URL }] },
      ],
    },
  },
  { what: 'a file', format: 'gemini', more: parts(fileData) },
  { what: 'a file in snake case', format: 'gemini', more: parts({ file_data: { file_uri: URL } }) },
  { what: 'a video', format: 'gemini', more: parts({ fileData: { fileUri: 'https://www.youtube.com/watch?v=x' } }) },
  { what: 'a file beside text', format: 'gemini', more: parts({ text: 'see', ...fileData }) },
  { what: 'a file in the instruction', format: 'gemini', more: { systemInstruction: { parts: [fileData] } } },
  { what: 'a file in a function response', format: 'gemini', more: functionResponse(fileData) },
  {
    what: 'a file in a function response in snake case',
    format: 'gemini',
    more: functionResponse({ file_data: { mime_type: 'application/pdf', file_uri: URL } }),
  },
  // https://ai.google.dev/gemini-api/docs/url-context
  { what: 'a tool that reads pages', format: 'gemini', more: { tools: [{ urlContext: {} }] } },
  { what: 'a tool that reads pages in snake case', format: 'gemini', more: { tools: [{ url_context: {} }] } },
  { what: 'a tool that reads pages, not in a list', format: 'gemini', more: { tools: { urlContext: {} } } },
];

const server = { type: 'url', url: URL, name: 'x' };
const TOOLS: readonly Way[] = [
  // https://console.groq.com/docs/mcp
  {
    what: 'a tool server',
    format: 'openai-chat',
    more: { tools: [{ type: 'mcp', server_label: 'x', server_url: URL }] },
  },
  { what: 'a tool server', format: 'openai-chat', more: { mcp_servers: [server] } },
  {
    what: 'one among the options',
    format: 'openai-chat',
    more: { providerOptions: { oa: { mcp_servers: [server] } } },
  },
  // https://platform.claude.com/docs/en/agents-and-tools/mcp-connector
  { what: 'a tool server', format: 'anthropic-messages', more: { mcp_servers: [server] } },
  {
    what: 'one among the options',
    format: 'anthropic-messages',
    more: { providerOptions: { 'anthropic-messages': { mcp_servers: [server] } } },
  },
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
  {
    what: 'a tool server among what a model takes besides',
    format: 'bedrock-converse',
    more: { additionalModelRequestFields: { mcp_servers: [server] } },
  },
  ...(['bedrock-converse', 'openai-chat'] as const).map((format) => ({
    what: 'one among the options, in what a model takes besides',
    format,
    more: { providerOptions: { be: { additionalModelRequestFields: { mcp_servers: [server] } } } },
  })),
  // https://googleapis.github.io/java-genai/javadoc/com/google/genai/types/McpServer.html
  {
    what: 'a tool server',
    format: 'gemini',
    more: { tools: [{ mcpServers: [{ name: 'x', streamableHttpTransport: { url: URL } }] }] },
  },
  { what: 'a tool server in snake case', format: 'gemini', more: { tools: [{ mcp_servers: [{ name: 'x' }] }] } },
  // https://googleapis.github.io/java-genai/javadoc/com/google/genai/types/ExternalApi.html
  {
    what: 'a search of the client’s own',
    format: 'gemini',
    more: { tools: [{ retrieval: { externalApi: { endpoint: URL } } }] },
  },
  {
    what: 'a search of the client’s own in snake case',
    format: 'gemini',
    more: { tools: [{ retrieval: { external_api: { endpoint: URL } } }] },
  },
];

const statusesOf = async (at: ReturnType<typeof bench>, { format, more }: Way): Promise<number[]> => {
  const statuses: number[] = [];
  for (const upstream of FORMATS) {
    const { status } = await at.ask(CHATS[format]({ model: `${PROVIDERS[upstream]}/sim-text-2`, more }));
    statuses.push(status);
  }
  return statuses;
};

describe('without remoteMedia no provider is made to fetch', () => {
  it.each(MEDIA)('$what of $format', async (way) => {
    const at = bench({ config: { features: { remoteMedia: false, remoteTools: true } } });
    expect(await statusesOf(at, way)).toEqual(FORMATS.map(() => 403));
    expect(at.dialled).toEqual([]);
  });

  it.each(MEDIA)('$what of $format, which is allowed by default', async (way) => {
    const at = bench({ sim: { unknownFields: 'allow' } });
    expect(await statusesOf(at, way)).not.toContain(403);
  });

  it('a medium for embeddings', async () => {
    // https://jina.ai/embeddings and https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html#embeddings-api
    const bodies = [{ input: [{ image: URL }] }, { input: 'x', messages: [{ role: 'user', content: [image] }] }];
    const closed = bench({ config: { features: { remoteMedia: false } } });
    const open = bench({ sim: { unknownFields: 'allow' } });
    const embeddings = (body: object) => ({
      path: '/v1/embeddings',
      headers: { 'content-type': 'application/json' },
      body: { model: 'oa/sim', ...body },
    });
    for (const body of bodies) {
      expect((await closed.ask(embeddings(body))).status).toBe(403);
      expect((await open.ask(embeddings(body))).status).not.toBe(403);
    }
    expect(closed.dialled).toEqual([]);
    // A text is a text, whatever it looks like.
    for (const input of [URL, [URL, 'x']]) expect((await closed.ask(embeddings({ input }))).status).toBe(200);
  });

  const HARMLESS: readonly Way[] = [
    { what: 'an address in the words of the user', format: 'openai-chat', more: user({ type: 'text', text: URL }) },
    {
      what: 'bytes',
      format: 'openai-chat',
      more: user({ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }),
    },
    {
      what: 'the schema of a tool',
      format: 'openai-chat',
      more: {
        tools: [
          {
            type: 'function',
            function: {
              name: 'look',
              parameters: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', properties: {} },
            },
          },
        ],
      },
    },
    { what: 'metadata', format: 'openai-chat', more: { metadata: { page: URL } } },
    {
      // https://platform.claude.com/docs/en/build-with-claude/search-results
      what: 'where a search result is from',
      format: 'anthropic-messages',
      more: user({ type: 'search_result', source: URL, title: 'x', content: [{ type: 'text', text: 'x' }] }),
    },
    {
      what: 'a search by the provider',
      format: 'anthropic-messages',
      more: { tools: [{ type: 'web_search_20250305', name: 'web_search' }] },
    },
    { what: 'a search by the provider', format: 'gemini', more: { tools: [{ googleSearch: {} }] } },
    {
      what: 'a tool that only has such a name',
      format: 'gemini',
      more: { tools: [{ functionDeclarations: [{ name: 'urlContext' }] }] },
    },
  ];

  it.each(HARMLESS)('but $what of $format is none of that', async (way) => {
    const at = bench({ config: { features: { remoteMedia: false } }, sim: { unknownFields: 'allow' } });
    expect(await statusesOf(at, way)).not.toContain(403);
  });
});

describe('without remoteTools, as is the default, no provider is made to call', () => {
  it.each(TOOLS)('$what of $format', async (way) => {
    const at = bench();
    expect(await statusesOf(at, way)).toEqual(FORMATS.map(() => 403));
    expect(at.dialled).toEqual([]);
  });

  it.each(TOOLS)('$what of $format, which can be enabled', async (way) => {
    const at = bench({ config: { features: { remoteTools: true } }, sim: { unknownFields: 'allow' } });
    expect(await statusesOf(at, way)).not.toContain(403);
  });
});

describe('a canonical request in process', () => {
  const caller = { id: 'job' };
  const chat = (more: object) => ({
    model: 'oa/sim-text-2',
    messages: [{ role: 'user' as const, content: 'hi' }],
    ...more,
  });
  const tool = (format: ChatFormat, value: Record<string, unknown>) => ({
    serverTools: [{ type: 'server' as const, format, name: 'x', value }],
  });

  it.each([
    ['a tool', tool('openai-chat', { type: 'mcp', server_url: URL })],
    ['a tool of another format', tool('gemini', { mcpServers: [{ name: 'x' }] })],
    ['a field', { extensions: { 'anthropic-messages': { mcp_servers: [server] } } }],
    ['an option', { providerOptions: { an: { mcp_servers: [server] } } }],
  ])('needs remoteTools for %s that names a server', async (_, more) => {
    const closed = bench();
    await expect(closed.gateway.chat(chat(more), { caller })).rejects.toMatchObject({ code: 'forbidden' });
    expect(closed.dialled).toEqual([]);
    const open = bench({ config: { features: { remoteTools: true } }, sim: { unknownFields: 'allow' } });
    // The provider itself may refuse it.
    const code = await open.gateway.chat(chat(more), { caller }).then(
      () => 'answered',
      (error: { code: string }) => error.code,
    );
    expect(code).not.toBe('forbidden');
    expect(open.dialled).toHaveLength(1);
  });

  it('needs remoteMedia for what the provider would fetch', async () => {
    const at = bench({ config: { features: { remoteMedia: false } } });
    const remote = [
      tool('gemini', { urlContext: {} }),
      {
        messages: [
          { role: 'user' as const, content: [{ type: 'image' as const, source: { kind: 'url' as const, url: URL } }] },
        ],
      },
      { extensions: { 'openai-chat': { search_parameters: { sources: [{ links: [URL] }] } } } },
    ];
    for (const more of remote)
      await expect(at.gateway.chat(chat(more), { caller })).rejects.toMatchObject({ code: 'forbidden' });
    expect(at.dialled).toEqual([]);
  });
});
