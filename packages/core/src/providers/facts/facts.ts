import { TABLE } from '@postern/models';
import type { Prefill } from '../../adapters/adapter.ts';
import type { Capability } from '../../chat/capability.ts';
import { maxOutputTokensOf } from './max-output.ts';
import { prefillOf } from './prefill.ts';

/** The letters of the table. */
const LETTERS: Readonly<Record<string, Capability>> = {
  v: 'vision',
  a: 'audio',
  o: 'video',
  p: 'pdf',
  t: 'tools',
  c: 'toolChoice',
  s: 'jsonSchema',
  r: 'reasoning',
};

/** What is documented of a model. A capability that is in neither list is unknown, and taken for granted. */
export interface ModelFacts {
  readonly can: readonly Capability[];
  readonly cannot: readonly Capability[];
  /** Longest request, in tokens. */
  readonly contextWindow?: number;
  /** Longest answer, in tokens. */
  readonly maxOutputTokens?: number;
  /** Does it go on with the beginning of its answer? */
  readonly prefill?: Prefill;
}

/** Of what nothing is documented: it is assumed to be capable of everything. */
export const UNKNOWN_MODEL: ModelFacts = Object.freeze({ can: [], cannot: [] });

const read = new Map<string, ReadonlyMap<string, ModelFacts>>();

/**
 * What is documented of a provider's model, by the catalog's id and exactly this name, and its longest answer also by its maker, wherever it is served;
 * {@link UNKNOWN_MODEL} where nothing is.
 */
export function factsOf(provider: string, model: string): ModelFacts {
  const facts = modelsOf(provider).get(model) ?? UNKNOWN_MODEL;
  const maxOutputTokens = maxOutputTokensOf(model);
  const prefill = prefillOf(provider, model);
  if (maxOutputTokens === undefined && prefill === undefined) return facts;
  return {
    ...facts,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(prefill === undefined ? {} : { prefill }),
  };
}

/** A provider's part of the table is read when it is first asked for: most are never used. */
function modelsOf(provider: string): ReadonlyMap<string, ModelFacts> {
  const known = read.get(provider);
  if (known !== undefined) return known;
  const table = Object.hasOwn(TABLE, provider) ? (TABLE[provider] ?? '') : '';
  const models = new Map(table.split('\n').filter(Boolean).map(lineOf));
  read.set(provider, models);
  return models;
}

function lineOf(line: string): [string, ModelFacts] {
  const [name = '', can = '', cannot = '', contextWindow = '', maxOutputTokens = ''] = line.split(' ');
  return [
    name,
    {
      can: capabilities(can),
      cannot: capabilities(cannot),
      ...(contextWindow === '' ? {} : { contextWindow: Number(contextWindow) }),
      ...(maxOutputTokens === '' ? {} : { maxOutputTokens: Number(maxOutputTokens) }),
    },
  ];
}

const capabilities = (letters: string): Capability[] => [...letters].flatMap((letter) => LETTERS[letter] ?? []);
