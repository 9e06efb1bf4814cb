import type { Dispatcher } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { readWhole } from '../kit/answers.ts';
import { CHATS } from '../kit/chat.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { bench } from '../kit/in-process.ts';
import { FORMATS, PROVIDERS } from '../kit/stage.ts';

/** A provider at whose address nothing of its API is. */
function nowhere(body: string): Dispatcher {
  const bytes = new TextEncoder().encode(body);
  return {
    close: async () => {},
    dispatch: async () => ({
      status: 404,
      header: () => undefined,
      cancel: () => {},
      body: (async function* () {
        yield bytes;
      })(),
    }),
  };
}

const ADDRESS = 'POST https://internal.acme.corp/v1/nowhere';
const google = { error: { code: 404, message: `No route for ${ADDRESS}`, status: 'NOT_FOUND' } };
const ENVELOPES: Readonly<Record<ChatFormat, object>> = {
  // Source: the answer of api.openai.com to a path that it doesn't have
  'openai-chat': {
    error: { message: `Invalid URL (${ADDRESS})`, type: 'invalid_request_error', param: null, code: null },
  },
  // Source: https://platform.claude.com/docs/en/api/errors
  'anthropic-messages': { type: 'error', error: { type: 'not_found_error', message: `Not Found: ${ADDRESS}` } },
  // Source: https://google.aip.dev/193
  gemini: google,
  // Source: https://docs.cohere.com/reference/errors
  cohere: { message: `Not Found: ${ADDRESS}` },
  // Source: https://docs.ollama.com/api/errors
  ollama: { error: `path not found: ${ADDRESS}` },
  // Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
  'bedrock-converse': { message: `Unable to determine service/operation name: ${ADDRESS}` },
  // Source: as for its other API
  'openai-responses': {
    error: { message: `Invalid URL (${ADDRESS})`, type: 'invalid_request_error', param: null, code: null },
  },
};

describe.each(FORMATS)('an address of %s at which its API is not', (upstream) => {
  const bodies = {
    'the error of the vendor': JSON.stringify(ENVELOPES[upstream]),
    'a page': '<html><h1>404 Not Found</h1><p>internal.acme.corp has no such model</p></html>',
    'plain words': `404 page not found (${ADDRESS})`,
    nothing: '',
  };

  it.each(Object.entries(bodies))('is the operator’s affair, told with %s', async (_, body) => {
    for (const client of FORMATS) {
      const at = bench({ dispatcher: nowhere(body) });
      const answer = await at.ask(CHATS[client]({ model: `${PROVIDERS[upstream]}/m` }));
      expect([answer.status, at.ended[0]?.error?.code, at.dialled.length]).toEqual([502, 'upstream_credentials', 1]);
      expect(readWhole(client, answer.body).error?.message).toContain('credentials');
      expect(answer.body).not.toMatch(/acme|nowhere/);
      expect(at.logged.filter((line) => line.includes('status 404'))).toHaveLength(1);
      expect(at.logged.join()).not.toContain('acme');
    }
  });
});
