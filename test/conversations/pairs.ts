import { WIRE_FORMATS, type WireFormat } from '@postern/core';

/** A client's format and the format of the provider that answers it. */
export interface Pair {
  readonly client: WireFormat;
  readonly provider: WireFormat;
}

/** All of them. */
export const PAIRS: readonly Pair[] = WIRE_FORMATS.flatMap((client) =>
  WIRE_FORMATS.map((provider) => ({ client, provider })),
);

/** Models of each format whose documented abilities the adapters know. */
export const MODELS: Readonly<Record<WireFormat, string>> = {
  'openai-chat': 'gpt-5.4-mini',
  'anthropic-messages': 'claude-sonnet-4-5',
  gemini: 'gemini-3-flash-preview',
  'openai-responses': 'gpt-5.4-mini',
};
