import * as z from 'zod';
import { CAPABILITIES, CAPABILITY_WORDS, type Capability } from '../chat/capability.ts';
import { access } from './access-schema.ts';
import { CODE_KEYS } from './code-keys.ts';
import {
  DEFAULT_OPERATIONS,
  type DefaultOperation,
  FORM_OPERATIONS,
  type FormOperation,
} from './default-operations.ts';
import { breaker, floor, retry } from './fault-schema.ts';
import { limits } from './limit-schema.ts';
import { price, prices } from './price-schema.ts';
import { whatIs } from './problems.ts';
import { provider } from './provider-schema.ts';
import { passThrough, resources } from './relay-schema.ts';
import { continuation } from './routing-continuation-schema.ts';
import { discovery } from './routing-discover-schema.ts';
import { explain } from './routing-explain-schema.ts';
import { fallbacks } from './routing-fallbacks-schema.ts';
import { concurrency, hedge } from './routing-load-schema.ts';
import { defaultTag, place } from './routing-places-schema.ts';
import { strategy } from './routing-schema.ts';
import { splits } from './routing-splits-schema.ts';
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
  wholeNumber,
} from './schema-parts.ts';
import { idempotency, storage } from './storage-schema.ts';

function timeouts() {
  return strict(
    {
      firstToken: duration()
        .optional()
        .describe(
          'Until the first content, reasoning or tool event of a stream. Default 60s; 5m when the request asks for reasoning.',
        ),
      idle: duration().optional().describe('Between two pieces of a stream after the first. Default 30s; pings count.'),
      floor: floor().optional().describe('The least that a stream has to send after its first content. Default: none.'),
      total: duration().optional().describe('The whole request with all its attempts. Default 10m.'),
      clientIdle: duration().optional().describe('How long a client may leave a stream unread. Default 60s.'),
    },
    "time limits such as { idle: '30s', total: '10m' }",
  );
}

const TARGET = "`provider/model`, or { model: 'provider/model', weight: 1 }";

function capabilities() {
  const each = Object.fromEntries(
    CAPABILITIES.map((name) => [name, flag().optional().describe(`Does the model take ${CAPABILITY_WORDS[name]}?`)]),
  ) as Record<Capability, ReturnType<ReturnType<typeof flag>['optional']>>;
  return strict(each, 'capabilities such as { vision: false }');
}

/** What may be said of a deployment, and of each that is looked up. */
function each() {
  return {
    rpm: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional().describe('Requests a minute that it takes.'),
    tpm: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional().describe('Tokens a minute that it takes.'),
    capabilities: capabilities().optional().describe('What the model can and can not, where you know better.'),
    contextWindow: wholeNumber(1, 1_000_000_000).optional().describe('Longest request of the model in tokens.'),
    ...place(),
    price: price().optional().describe('What you pay for it here, over `prices` and the price book.'),
    concurrency: concurrency(),
  };
}

function deployment() {
  const parts = strict(
    {
      model: text('`provider/model`').describe('provider/model'),
      apiKey: secret().exactOptional().describe("The key of this deployment where it differs from the provider's."),
      baseUrl: text('the address up to and including the version')
        .optional()
        .describe("The address of this deployment where it differs from the provider's."),
      apiKeys: listOf(secret(), 'a list of keys')
        .min(1, { error: 'is an empty list; write the keys, or leave it out' })
        .optional()
        .describe('Several keys instead of one, each a deployment of its own.'),
      weight: positive().optional().describe('Share of the traffic. Default 1.'),
      order: wholeNumber(-1_000_000, 1_000_000)
        .optional()
        .describe('Lower first. Default 0. Deployments of one order share the traffic by weight.'),
      ...each(),
    },
    TARGET,
  );
  return z.union([text(TARGET), parts], { error: `does not fit; write ${TARGET}` });
}

const EMPTY = "is an empty list; name at least one 'provider/model'";

function deployments() {
  const write = "a list such as ['provider/model']";
  return z
    .union([listOf(deployment(), write).min(1, { error: EMPTY }), discovery(each())], {
      error: ({ input }) => (Array.isArray(input) ? EMPTY : `${whatIs(input)}; write ${write}`),
    })
    .describe('Where the alias can be served: a list, or how it is looked up.');
}

function model() {
  const write = "`provider/model`, or { deployments: ['provider/model'] }";
  const parts = strict(
    {
      deployments: deployments(),
      retries: wholeNumber(0, 10)
        .optional()
        .describe('Further attempts on a fault that may pass, over the deployments of this alias. Default 2.'),
      retry: retry().optional().describe('What follows which fault here.'),
      timeouts: timeouts().optional().describe('Time limits that differ from those of the gateway.'),
      fallbacks: fallbacks()
        .optional()
        .describe('Aliases that are tried in order when this one is exhausted; or lists by cause.'),
      onBudget: oneOf(['refuse', 'cheaper'])
        .optional()
        .describe('Where a budget has no room for the dearest attempt: refuse (default), or only the cheaper ones.'),
      strategy: strategy().optional(),
      defaultTag: defaultTag(),
      hedge: hedge(),
      ...splits(),
      ...continuation(),
    },
    write,
  );
  return z.union([text(write), parts], { error: `does not fit; write ${write}` });
}

function defaults() {
  const write = "aliases by operation, such as { images: 'draw' }";
  const alias = () => text('the name of an alias');
  const told = (operation: DefaultOperation) => `The alias of ${operation} without a model.`;
  const plain = (operation: DefaultOperation) => [operation, alias().optional().describe(told(operation))] as const;
  const form = (operation: FormOperation) => [operation, formDefault().optional().describe(told(operation))] as const;
  return strict(
    {
      ...(Object.fromEntries(DEFAULT_OPERATIONS.map(plain)) as Record<
        Exclude<DefaultOperation, FormOperation>,
        ReturnType<typeof plain>[1]
      >),
      ...(Object.fromEntries(FORM_OPERATIONS.map(form)) as Record<FormOperation, ReturnType<typeof form>[1]>),
    },
    write,
  );
}

function formDefault() {
  const write = "the name of an alias, or { model: 'alias', straight: true }";
  const parts = strict(
    {
      model: text('the name of an alias').describe('The alias.'),
      straight: flag()
        .optional()
        .describe(
          'May forms go straight to it while they are read? They are sent once, and a model that they name behind their file must be the same. Default false.',
        ),
    },
    write,
  );
  return z.union([text(write), parts], { error: `does not fit; write ${write}` });
}

const DIRECT = "true, false or names such as ['acme/*']";

function build() {
  return strict(
    {
      access: access()
        .optional()
        .describe("'open': no identity, anybody who reaches the mount may call. { keys }: virtual keys of the store."),
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
      defaults: defaults()
        .optional()
        .describe('The alias of requests that name no model, by operation. Default: none; they are refused with 400.'),
      timeouts: timeouts().optional().describe('Time limits of an attempt.'),
      retry: retry().optional().describe('What follows which fault, and how many further attempts there may be.'),
      ...continuation(),
      breaker: breaker().optional().describe('When a deployment that fails is left alone. false: never.'),
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
      reserve: oneOf(['worst', 'estimate'])
        .optional()
        .describe(
          'What a streamed chat reserves of its answer: its bound or the longest (default), or the first 1,000 tokens and more on its way.',
        ),
      endUser: oneOf(['body'])
        .optional()
        .describe('Count requests for the end user whom their body names. Default: only for whom access names.'),
      expose: oneOf(['all', 'minimal'])
        .optional()
        .describe('Which x-postern-* headers a reply carries. Default: all for loopback clients, else minimal.'),
      maxAttempts: wholeNumber(1, 100)
        .optional()
        .describe('Most wire calls that one request may cause, retries and fallbacks included. Default 6.'),
      feedback: flag()
        .optional()
        .describe('Take POST /v1/feedback of callers about their own requests. Default false.'),
      fallbackDepth: wholeNumber(1, 10)
        .optional()
        .describe('How often a fallback may lead to the next one. Default 3.'),
      passThrough: recordOf(passThrough(), "rules by provider id, such as { acme: { paths: ['/v1/files*'] } }")
        .optional()
        .describe('What callers may reach of a provider as it is, by provider id. Off unless configured.'),
      resources: resources()
        .optional()
        .describe('What a provider keeps between requests, such as files and batches. Off unless configured.'),
      prices: prices()
        .optional()
        .describe('What you pay, by provider/model, or provider/* for all of one; over the price book.'),
      unknownPrice: oneOf(['refuse', 'flag'])
        .optional()
        .describe('A model without a known price: refused to callers with a budget (default), or served and flagged.'),
      storage: storage().optional().describe('How the store is used, and what happens while it is away.'),
      idempotency: idempotency()
        .optional()
        .describe('Requests that come again with the Idempotency-Key of one that was. false: it is not looked at.'),
      explain: explain()
        .optional()
        .describe('Callers may ask how their requests were decided, names of deployments included. Default false.'),
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
