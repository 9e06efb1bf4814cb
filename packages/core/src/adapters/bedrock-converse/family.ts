import { type Capabilities, capabilitiesOf } from '../anthropic-messages/models.ts';

/** Who made a model, as far as requests differ by it. `unknown`: the name tells nothing, as that of an application inference profile. */
export type Family = 'claude' | 'nova' | 'gpt-oss' | 'other' | 'unknown';

/** A region or `global` before the vendor, as the ids of inference profiles have it. */
const GEOGRAPHY = /^(?:us|us-gov|eu|apac|jp|au|ca|sa|me|il|global)\.(?=[a-z0-9-]+\.)/;
const VENDOR = /^([a-z][a-z0-9-]*)\.[a-z]/;

/** The id of the model itself: without the ARN around it. */
const idOf = (model: string): string => model.slice(model.lastIndexOf('/') + 1);

/**
 * The model's own id, where an inference profile that names it is given; counting tokens knows no profiles.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html (modelId: "id or ARN of the foundation model"),
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html (how ids of profiles are made)
 */
export const foundationModel = (model: string): string => model.replace(GEOGRAPHY, '');

/** The family by the model's id or ARN. Source: https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html */
export function familyOf(model: string): Family {
  const id = foundationModel(idOf(model).toLowerCase());
  if (id.startsWith('anthropic.') || id.includes('claude')) return 'claude';
  if (id.startsWith('amazon.nova') || id.startsWith('nova-')) return 'nova';
  if (id.startsWith('openai.gpt-oss')) return 'gpt-oss';
  return VENDOR.test(id) ? 'other' : 'unknown';
}

/** Nova 2 thinks; the first generation does not. Source: https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html */
export const novaThinks = (model: string): boolean => /nova-2/.test(model);

/** What models of other vendors take, as far as this format's rules for Claude could differ: no thinking in Claude's way, no limits on sampling. */
const OTHERS: Capabilities = {
  thinking: 'none',
  budget: false,
  off: undefined,
  thinksByDefault: false,
  effort: false,
  xhigh: true,
  sampling: true,
  bothSamplings: true,
  forcedTools: true,
  midSystem: false,
  structured: true,
  prefill: false,
};

/** What the model takes; one whose name tells nothing is taken for a Claude of unknown version, and the provider judges by itself. */
export function takes(model: string): Capabilities {
  const family = familyOf(model);
  return family === 'claude' || family === 'unknown' ? capabilitiesOf(idOf(model)) : OTHERS;
}
