import { lettersAndDigits } from '../../kit/random.ts';
import type { Received, Saying } from '../format.ts';
import { FINISH_REASONS, openAiMessage } from './message.ts';
import { openAiUsage } from './usage.ts';

/** A whole chat completion. Source: openai-openapi `CreateChatCompletionResponse`. */
export function openAiBody(saying: Saying): unknown {
  const azure = isAzureDeployment(saying.received);
  return {
    id: completionId(saying),
    object: 'chat.completion',
    created: saying.created,
    model: saying.ask.model,
    choices: saying.answers.map((answer, index) => ({
      index,
      message: openAiMessage(saying, answer),
      logprobs: null,
      finish_reason: FINISH_REASONS[answer.finish],
      ...(azure ? { content_filter_results: SAFE } : {}),
    })),
    ...(azure ? { prompt_filter_results: PROMPT_FILTER } : {}),
    ...(saying.usage === undefined ? {} : { usage: openAiUsage(saying.usage) }),
    service_tier: serviceTier(saying),
    system_fingerprint: 'fp_postern_sim',
    ...vendorFields(saying),
  };
}

/** The tier that the answer says it ran at; the answer's, not the request's, is billed. Source: openai-openapi `service_tier`. */
export function serviceTier(saying: Saying): string {
  return saying.script.words.has('priority') ? 'priority' : 'default';
}

/** The id that the body and every chunk share. */
export function completionId(saying: Saying): string {
  return `chatcmpl-${lettersAndDigits(29, 'completion', saying.seed, saying.nonce)}`;
}

/** Under `paralleltools`: fields that no documentation names. */
export function vendorFields(saying: Saying): Record<string, unknown> {
  return saying.script.faults.has('paralleltools') ? { x_vendor: { shard: 7, trace: null } } : {};
}

/** Is this a call of an Azure deployment? Its answers carry the results of its content filter. */
export function isAzureDeployment(received: Received): boolean {
  return received.path.includes('/openai/deployments/');
}

/** Source: https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter (annotations in the response). */
const SAFE = {
  hate: { filtered: false, severity: 'safe' },
  self_harm: { filtered: false, severity: 'safe' },
  sexual: { filtered: false, severity: 'safe' },
  violence: { filtered: false, severity: 'safe' },
};

/** Source: as {@link SAFE}. */
export const PROMPT_FILTER = [
  { prompt_index: 0, content_filter_results: { ...SAFE, jailbreak: { filtered: false, detected: false } } },
];
