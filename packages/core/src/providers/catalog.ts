import type { ProviderRow } from '../adapters/provider-row.ts';
import { CLOUDS } from './catalog/clouds.ts';
import { DEDICATED } from './catalog/dedicated.ts';
import { GATEWAYS } from './catalog/gateways.ts';
import { HOSTS } from './catalog/hosts.ts';
import { MAKERS } from './catalog/makers.ts';
import { MEDIA } from './catalog/media.ts';
import { MESSAGES } from './catalog/messages.ts';
import { OWNERS } from './catalog/owners.ts';
import { RETRIEVAL } from './catalog/retrieval.ts';
import { SELF_HOSTED } from './catalog/self-hosted.ts';
import { SIGNED } from './catalog/signed.ts';

/** Every provider that needs no row of its own in the configuration, by id. `docs/providers.md` is generated from it. */
export const CATALOG = {
  ...OWNERS,
  ...MAKERS,
  ...HOSTS,
  ...CLOUDS,
  ...GATEWAYS,
  ...SIGNED,
  ...DEDICATED,
  ...MESSAGES,
  ...MEDIA,
  ...SELF_HOSTED,
  ...RETRIEVAL,
} as const satisfies Record<string, ProviderRow>;
