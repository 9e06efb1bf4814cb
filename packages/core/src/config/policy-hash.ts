import { sha256 } from '../kit/sha256.ts';
import type { Settings } from './settings.ts';

const known = new WeakMap<object, string>();
const encoder = new TextEncoder();

/** What decides nothing, and nobody may guess at from a hash. */
const withoutSecrets = (key: string, value: unknown): unknown =>
  key === 'apiKey' || key === 'baseUrl' ? undefined : value;

type Decides = Pick<
  Settings,
  'models' | 'maxAttempts' | 'fallbackDepth' | 'allowDirect' | 'prices' | 'priceBook' | 'policies'
>;

/** 16 hexadecimal digits that are the same as long as the part of the configuration is that decides which deployment is asked. */
export function policyHash(settings: Decides): string {
  const before = known.get(settings);
  if (before !== undefined) return before;
  const { models, maxAttempts, fallbackDepth, allowDirect, prices, priceBook, policies } = settings;
  const chosen = [...policies].map(([name, { among, settings }]) => [name, among, settings]);
  const decides = [[...models.values()], maxAttempts, fallbackDepth, allowDirect, [...prices], priceBook?.date, chosen];
  const text = JSON.stringify(decides, withoutSecrets);
  const hash = sha256(encoder.encode(text)).slice(0, 16);
  known.set(settings, hash);
  return hash;
}
