import { asObject, asText, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidParameter } from './errors.ts';

/**
 * Signed reasoning that comes back must be as it was given.
 * Sources: https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning-blocks («the entire sequence … must match»);
 * https://ai.google.dev/gemini-api/docs/openai#thought-signatures. The words are those of the vendors behind these endpoints.
 */
export function refuseReasoning(message: JsonObject, index: number, strictness: Strictness): VendorError | undefined {
  for (const [place, detail] of objectsOf(message.reasoning_details).entries()) {
    if (!isGenuine(detail, strictness))
      return invalidParameter(
        `messages.${index}.content.${place}: Invalid \`signature\` in \`thinking\` block`,
        `messages[${index}].reasoning_details[${place}]`,
        null,
      );
  }
  const calls = objectsOf(message.tool_calls);
  for (const [place, call] of calls.entries()) {
    const signature = asText(asObject(asObject(call.extra_content)?.google)?.thought_signature);
    const name = asText(asObject(call.function)?.name) ?? '';
    if (signature !== undefined && !strictness.signer.verify('openai-google', name, signature))
      return invalidParameter('Corrupted thought signature.', null, null);
    if (signature === undefined && place === 0 && strictness.script.words.has('signed')) {
      return invalidParameter(
        `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
        null,
        null,
      );
    }
  }
  return undefined;
}

function isGenuine(detail: JsonObject, strictness: Strictness): boolean {
  if (detail.type === 'reasoning.encrypted')
    return strictness.signer.verify('openai-encrypted', '', asText(detail.data) ?? '');
  const signature = asText(detail.signature);
  return signature === undefined || strictness.signer.verify('openai-detail', asText(detail.text) ?? '', signature);
}
