import type { Prefill } from '../../adapters/adapter.ts';
import { capabilitiesOf } from '../../adapters/anthropic-messages/models.ts';

/**
 * Which models go on with an answer whose beginning is given as the last message. Read on 2026-11-29; what no page says is no.
 * Models of Claude up to 4.5 do, and later ones refuse with 400: https://platform.claude.com/docs/en/build-with-claude/prompt-engineering/prefill-claudes-response,
 * https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-6; in the Bedrock APIs as well:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html.
 */
const CLAUDE: ReadonlySet<string> = new Set(['anthropic', 'bedrock', 'bedrock-anthropic']);

/** APIs that say it of all their chat models. */
const ALL: ReadonlyMap<string, Prefill> = new Map([
  // https://console.groq.com/docs/prefilling ("any text-to-text model")
  ['groq', 'rest'],
  // https://docs.mistral.ai/api/endpoint/chat, `prefix` of an assistant's message; the answer may begin with it.
  ['mistral', 'whole'],
  // https://platform.kimi.ai/docs/guide/use-partial-mode-feature-of-kimi-api
  ['moonshot', 'rest'],
  ['moonshot-cn', 'rest'],
]);

/** How this provider's model goes on with the beginning of its answer; undefined: not known to. */
export function prefillOf(provider: string, model: string): Prefill | undefined {
  if (CLAUDE.has(provider)) return capabilitiesOf(model).prefill ? 'rest' : undefined;
  return ALL.get(provider);
}
