import { type Json, string, strings } from '../shared/read.ts';

/** The header that switches beta features on. Source: https://platform.claude.com/docs/en/api/beta-headers */
export const BETA_HEADER = 'anthropic-beta';

/** A beta's name: letters, digits and marks; anything else does not go into a header. */
const NAME = /^[\w.:-]{1,128}$/;

function listed(value: unknown): string[] {
  return (strings(value) ?? string(value)?.split(',') ?? []).map((name) => name.trim());
}

/** The betas of a header and of the body's `betas` or `anthropic_beta`, each once, in order. */
export function readBetas(header: string | undefined, body: Json): string[] {
  return mergeBetas(listed(header), listed(body.betas), listed(body.anthropic_beta));
}

/** Several lists of betas as one. */
export function mergeBetas(...lists: readonly (readonly string[])[]): string[] {
  const names = lists.flat();
  return names.length === 0 ? names : [...new Set(names.filter((name) => NAME.test(name)))];
}

/** The request headers for these betas. */
export function betaHeaders(betas: readonly string[]): Record<string, string> {
  return betas.length === 0 ? {} : { [BETA_HEADER]: betas.join(',') };
}
