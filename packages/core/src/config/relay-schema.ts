import * as z from 'zod';
import { RELAY_METHODS } from './relay-types.ts';
import { flag, listOf, oneOf, strict, text, textLike, wholeNumber } from './schema-parts.ts';

const header = () => textLike(/^[A-Za-z0-9-]+$/, 'a header name such as `x-request-id`');
const bytes = () => wholeNumber(1, Number.MAX_SAFE_INTEGER, 'bytes').optional();

/** One rule of `passThrough`. */
export function passThrough() {
  return strict(
    {
      paths: listOf(textLike(/^\/[^?#\s]*$/, 'a path that starts with `/`, such as `/v1/files*`'), "['/v1/files*']")
        .min(1, { error: "is an empty list; name at least one path such as '/v1/files*'" })
        .describe("Paths at the provider's host; a * at the end matches any rest."),
      methods: listOf(oneOf(RELAY_METHODS), "methods such as ['GET']").optional().describe('Default: GET and POST.'),
      requestHeaders: listOf(header(), "header names such as ['x-beta']")
        .optional()
        .describe(
          'Headers of the client that go on, besides accept and content-type. Credentials and cookies never do.',
        ),
      answerHeaders: listOf(header(), "header names such as ['x-request-id']")
        .optional()
        .describe('Headers of the answer that go back, besides content-type, content-length and content-disposition.'),
      maxBytes: bytes().describe('Most bytes of a request body. Default 536870912 (512 MiB).'),
      unseenModels: flag()
        .optional()
        .describe(
          "May callers with a models list ask for what may run models that the gateway doesn't see? Default false.",
        ),
    },
    "a rule such as { paths: ['/v1/files*'] }",
  );
}

/** `resources`: a provider id, or more settings. */
export function resources() {
  const write = "a provider id, or { provider: 'acme' }";
  const parts = strict(
    {
      provider: text('the id of the provider that keeps them').describe('The provider that keeps them.'),
      owner: oneOf(['caller', 'team', 'organisation', 'everybody'])
        .optional()
        .describe(
          'Whom an id belongs to: nobody else can use or see it. Default caller. everybody: ids are not looked at.',
        ),
      keepDays: wholeNumber(1, 3650, 'days').optional().describe('How many days an id is remembered. Default 365.'),
      capacity: wholeNumber(1, 100_000_000)
        .optional()
        .describe('How many ids are remembered; the oldest go first. Default 100000.'),
      maxBytes: bytes().describe('Most bytes of an upload. Default 536870912 (512 MiB).'),
      unseenModels: flag()
        .optional()
        .describe(
          'May callers with a models list make batches and runs of evals, whose models are not checked? Default false.',
        ),
    },
    write,
  );
  return z.union([text(write), parts], { error: `does not fit; write ${write}` });
}
