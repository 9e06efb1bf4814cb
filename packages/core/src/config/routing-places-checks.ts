import { below, type Problem, suggestion } from './problems.ts';
import { isOpen, statedAt, statedOf } from './routing-discover.ts';
import type { ModelConfig } from './types.ts';

/** Hours without a minute in them, and a default tag that nobody carries. */
export function checkPlaces(models: Readonly<Record<string, ModelConfig>>): Problem[] {
  const problems: Problem[] = [];
  for (const [alias, model] of Object.entries(models)) {
    const { defaultTag } = model;
    const deployments = statedOf(model);
    const path = below('models', alias);
    const carried = deployments.flatMap((one) => (typeof one === 'string' ? [] : (one.tags ?? [])));
    if (defaultTag !== undefined && !isOpen(model.deployments) && !carried.includes(defaultTag)) {
      const near = suggestion(defaultTag, carried) || '; write one of `deployments[].tags`';
      problems.push({
        path: below(path, 'defaultTag'),
        text: `no deployment carries \`${defaultTag}\`, so that nothing would match${near}`,
      });
    }
    deployments.forEach((one, index) => {
      const hours = typeof one === 'string' ? undefined : one.hours;
      if (hours === undefined || hours.from !== hours.to) return;
      problems.push({
        path: below(statedAt(model, path, index), 'hours'),
        text: 'end when they begin, so that it would never be asked; leave `hours` out for the whole day',
      });
    });
  }
  return problems;
}
