import * as z from 'zod';
import { OPERATIONS, type Operation, WIRE_FORMATS, type WireFormat } from '../adapters/format.ts';
import { REPAIR_NAMES } from './repair-names.ts';
import { flag, listOf, oneOf, recordOf, secret, strict, text, textLike } from './schema-parts.ts';

function auth() {
  const header = strict(
    {
      header: text('a header name such as `x-api-key`'),
      prefix: z.string({ error: 'is not a text; write what stands before the key, such as `Key `' }).optional(),
    },
    "{ header: 'x-api-key' }",
  );
  return z.union([oneOf(['bearer', 'none', 'credentials']), header], {
    error: "does not fit; write 'bearer', 'none', 'credentials' or { header: 'x-api-key' }",
  });
}

function paths() {
  const path = () => textLike(/^\//, 'a path below baseUrl that starts with `/`').optional();
  return strict(
    Object.fromEntries(OPERATIONS.map((operation) => [operation, path()])) as Record<
      Operation,
      ReturnType<typeof path>
    >,
    "paths by operation, such as { chat: '/chat' }",
  );
}

/** Another format of the same API. */
function alsoServed() {
  return strict(
    {
      serves: listOf(oneOf(OPERATIONS), "operations such as ['chat']")
        .optional()
        .describe('What can be asked of the provider in this format; without chat, the format is not served.'),
      fidelity: oneOf(['exact', 'compatible']).optional().describe('Default exact: bytes pass untouched.'),
      paths: paths().optional().describe("Paths that differ from the format's own, by operation."),
      rename: recordOf(text('the name that the API uses'), "names such as { ours: 'theirs' }")
        .optional()
        .describe('Top-level request fields that the API spells otherwise, ours to theirs.'),
      drop: listOf(text('the name of a request field'), "field names such as ['store']")
        .optional()
        .describe('Top-level request fields that the API refuses; dropped and reported.'),
      streamUsage: flag().optional().describe('false: the API refuses to be asked for usage on streams.'),
      only: listOf(text('the name of a model, with a `*` for its rest'), "names of models such as ['davinci-*']")
        .optional()
        .describe('The models that are served in this format. Default: all.'),
    },
    "what differs in this format, such as { paths: { chat: '/v1/responses' } }, or {}",
  );
}

function also() {
  return strict(
    Object.fromEntries(
      WIRE_FORMATS.map((format) => [format, alsoServed().optional().describe(`What differs in ${format}.`)]),
    ) as Record<WireFormat, z.ZodOptional<ReturnType<typeof alsoServed>>>,
    'further formats of this API, each with what differs there, or {}',
  );
}

/** A provider of the configuration. */
export function provider() {
  return strict(
    {
      extends: text('the id of the provider to take everything else from')
        .optional()
        .describe('Take everything else from this provider.'),
      format: oneOf(WIRE_FORMATS).optional().describe('The wire format that the provider speaks.'),
      baseUrl: text('the address up to and including the version, such as `https://llm.acme.dev/v1`')
        .optional()
        .describe('Up to and including the version segment, no trailing slash; https unless loopback.'),
      auth: auth().optional().describe('How the key goes on the wire.'),
      apiKey: secret().exactOptional().describe('The key. Travels in a header, never in a URL.'),
      serves: listOf(oneOf(OPERATIONS), "operations such as ['chat']")
        .optional()
        .describe('What can be asked of the provider.'),
      fidelity: oneOf(['exact', 'compatible'])
        .optional()
        .describe(
          'exact: the vendor owns the format, bytes pass untouched. compatible: answers are repaired where the row says so.',
        ),
      rename: recordOf(text('the name that the API uses'), "names such as { ours: 'theirs' }")
        .optional()
        .describe('Top-level request fields that the API spells otherwise, ours to theirs.'),
      drop: listOf(text('the name of a request field'), "field names such as ['logit_bias']")
        .optional()
        .describe('Top-level request fields that the API refuses; dropped and reported.'),
      headers: recordOf(text('the value of the header'), "headers such as { 'x-version': '1' }")
        .optional()
        .describe('Fixed request headers.'),
      idempotencyHeader: textLike(/^[a-z][a-z0-9-]*$/, 'a header name such as `idempotency-key`')
        .optional()
        .describe('The header in which the API takes a key by which it serves a request once only.'),
      repairs: listOf(oneOf(REPAIR_NAMES), 'names of repairs')
        .optional()
        .describe('Named deviations of a compatible API that are repaired.'),
      paths: paths()
        .optional()
        .describe("Paths that differ from the format's own, by operation; {model} is filled in."),
      streamPath: textLike(/^\//, 'a path below baseUrl that starts with `/`')
        .optional()
        .describe('Where streams of chats are asked for, if not at the path of chats; {model} is filled in.'),
      modelInPath: z
        .literal(true, { error: 'does not fit; write true, or leave it out' })
        .optional()
        .describe('The path names the model, and the body must not.'),
      bodyFields: recordOf(
        z.string({ error: 'is not a text; write the value as text' }),
        "fields such as { version: '1' }",
      )
        .optional()
        .describe(
          "Top-level fields of every chat's body, over the client's own; {placeholders} are filled from settings.",
        ),
      query: recordOf(
        z.string({ error: 'is not a text; write the value as text' }),
        "parameters such as { 'api-version': '2' }",
      )
        .optional()
        .describe('Query parameters of every call.'),
      also: also()
        .optional()
        .describe('Further formats that the same API serves; a client that speaks one of them is served in it.'),
      streamUsage: flag()
        .optional()
        .describe('false: the API refuses to be asked for usage on streams; it is estimated.'),
      name: text('what a person calls the provider').optional().describe('What a person calls it.'),
      source: text('the address of the documentation')
        .optional()
        .describe('The documentation that the row was read from.'),
      settings: recordOf(text('the value of the placeholder'), "values such as { resource: 'my-resource' }")
        .optional()
        .describe('Values for the {placeholders} of the row.'),
      onAbort: oneOf(['cancel', 'drain'])
        .optional()
        .describe('A call whose client leaves: closed (default), or read on to learn what it used.'),
      allowInsecure: flag().optional().describe('Permits a plain-http baseUrl that is not loopback. Default false.'),
    },
    "a provider such as { apiKey: '…' }",
  );
}
