import { expect, it } from 'vitest';
import { parseModelName } from './model-name.ts';

it.each([
  ['acme/large', { provider: 'acme', model: 'large' }],
  ['acme/org/large', { provider: 'acme', model: 'org/large' }],
  ['acme//large', { provider: 'acme', model: '/large' }],
  ['acme/org/', { provider: 'acme', model: 'org/' }],
  ['acme', undefined],
  ['acme/', undefined],
  ['/large', undefined],
  ['/', undefined],
  ['', undefined],
])('a model name is split at its first slash: "%s"', (name, parts) => {
  expect(parseModelName(name)).toEqual(parts);
});
