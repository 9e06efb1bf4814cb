import type { Known } from './known.ts';
import { parseModelName } from './model-name.ts';
import { below, type Problem } from './problems.ts';
import type { Declarative } from './types.ts';

/** Checks of `allowDirect`, and that anything can be asked for at all. */
export function checkDirect(declarative: Declarative, known: Known): Problem[] {
  const { allowDirect, models } = declarative;
  if (models !== undefined && known.models.length === 0 && allowDirect === undefined) {
    return [
      {
        path: 'models',
        text: "is empty, so that no model can be asked for; name one such as { fast: 'provider/model' }, or leave `models` out to allow all",
      },
    ];
  }
  if (typeof allowDirect !== 'object') return [];
  return allowDirect.flatMap((pattern, index) => {
    const text = patternProblem(pattern, known);
    return text === undefined ? [] : [{ path: below('allowDirect', index), text }];
  });
}

function patternProblem(pattern: string, known: Known): string | undefined {
  if (pattern.slice(0, -1).includes('*')) return 'has a `*` before its end; it stands for any rest, at the end only';
  const named = parseModelName(pattern);
  if (named !== undefined) return known.hasProvider(named.provider) ? undefined : known.unknownProvider(named.provider);
  if (pattern.endsWith('*') && !pattern.startsWith('/')) return undefined;
  const isAlias = known.models.includes(pattern);
  return `${isAlias ? 'is an alias, which callers may ask for anyway' : 'names no provider'}; write \`provider/model\`, or \`provider/*\``;
}
