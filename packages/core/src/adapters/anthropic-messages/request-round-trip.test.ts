import { describe, expect, test } from 'vitest';
import type { Json } from '../shared/read.ts';
import { anthropicMessages } from './index.ts';
import { bodyOf, exchange, inbound, target } from './support.type-test.ts';

/** Parsed as a client's request and rendered for the vendor again. */
function roundTrip(
  body: Json,
  model = 'claude-opus-4-8',
  headers: Record<string, string> = {},
): { body: Json; dropped: readonly string[]; inserted: readonly string[]; headers: Readonly<Record<string, string>> } {
  const request = anthropicMessages.server.parse(body, inbound(headers));
  const upstream = anthropicMessages.client.render(
    request,
    target(model),
    exchange({ remoteTools: 'mcp_servers' in body }),
  );
  return { body: bodyOf(upstream), dropped: upstream.dropped, inserted: upstream.inserted, headers: upstream.headers };
}

const request = (more: Json): Json => ({
  model: 'claude-opus-4-8',
  max_tokens: 1024,
  messages: [{ role: 'user', content: 'Hello, Claude' }],
  ...more,
});
const cached = { cache_control: { type: 'ephemeral' } };
const cachedHour = { cache_control: { type: 'ephemeral', ttl: '1h' } };

/** Blocks after https://platform.claude.com/docs/en/api/messages and the SDK's *BlockParam types, each in a message where it may stand. */
const USER_BLOCKS: Record<string, Json> = {
  'text with a cache point': { type: 'text', text: 'Long.', ...cached },
  'text with a cache point of an hour': { type: 'text', text: 'Long.', ...cachedHour },
  'text with a cache point of unknown members': {
    type: 'text',
    text: 'Long.',
    cache_control: { type: 'ephemeral', scope: 'global' },
  },
  'image as base64': {
    type: 'image',
    source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' },
    ...cached,
  },
  'image by URL': { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
  'image by file': { type: 'image', source: { type: 'file', file_id: 'file_011CNha8iCJcU1wXNR6q4V8w' } },
  'image with transformations': {
    type: 'image',
    source: { type: 'url', url: 'https://example.com/a.png' },
    transformations: { oversized_image: 'downsize' },
  },
  'document as base64 PDF': {
    type: 'document',
    source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0xLjQ=' },
    title: 'Report',
    context: 'Draft.',
    citations: { enabled: true },
    ...cached,
  },
  'document as text': {
    type: 'document',
    source: { type: 'text', media_type: 'text/plain', data: 'Ünïcödé 😀 text' },
    citations: { enabled: true },
  },
  'document as content string': { type: 'document', source: { type: 'content', content: 'One text' } },
  'document as content blocks': {
    type: 'document',
    source: {
      type: 'content',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    title: 'T',
  },
  'document as content with an image': {
    type: 'document',
    source: {
      type: 'content',
      content: [{ type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } }],
    },
  },
  'document by URL': { type: 'document', source: { type: 'url', url: 'https://example.com/a.pdf' } },
  'document by file': {
    type: 'document',
    source: { type: 'file', file_id: 'file_011CNha8iCJcU1wXNR6q4V8w' },
    title: 'Named',
  },
  search_result: {
    type: 'search_result',
    source: 'https://example.com/kb',
    title: 'KB',
    content: [{ type: 'text', text: 'found' }],
    citations: { enabled: true },
    ...cached,
  },
  container_upload: { type: 'container_upload', file_id: 'file_011CNha8iCJcU1wXNR6q4V8w' },
  tool_addition: { type: 'tool_addition', tool: { type: 'tool_reference', name: 'get_weather' } },
  tool_removal: { type: 'tool_removal', tool: { type: 'mcp_toolset_reference', server_name: 'crm' } },
  'a block of a type to come': { type: 'hologram', data: { nested: [1, 2] } },
};

const ASSISTANT_BLOCKS: Record<string, Json> = {
  thinking: {
    type: 'thinking',
    thinking: 'Let me see…',
    signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk+/=',
  },
  'thinking whose text is omitted': { type: 'thinking', thinking: '', signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3h' },
  redacted_thinking: {
    type: 'redacted_thinking',
    data: 'EmwKAhgBEgy3va3pzix/LafPsn4aDFIT2Xlxh0L5L8rLVyIwxtE3rAFBa8cr3qpP',
  },
  tool_use: {
    type: 'tool_use',
    id: 'toolu_01A09q90qw90lq917835lq9',
    name: 'get_weather',
    input: { location: 'Paris', deep: { list: [1, null, 'x'] } },
    ...cached,
  },
  'tool_use without arguments': { type: 'tool_use', id: 'toolu_01A', name: 'now', input: {} },
  'tool_use by code execution': {
    type: 'tool_use',
    id: 'toolu_01A',
    name: 'query',
    input: { sql: 'x' },
    caller: { type: 'code_execution_20260120', tool_id: 'srvtoolu_01B' },
  },
  'tool_use of a toolset': {
    type: 'tool_use',
    id: 'toolu_01A',
    name: 'navigate',
    input: { url: 'https://example.com' },
    toolset_name: 'browser',
  },
  server_tool_use: {
    type: 'server_tool_use',
    id: 'srvtoolu_01WYG3',
    name: 'web_search',
    input: { query: 'birth date' },
    caller: { type: 'direct' },
  },
  web_search_tool_result: {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_01WYG3',
    content: [
      {
        type: 'web_search_result',
        url: 'https://example.com',
        title: 'T',
        encrypted_content: 'EqgfCioIARgBIiQ3',
        page_age: 'April 30, 2025',
      },
    ],
  },
  'web_search_tool_result with an error': {
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_01WYG3',
    content: { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
  },
  web_fetch_tool_result: {
    type: 'web_fetch_tool_result',
    tool_use_id: 'srvtoolu_01W',
    content: {
      type: 'web_fetch_result',
      url: 'https://example.com',
      retrieved_at: '2025-08-25T10:30:00Z',
      content: {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'x' },
        title: 'T',
        citations: { enabled: true },
      },
    },
  },
  code_execution_tool_result: {
    type: 'code_execution_tool_result',
    tool_use_id: 'srvtoolu_01W',
    content: {
      type: 'code_execution_result',
      stdout: 'x',
      stderr: '',
      return_code: 0,
      content: [{ type: 'code_execution_output', file_id: 'file_1' }],
    },
  },
  'encrypted code execution result': {
    type: 'code_execution_tool_result',
    tool_use_id: 'srvtoolu_01W',
    content: {
      type: 'encrypted_code_execution_result',
      encrypted_stdout: 'abc',
      stderr: '',
      return_code: 0,
      content: [],
    },
  },
  bash_code_execution_tool_result: {
    type: 'bash_code_execution_tool_result',
    tool_use_id: 'srvtoolu_01W',
    content: { type: 'bash_code_execution_result', stdout: 'x', stderr: '', return_code: 0, content: [] },
    ...cached,
  },
  text_editor_code_execution_tool_result: {
    type: 'text_editor_code_execution_tool_result',
    tool_use_id: 'srvtoolu_01W',
    content: {
      type: 'text_editor_code_execution_view_result',
      file_type: 'text',
      content: 'x',
      num_lines: 1,
      start_line: 1,
      total_lines: 1,
    },
  },
  tool_search_tool_result: {
    type: 'tool_search_tool_result',
    tool_use_id: 'srvtoolu_01W',
    content: {
      type: 'tool_search_tool_search_result',
      tool_references: [{ type: 'tool_reference', tool_name: 'get_weather' }],
    },
  },
  advisor_tool_result: {
    type: 'advisor_tool_result',
    tool_use_id: 'srvtoolu_01W',
    content: { type: 'advisor_redacted_result', encrypted_content: 'abc', stop_reason: 'end_turn' },
  },
  mcp_tool_use: {
    type: 'mcp_tool_use',
    id: 'mcptoolu_014Q35RayjACSWkSj4X2yov1',
    name: 'echo',
    server_name: 'example',
    input: { param: 'value' },
  },
  mcp_tool_result: {
    type: 'mcp_tool_result',
    tool_use_id: 'mcptoolu_014Q35RayjACSWkSj4X2yov1',
    is_error: false,
    content: [{ type: 'text', text: 'Hello' }],
  },
  'text with every kind of citation': {
    type: 'text',
    text: 'The grass is green.',
    citations: [
      {
        type: 'char_location',
        cited_text: 'The grass is green.',
        document_index: 0,
        document_title: 'Facts',
        start_char_index: 0,
        end_char_index: 20,
      },
      {
        type: 'page_location',
        cited_text: 'x',
        document_index: 1,
        document_title: null,
        start_page_number: 1,
        end_page_number: 2,
      },
      {
        type: 'content_block_location',
        cited_text: 'x',
        document_index: 2,
        document_title: null,
        start_block_index: 0,
        end_block_index: 1,
      },
      {
        type: 'web_search_result_location',
        cited_text: 'x',
        url: 'https://example.com',
        title: 'T',
        encrypted_index: 'Eo8BCioIAhgBIiQy',
      },
      {
        type: 'search_result_location',
        cited_text: 'x',
        source: 'https://example.com/kb',
        title: 'KB',
        search_result_index: 0,
        start_block_index: 0,
        end_block_index: 1,
      },
    ],
  },
  compaction: { type: 'compaction', content: 'Summary of before.', encrypted_content: null },
  fallback: {
    type: 'fallback',
    from: { model: 'claude-fable-5' },
    to: { model: 'claude-opus-4-8' },
    trigger: { type: 'refusal', category: 'cyber' },
  },
};

const RESULT_CONTENT: Record<string, Json> = {
  text: { type: 'text', text: '15 degrees', ...cached },
  'an image': { type: 'image', source: { type: 'base64', media_type: 'image/jpeg', data: '/9j/4AAQSkZJRg==' } },
  'a document': { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'x' } },
  'a search_result': { type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text: 'found' }] },
  'a tool_reference': { type: 'tool_reference', tool_name: 'get_weather' },
  'a browser_state': {
    type: 'browser_state',
    tabs: [{ tab_id: '1', title: 'T', url: 'https://example.com', active: true }],
  },
};

/** Options after https://platform.claude.com/docs/en/api/messages and the SDK's MessageCreateParams, with a model that takes them. */
const OPTIONS: Record<string, { fields: Json; model?: string }> = {
  'a system string': { fields: { system: 'Be terse.' } },
  'system blocks with cache points': {
    fields: {
      system: [
        { type: 'text', text: 'Be terse.' },
        { type: 'text', text: 'Long rules', ...cachedHour },
      ],
    },
  },
  'top-level cache_control': { fields: { cache_control: { type: 'ephemeral', ttl: '5m' } } },
  sampling: { fields: { temperature: 0.2, top_k: 40 }, model: 'claude-sonnet-4-5' },
  "temperature out of range, which is the vendor's to refuse": {
    fields: { temperature: 1.7 },
    model: 'claude-sonnet-4-5',
  },
  top_p: { fields: { top_p: 0.7 }, model: 'claude-sonnet-4-5' },
  stop_sequences: { fields: { stop_sequences: ['END', '\n\nHuman:'] } },
  metadata: { fields: { metadata: { user_id: '13803d75' } } },
  'metadata with more': { fields: { metadata: { trace: 'x', user_id: '13803d75' } } },
  'service_tier auto': { fields: { service_tier: 'auto' } },
  'service_tier standard_only': { fields: { service_tier: 'standard_only' } },
  'thinking with a budget': {
    fields: { thinking: { type: 'enabled', budget_tokens: 1000 } },
    model: 'claude-sonnet-4-5',
  },
  'thinking with a budget, shown': {
    fields: { thinking: { type: 'enabled', budget_tokens: 1000, display: 'summarized' } },
    model: 'claude-sonnet-4-5',
  },
  'adaptive thinking': { fields: { thinking: { type: 'adaptive' } } },
  'adaptive thinking, omitted': { fields: { thinking: { type: 'adaptive', display: 'omitted' } } },
  'thinking disabled': { fields: { thinking: { type: 'disabled' } } },
  'thinking between tools': { fields: { thinking: { type: 'between_tools' } }, model: 'claude-sonnet-5-5' },
  'thinking with settings of its own': {
    fields: {
      thinking: { type: 'adaptive', display: 'updates', block_binding: { prefix_mismatch_behavior: 'drop_block' } },
    },
  },
  'thinking of a type to come': { fields: { thinking: { type: 'lucid', depth: 3 } } },
  'effort without thinking': { fields: { output_config: { effort: 'medium' } } },
  'effort with adaptive thinking': { fields: { thinking: { type: 'adaptive' }, output_config: { effort: 'max' } } },
  'effort with a budget': {
    fields: { thinking: { type: 'enabled', budget_tokens: 1000 }, output_config: { effort: 'low' } },
    model: 'claude-opus-4-5',
  },
  'a JSON schema': {
    fields: {
      output_config: {
        format: {
          type: 'json_schema',
          schema: {
            type: 'object',
            properties: { a: { type: 'string' } },
            required: ['a'],
            additionalProperties: false,
          },
        },
      },
    },
  },
  'a task budget beside effort': {
    fields: { output_config: { effort: 'high', task_budget: { type: 'tokens', total: 20_000 } } },
  },
  container: {
    fields: { container: { id: 'container_1', skills: [{ type: 'anthropic', skill_id: 'pptx', version: 'latest' }] } },
  },
  context_management: {
    fields: {
      context_management: {
        edits: [{ type: 'clear_tool_uses_20250919', trigger: { type: 'input_tokens', value: 50_000 } }],
      },
    },
  },
  mcp_servers: {
    fields: {
      mcp_servers: [{ type: 'url', url: 'https://mcp.example.com/sse', name: 'example', authorization_token: 'x' }],
    },
  },
  'speed and inference_geo': { fields: { speed: 'fast', inference_geo: 'us' } },
  'fallbacks and diagnostics': { fields: { fallbacks: 'default', diagnostics: { previous_message_id: 'msg_1' } } },
};

const schema = { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] };

const TOOLS: Record<string, Json> = {
  custom: { name: 'get_weather', description: 'Weather', input_schema: schema },
  'custom with its type': { type: 'custom', name: 'get_weather', input_schema: schema, ...cachedHour },
  'custom with everything': {
    name: 'get_weather',
    description: 'd',
    input_schema: schema,
    strict: true,
    input_examples: [{ location: 'Paris' }],
    defer_loading: true,
    allowed_callers: ['direct', 'code_execution_20260120'],
    eager_input_streaming: true,
    ...cached,
  },
  web_search: {
    type: 'web_search_20260318',
    name: 'web_search',
    max_uses: 5,
    allowed_domains: ['example.com'],
    user_location: { type: 'approximate', city: 'Paris' },
    ...cached,
  },
  web_fetch: { type: 'web_fetch_20250910', name: 'web_fetch', citations: { enabled: true }, max_content_tokens: 1000 },
  code_execution: { type: 'code_execution_20260521', name: 'code_execution' },
  bash: { type: 'bash_20250124', name: 'bash' },
  'text editor': { type: 'text_editor_20250728', name: 'str_replace_based_edit_tool', max_characters: 10_000 },
  computer: { type: 'computer_20251124', name: 'computer', display_width_px: 1024, display_height_px: 768 },
  memory: { type: 'memory_20250818', name: 'memory' },
  'tool search': { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' },
  advisor: { type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-4-8' },
  mcp_toolset: { type: 'mcp_toolset', mcp_server_name: 'example', default_config: { enabled: true } },
};

describe('a request of this format, parsed and rendered for its own format, is the same request', () => {
  test.each(Object.entries(USER_BLOCKS))('user block: %s', (_name, block) => {
    const body = request({ messages: [{ role: 'user', content: [{ type: 'text', text: 'See:' }, block] }] });
    expect(roundTrip(body)).toMatchObject({ dropped: [], inserted: [] });
    expect(roundTrip(body).body).toEqual(body);
  });

  test.each(Object.entries(ASSISTANT_BLOCKS))('assistant block: %s', (_name, block) => {
    const messages = [
      { role: 'user', content: 'Go' },
      { role: 'assistant', content: [block, { type: 'text', text: 'Done.' }] },
      { role: 'user', content: 'On' },
    ];
    const content =
      block.type === 'tool_use' ? [{ type: 'text', text: 'Done.' }, block] : [block, { type: 'text', text: 'Done.' }];
    const body = request({
      messages: messages.map((message, index) => (index === 1 ? { role: 'assistant', content } : message)),
    });
    expect(roundTrip(body)).toMatchObject({ dropped: [], inserted: [] });
    expect(roundTrip(body).body).toEqual(body);
  });

  test.each(Object.entries(RESULT_CONTENT))('tool_result with %s', (_name, piece) => {
    const result = {
      type: 'tool_result',
      tool_use_id: 'toolu_01A',
      content: [piece, { type: 'text', text: 'more' }],
      is_error: true,
      ...cached,
    };
    const body = request({ messages: [{ role: 'user', content: [result, { type: 'text', text: 'Well?' }] }] });
    expect(roundTrip(body).body).toEqual(body);
  });

  test.each([
    ['a string', { content: 'ok' }],
    ['no content', {}],
    ['a toolset', { content: 'ok', toolset_name: 'browser' }],
  ])('tool_result with %s', (_name, more) => {
    const body = request({
      messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_01A', ...more }] }],
    });
    expect(roundTrip(body).body).toEqual(body);
  });

  test.each(Object.entries(OPTIONS))('option: %s', (_name, { fields, model = 'claude-opus-4-8' }) => {
    const body = request({ model, ...fields });
    expect(roundTrip(body, model)).toMatchObject({ dropped: [], inserted: [] });
    expect(roundTrip(body, model).body).toEqual(body);
  });

  test.each(Object.entries(TOOLS))('tool: %s', (_name, tool) => {
    const body = request({ tools: [tool] });
    expect(roundTrip(body).body).toEqual(body);
  });

  test.each([
    { type: 'auto' },
    { type: 'auto', disable_parallel_tool_use: true },
    { type: 'any' },
    { type: 'any', disable_parallel_tool_use: false },
    { type: 'tool', name: 'get_weather', disable_parallel_tool_use: true },
    { type: 'none' },
  ])('tool_choice: $type $disable_parallel_tool_use', (tool_choice) => {
    const body = request({ tools: [TOOLS.custom], tool_choice });
    expect(roundTrip(body).body).toEqual(body);
  });

  test('members of a message that have no name, such as an effort of its own', () => {
    const body = request({
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b', output_config: { effort: 'low' } },
      ],
    });
    expect(roundTrip(body).body).toEqual(body);
  });

  test('a system message in the middle, where the model takes one', () => {
    const body = request({
      messages: [
        { role: 'user', content: 'a' },
        { role: 'system', content: 'From now on, be terse.' },
        { role: 'assistant', content: 'b' },
        { role: 'user', content: 'c' },
      ],
    });
    expect(roundTrip(body)).toMatchObject({ dropped: [] });
    expect(roundTrip(body).body).toEqual(body);
  });

  test('a system message that holds settings and changes of tools', () => {
    const change = { type: 'tool_removal', tool: { type: 'tool_reference', name: 'a' } };
    const system = [
      { role: 'system', content: [change, { type: 'text', text: 'x' }], clear_at: 'next_user_message' },
      { role: 'system', output_config: { effort: 'low' } },
    ];
    for (const entry of system) {
      const body = request({
        messages: [
          { role: 'user', content: 'a' },
          entry,
          { role: 'assistant', content: 'b' },
          { role: 'user', content: 'c' },
        ],
      });
      expect(roundTrip(body).body).toEqual(body);
    }
    expect(
      roundTrip(request({ messages: [{ role: 'user', content: 'a' }, system[1]] }), 'claude-opus-4-5'),
    ).toMatchObject({ body: { messages: [{ role: 'user', content: 'a' }] }, dropped: ['messages.1.role'] });
  });

  test('the older output_format becomes its successor', () => {
    const format = { type: 'json_schema', schema: { type: 'object', properties: {}, additionalProperties: false } };
    expect(roundTrip(request({ output_format: format })).body).toEqual(request({ output_config: { format } }));
  });

  test('betas of header and body become the header', () => {
    const { headers, body } = roundTrip(request({ betas: ['b-1'] }), undefined, {
      'anthropic-beta': 'a-1, b-1,evil\r\nx: y',
    });
    expect(headers['anthropic-beta']).toBe('a-1,b-1');
    expect(body).not.toHaveProperty('betas');
  });

  test('case 73: the bytes are the same over 1,000 runs', () => {
    const body = request({
      tools: Object.values(TOOLS),
      system: 'x',
      thinking: { type: 'adaptive' },
      metadata: { user_id: 'u' },
    });
    const parsed = anthropicMessages.server.parse(body, inbound());
    const texts = new Set(
      Array.from({ length: 1000 }, () => String(anthropicMessages.client.render(parsed, target(), exchange()).body)),
    );
    expect(texts.size).toBe(1);
  });

  test('keys that could pollute an object stay data', () => {
    const body = JSON.parse(
      '{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":"a","__proto__":{"polluted":1}},{"type":"text","text":"b"}],"constructor":{"x":1}}],"__proto__":{"polluted":1}}',
    ) as Json;
    roundTrip(body);
    expect(({} as Json).polluted).toBeUndefined();
  });
});
