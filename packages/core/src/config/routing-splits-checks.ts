import type { Known } from './known.ts';
import { below, type Problem, suggestion } from './problems.ts';
import type { ModelConfig } from './types.ts';

type Models = Readonly<Record<string, ModelConfig>>;

/** Shares and copies that lead nowhere, back, on, or twice to the same; what aliases of many names can't have; shares beyond the whole; a release that does not grow. */
export function checkSplits(models: Models, known: Known): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, text: string | undefined): void => {
    if (text !== undefined) problems.push({ path, text });
  };
  for (const [alias, { split, shadow }] of Object.entries(models)) {
    const at = below('models', alias);
    const path = below(at, 'split');
    if (alias.endsWith('*')) {
      if (split !== undefined && 'over' in split)
        add(path, 'would be one for each name; give the names that are released aliases of their own');
      if (shadow !== undefined)
        add(below(at, 'shadow'), 'copies nothing of many names; give the names that are copied aliases of their own');
    }
    if (split !== undefined && 'over' in split) {
      add(below(path, 'to'), targetProblem(split.to, alias, models, known, 'split'));
      if ((split.from ?? 1) > (split.until ?? 100))
        add(below(path, 'from'), 'is more than `until`, so that it would never grow; exchange them');
    } else if (split !== undefined) {
      split.to.forEach(({ model }, index, all) => {
        const twice = all.findIndex((one) => one.model === model) < index;
        const text = twice ? 'stands here twice; name each alias once' : undefined;
        add(
          below(below(below(path, 'to'), index), 'model'),
          text ?? targetProblem(model, alias, models, known, 'split'),
        );
      });
      const sum = split.to.reduce((all, { percent }) => all + percent, 0);
      if (sum > 100) add(below(path, 'to'), `are ${sum} percent together; write at most 100`);
    }
    if (shadow !== undefined)
      add(below(below(at, 'shadow'), 'to'), targetProblem(shadow.to, alias, models, known, 'shadow'));
  }
  return problems;
}

function targetProblem(
  name: string,
  alias: string,
  models: Models,
  known: Known,
  member: 'split' | 'shadow',
): string | undefined {
  if (name === alias) return 'is the alias itself; name another one';
  if (name.endsWith('*')) return 'is no name that could be asked for; name one alias';
  if (!known.models.includes(name))
    return `unknown alias \`${name.slice(0, 64)}\`${suggestion(name, known.models) || '; name a key of `models`'}`;
  if (!Object.hasOwn(models, name) || models[name]?.[member] === undefined) return undefined;
  return `\`${name}\` has a ${member} of its own; name an alias without one`;
}
