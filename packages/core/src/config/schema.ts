import * as z from 'zod';
import { OPERATIONS, type Operation, WIRE_FORMATS, type WireFormat } from '../adapters/format.ts';
import { CAPABILITIES, CAPABILITY_WORDS, type Capability } from '../chat/capability.ts';
import { limits } from './limit-schema.ts';
import { passThrough, resources } from './relay-schema.ts';
import { REPAIR_NAMES } from './repair-names.ts';
import {
  duration,
  flag,
  listOf,
  oneOf,
  positive,
  recordOf,
  secret,
  strict,
  text,
  textLike,
  wholeNumber,
} from './schema-parts.ts';

function timeouts() {
  return strict(
    {
      firstToken: duration()
        .optional()
        .describe(
          'Until the first content, reasoning or tool event of a stream. Default 60s; 5m when the request asks for reasoning.',
        ),
      idle: duration().optional().describe('Between two pieces of a stream after the first. Default 30s; pings count.'),
      total: duration().optional().describe('The whole request with all its attempts. Default 10m.'),
      clientIdle: duration().optional().describe('How long a client may leave a stream unread. Default 60s.'),
    },
    "time limits such as { idle: '30s', total: '10m' }",
  );
}

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
        .describe('What can be asked of the provider in this format.'),
      fidelity: oneOf(['exact', 'compatible']).optional().describe('Default exact: bytes pass untouched.'),
      paths: paths().optional().describe("Paths that differ from the format's own, by operation."),
      rename: recordOf(text('the name that the API uses'), "names such as { ours: 'theirs' }")
        .optional()
        .describe('Top-level request fields that the API spells otherwise, ours to theirs.'),
      drop: listOf(text('the name of a request field'), "field names such as ['store']")
        .optional()
        .describe('Top-level request fields that the API refuses; dropped and reported.'),
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

function provider() {
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
      allowInsecure: flag().optional().describe('Permits a plain-http baseUrl that is not loopback. Default false.'),
    },
    "a provider such as { apiKey: '…' }",
  );
}

const TARGET = "`provider/model`, or { model: 'provider/model', weight: 1 }";

function capabilities() {
  const each = Object.fromEntries(
    CAPABILITIES.map((name) => [name, flag().optional().describe(`Does the model take ${CAPABILITY_WORDS[name]}?`)]),
  ) as Record<Capability, ReturnType<ReturnType<typeof flag>['optional']>>;
  return strict(each, 'capabilities such as { vision: false }');
}

function deployment() {
  const parts = strict(
    {
      model: text('`provider/model`').describe('provider/model'),
      apiKey: secret().exactOptional().describe("The key of this deployment where it differs from the provider's."),
      baseUrl: text('the address up to and including the version')
        .optional()
        .describe("The address of this deployment where it differs from the provider's."),
      weight: positive().optional().describe('Share of the traffic. Default 1.'),
      order: wholeNumber(-1_000_000, 1_000_000)
        .optional()
        .describe('Lower first. Default 0. Deployments of one order share the traffic by weight.'),
      capabilities: capabilities().optional().describe('What the model can and can not, where you know better.'),
      contextWindow: wholeNumber(1, 1_000_000_000).optional().describe('Longest request of the model in tokens.'),
    },
    TARGET,
  );
  return z.union([text(TARGET), parts], { error: `does not fit; write ${TARGET}` });
}

function model() {
  const write = "`provider/model`, or { deployments: ['provider/model'] }";
  const parts = strict(
    {
      deployments: listOf(deployment(), "a list such as ['provider/model']")
        .min(1, { error: "is an empty list; name at least one 'provider/model'" })
        .describe('Where the alias can be served.'),
      retries: wholeNumber(0, 10)
        .optional()
        .describe('Further attempts on a fault that may pass, over the deployments of this alias. Default 2.'),
      timeouts: timeouts().optional().describe('Time limits that differ from those of the gateway.'),
      fallbacks: listOf(text('the name of another alias'), "names of aliases such as ['backup']")
        .optional()
        .describe('Aliases that are tried in order when this one is exhausted.'),
    },
    write,
  );
  return z.union([text(write), parts], { error: `does not fit; write ${write}` });
}

/** Members of the code part, to be suggested at the top level. */
const CODE_KEYS = ['hooks', 'fetchMedia', 'credentials', 'store', 'platform', 'log'];
const DIRECT = "true, false or names such as ['acme/*']";

function build() {
  return strict(
    {
      access: z
        .literal('open', { error: "does not fit; write 'open' or { identify }" })
        .optional()
        .describe("'open': no identity, anybody who reaches the mount may call."),
      providers: recordOf(provider(), "providers by id, such as { acme: { apiKey: '…' } }")
        .optional()
        .describe('Providers by id.'),
      models: recordOf(model(), "aliases such as { fast: 'provider/model' }")
        .optional()
        .describe('What callers may ask for: aliases, each provider/model or a list of deployments.'),
      allowDirect: z
        .union([flag(), listOf(text('`provider/model`, or `provider/*`'), DIRECT)], {
          error: `does not fit; write ${DIRECT}`,
        })
        .optional()
        .describe(
          'May callers ask for provider/model directly? Default: yes while models is absent, no once it is given. A list allows those names; a * at the end matches any rest.',
        ),
      timeouts: timeouts().optional().describe('Time limits of an attempt.'),
      body: strict(
        {
          maxBytes: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'bytes')
            .optional()
            .describe('Bytes. Default 33554432 (32 MiB).'),
          maxDepth: wholeNumber(1, 1024).optional().describe('Nesting of the JSON. Default 64.'),
        },
        'caps such as { maxBytes: 1048576 }',
      )
        .optional()
        .describe('Caps on request bodies.'),
      form: strict(
        {
          maxFileBytes: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'bytes')
            .optional()
            .describe('Bytes of one file. Default 26214400 (25 MiB).'),
          maxBytes: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'bytes')
            .optional()
            .describe('Bytes of a form as a whole. Default 104857600 (100 MiB).'),
          maxFiles: wholeNumber(1, 1024).optional().describe('Files of a form. Default 17.'),
          maxFields: wholeNumber(1, 1024).optional().describe('Fields of a form that are no files. Default 64.'),
        },
        'caps such as { maxFileBytes: 1048576 }',
      )
        .optional()
        .describe('Caps on forms with files.'),
      answer: strict(
        {
          maxBytes: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'bytes')
            .optional()
            .describe('Bytes of a whole answer. Default 33554432 (32 MiB).'),
          maxEventBytes: wholeNumber(1, Number.MAX_SAFE_INTEGER, 'bytes')
            .optional()
            .describe('Bytes of one event of a stream. Default 16777216 (16 MiB).'),
        },
        'caps such as { maxBytes: 1048576 }',
      )
        .optional()
        .describe('Caps on provider answers.'),
      features: strict(
        {
          remoteTools: flag()
            .optional()
            .describe('May callers name servers that the provider then calls? Default false.'),
          remoteMedia: flag()
            .optional()
            .describe(
              'May callers name media by URL, and have a tool of the provider read pages by URL? Default true.',
            ),
          realtime: flag()
            .optional()
            .describe(
              'May callers open sessions, whose content no hook sees? Default: true, but false where hooks look into content.',
            ),
        },
        'features such as { remoteTools: true }',
      )
        .optional()
        .describe('What callers may make a provider do.'),
      strict: flag()
        .optional()
        .describe(
          "Refuse with 400 what the target can't express, instead of dropping and reporting it. Default false.",
        ),
      limits: limits().optional().describe('What callers may consume, over all requests. Default: no limit.'),
      expose: oneOf(['all', 'minimal'])
        .optional()
        .describe('Which x-postern-* headers a reply carries. Default: all for loopback clients, else minimal.'),
      maxAttempts: wholeNumber(1, 100)
        .optional()
        .describe('Most wire calls that one request may cause, retries and fallbacks included. Default 6.'),
      passThrough: recordOf(passThrough(), "rules by provider id, such as { acme: { paths: ['/v1/files*'] } }")
        .optional()
        .describe('What callers may reach of a provider as it is, by provider id. Off unless configured.'),
      resources: resources()
        .optional()
        .describe('What a provider keeps between requests, such as files and batches. Off unless configured.'),
    },
    'an object',
    CODE_KEYS,
  );
}

/** The strict schema of the declarative part; the JSON Schema is generated from it. */
export type DeclarativeSchema = ReturnType<typeof build>;

let built: DeclarativeSchema | undefined;

/** The one schema of the declarative part, made when it is first asked for. */
export function declarativeSchema(): DeclarativeSchema {
  built ??= withoutCompiler(build);
  return built;
}

/**
 * zod compiles object schemas with `new Function`, which strict content-security policies and Workers forbid. Whether it does
 * is fixed when a schema is made, by a setting that the whole process shares: so it is put back for the host's own schemas.
 */
function withoutCompiler<Made>(make: () => Made): Made {
  const before = z.config().jitless;
  z.config({ jitless: true });
  try {
    return make();
  } finally {
    z.config({ jitless: before });
  }
}
