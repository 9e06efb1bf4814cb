import * as z from 'zod';
import { FALLBACK_CAUSES, type FallbackCause } from './routing-fallbacks.ts';
import { listOf, strict, text } from './schema-parts.ts';

const WRITE = "names of aliases such as ['backup'], or lists by cause such as { contextWindow: ['long'] }";

const WHEN: Readonly<Record<FallbackCause, string>> = {
  any: 'When this one is exhausted.',
  contextWindow: 'When the request is too long for the model. Default: the request is refused.',
  contentPolicy: 'When the provider refuses the content. Default: the request is refused.',
  budget: 'When no budget has room for this one. Default: the request is refused.',
  timeout: 'When it took too long. Default: as any.',
  unsupported: 'When no deployment can do what is asked for. Default: as any.',
};

/** Aliases behind an alias. */
export function fallbacks() {
  const names = () => listOf(text('the name of another alias'), "names of aliases such as ['backup']");
  const each = Object.fromEntries(
    FALLBACK_CAUSES.map((cause) => [cause, names().optional().describe(WHEN[cause])]),
  ) as Record<FallbackCause, z.ZodOptional<ReturnType<typeof names>>>;
  return z.union([names(), strict(each, WRITE)], { error: `does not fit; write ${WRITE}` });
}
