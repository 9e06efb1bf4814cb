import { describe, expect, it } from 'vitest';
import { mayRefer, namesAddresses, referencesIn } from './references.ts';

const ids = (body: unknown) => referencesIn(body).map(({ kind, id }) => `${kind} ${id}`);

describe('ids that a body names', () => {
  it('are found wherever they stand, each once', () => {
    const body = {
      previous_response_id: 'resp_1',
      conversation: { id: 'conv_1' },
      input: [
        { role: 'user', content: [{ type: 'input_file', file_id: 'file-1' }] },
        { deep: [[{ file_id: 'file-1' }]] },
      ],
      tools: [
        { type: 'file_search', vector_store_ids: ['vs_1', 'vs_2'] },
        { type: 'code_interpreter', container: { type: 'auto', file_ids: ['file-2'] } },
        { type: 'code_interpreter', container: 'cntr_1' },
      ],
    };
    expect(ids(body).sort()).toEqual([
      'container cntr_1',
      'conversation conv_1',
      'file file-1',
      'file file-2',
      'response resp_1',
      'vector store vs_1',
      'vector store vs_2',
    ]);
    expect(mayRefer(JSON.stringify(body))).toBe(true);
  });

  it('are none in free text, in schemas of tools and in values of other types', () => {
    const schema = { type: 'object', properties: { file_id: { type: 'string' } }, required: ['file_id'] };
    const body = {
      metadata: { file_id: 'x' },
      tools: [{ function: { parameters: schema } }],
      container: null,
      file_ids: [7],
    };
    expect(ids(body)).toEqual([]);
  });

  it('may be there when a name has an escaped letter, and not in an ordinary chat', () => {
    expect(mayRefer('{"file\\u005fid":"file-1"}')).toBe(true);
    expect(mayRefer('{"\\u0066ile_id":"file-1"}')).toBe(true);
    expect(mayRefer('{"messages":[{"role":"tool","tool_call_id":"c","content":"\\u00e9 my file_id"}]}')).toBe(false);
  });
});

describe('addresses that a provider fetches', () => {
  it('are found, other texts that look like one are not', () => {
    expect(namesAddresses({ input_reference: { image_url: ' HTTPS://x.test/a' } })).toBe(true);
    expect(namesAddresses({ content: [{ image_url: { url: 'https://x.test/a' } }] })).toBe(true);
    expect(
      namesAddresses({ content: 'https://x.test/a', url: 'data:image/png;base64,AA', metadata: { url: 'http://x' } }),
    ).toBe(false);
  });
});
