/** Members of a configuration that are code and not data. */
export const CODE_KEYS = [
  'access',
  'hooks',
  'fetchMedia',
  'credentials',
  'priceBook',
  'tokenizer',
  'strategies',
  'policies',
  'discover',
  'store',
  'journal',
  'platform',
  'log',
] as const;
