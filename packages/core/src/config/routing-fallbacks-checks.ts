import type { Known } from './known.ts';
import { parseModelName } from './model-name.ts';
import { below, type Problem, suggestion } from './problems.ts';
import { FALLBACK_CAUSES, type FallbackCause, fallbackSettings, isList } from './routing-fallbacks.ts';
import type { ModelConfig } from './types.ts';

type Models = Readonly<Record<string, ModelConfig>>;

/** Fallbacks that are no alias, the alias itself or named twice; and circles of one cause. */
export function checkFallbacks(models: Models, known: Known): Problem[] {
  const problems: Problem[] = [];
  for (const [alias, { fallbacks = [] }] of Object.entries(models)) {
    const at = below(below('models', alias), 'fallbacks');
    for (const [cause, names] of Object.entries(fallbackSettings(fallbacks))) {
      const path = isList(fallbacks) ? at : below(at, cause);
      names.forEach((name, index, all) => {
        const text = fallbackProblem(name, alias, all.indexOf(name) < index, known);
        if (text !== undefined) problems.push({ path: below(path, index), text });
      });
    }
  }
  return [...problems, ...FALLBACK_CAUSES.flatMap((cause) => circles(models, cause))];
}

function fallbackProblem(name: string, alias: string, repeated: boolean, known: Known): string | undefined {
  if (name === alias) return 'is the alias itself; name another one, or raise `retries`';
  if (repeated) return `\`${name}\` stands here twice; name each alias once`;
  if (name.endsWith('*')) return 'is no name that could be asked for; name one alias';
  if (known.models.includes(name)) return undefined;
  const near = suggestion(name, known.models);
  if (near === '' && parseModelName(name) !== undefined)
    return 'fallbacks are aliases; give this model a name under `models` and write that';
  return `unknown alias \`${name}\`${near || '; name a key of `models`'}`;
}

/** Fallbacks that lead back to where they began. Each circle is reported once. An alias that is its own fallback is reported elsewhere. */
function circles(models: Models, cause: FallbackCause): Problem[] {
  const problems: Problem[] = [];
  const done = new Set<string>();
  const walk = (alias: string, trail: readonly string[]): void => {
    const start = trail.indexOf(alias);
    if (start >= 0 && trail.length - start > 1) problems.push(circle([...trail.slice(start), alias], models, cause));
    if (start >= 0 || done.has(alias)) return;
    const own = Object.hasOwn(models, alias) ? models[alias] : undefined;
    for (const next of fallbackSettings(own?.fallbacks)[cause] ?? []) walk(next, [...trail, alias]);
    done.add(alias);
  };
  for (const alias of Object.keys(models)) walk(alias, []);
  return problems;
}

function circle(trail: readonly string[], models: Models, cause: FallbackCause): Problem {
  const first = trail[0] ?? '';
  const at = below(below('models', first), 'fallbacks');
  const path = isList(models[first]?.fallbacks ?? []) ? at : below(at, cause);
  return { path, text: `go round in a circle (${trail.join(' → ')}); take one of them out` };
}
