import type { Inbound, ModelEntry } from '../adapter.ts';
import { isoTime } from '../shared/iso-time.ts';
import type { Json } from '../shared/read.ts';

/** The release whose API this speaks: clients look at it before they use newer fields. Source: https://docs.ollama.com/api-reference/get-version */
const VERSION = '0.12.6';

/** What a gateway can't know of the models behind it. */
const DETAILS = {
  parent_model: '',
  format: '',
  family: '',
  families: [],
  parameter_size: '',
  quantization_level: '',
} as const;

/** What may be asked for here. What a model makes of it, its provider says. */
const CAPABILITIES = ['completion', 'tools', 'vision', 'thinking'] as const;

/** Nothing is ever unloaded: the end of the calendar of RFC 3339. */
const NEVER = '9999-12-31T23:59:59Z';

const summary = ({ id, created }: ModelEntry): Json => ({
  name: id,
  model: id,
  modified_at: isoTime(created),
  size: 0,
  digest: '',
  details: DETAILS,
});

/** `/api/tags`, `/api/ps` and `/api/version`, by `list` of the path. Sources: https://docs.ollama.com/api/tags, https://docs.ollama.com/api/ps */
export function models(entries: readonly ModelEntry[], inbound: Inbound): unknown {
  const { list } = inbound.path;
  if (list === 'version') return { version: VERSION };
  if (list !== 'ps') return { models: entries.map(summary) };
  return {
    models: entries.map((entry) => {
      const { modified_at: _, ...running } = summary(entry);
      return { ...running, expires_at: NEVER, size_vram: 0 };
    }),
  };
}

/** `/api/show`. Source: https://docs.ollama.com/api-reference/show-model-details */
export function model({ id, created, ownedBy }: ModelEntry): unknown {
  return {
    modified_at: isoTime(created),
    parameters: '',
    template: '',
    details: DETAILS,
    model_info: { 'general.architecture': ownedBy, 'general.basename': id },
    capabilities: CAPABILITIES,
  };
}
