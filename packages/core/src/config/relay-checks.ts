import { below, type Problem, suggestion } from './problems.ts';
import type { Declarative } from './types.ts';

/** Headers that carry credentials, belong to one connection, or are the gateway's own: they pass in neither direction. */
const NEVER =
  /^(?:authorization|proxy-.*|.*api-?key|cookie|set-cookie2?|host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|content-length|content-encoding|accept-encoding|x-postern-.*|x-forwarded-.*|forwarded)$/i;

/** First segments of the gateway's own paths: a provider of such an id could not be reached below them. */
const OWN = /^(?:v1|v1beta|health)$/;

/** Checks of `passThrough` and `resources` that a schema can't make. */
export function checkRelays({ passThrough = {}, resources, providers = {} }: Declarative): Problem[] {
  const ids = Object.keys(providers);
  const problems: Problem[] = [];
  for (const [id, rule] of Object.entries(passThrough)) {
    const path = below('passThrough', id);
    if (!ids.includes(id)) problems.push({ path, text: notConfigured(id, ids) });
    else if (OWN.test(id))
      problems.push({ path, text: "is the first part of the gateway's own paths; give the provider another id" });
    for (const name of ['requestHeaders', 'answerHeaders'] as const)
      rule[name]?.forEach((header, index) => {
        if (NEVER.test(header))
          problems.push({ path: below(below(path, name), index), text: 'is a header that never passes; take it out' });
      });
    rule.paths.forEach((pattern, index) => {
      if (pattern.slice(0, -1).includes('*'))
        problems.push({
          path: below(below(path, 'paths'), index),
          text: 'has a `*` before its end; it stands for any rest, at the end only',
        });
    });
  }
  const keeper = typeof resources === 'string' ? resources : resources?.provider;
  if (keeper !== undefined && !ids.includes(keeper)) {
    const path = typeof resources === 'string' ? 'resources' : below('resources', 'provider');
    problems.push({ path, text: notConfigured(keeper, ids) });
  }
  return problems;
}

const notConfigured = (id: string, ids: readonly string[]): string =>
  `\`${id.slice(0, 64)}\` is not configured${suggestion(id, ids) || '; give it under `providers`'}`;
