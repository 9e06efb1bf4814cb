import { asText, inWords, type JsonObject } from '../../kit/json.ts';
import type { Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidArgument } from './errors.ts';
import { member, objectMember } from './names.ts';
import { isUser, partsOf } from './read.ts';

/** Two texts that the documentation gives to those who have no signature. Source: https://ai.google.dev/gemini-api/docs/thought-signatures#faqs. */
const DUMMIES = ['context_engineering_is_the_way_to_go', 'skip_thought_signature_validator'];

/**
 * Signatures come back on the part that they came on, and in the current turn every step's first functionCall must have its own.
 * Source: https://ai.google.dev/gemini-api/docs/thought-signatures. The second rule is for models that sign (the word `reasoning`, Gemini 3).
 */
export function refuseSignatures(contents: readonly JsonObject[], strictness: Strictness): VendorError | undefined {
  const turn = contents.findLastIndex(
    (content) => isUser(content) && partsOf(content).some((part) => member(part, 'functionResponse') === undefined),
  );
  for (const [index, content] of contents.entries()) {
    for (const [place, part] of partsOf(content).entries()) {
      const refused = refuseSignature(part, `contents[${index}].parts[${place}]`, strictness);
      if (refused !== undefined) return refused;
    }
    if (index > turn && strictness.script.words.has('reasoning')) {
      const refused = refuseMissing(content, index);
      if (refused !== undefined) return refused;
    }
  }
  return undefined;
}

function refuseSignature(part: JsonObject, path: string, strictness: Strictness): VendorError | undefined {
  const given = member(part, 'thoughtSignature');
  if (given === undefined) return undefined;
  const signature = asText(given) ?? '';
  if (DUMMIES.includes(signature)) return undefined;
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(signature))
    return invalidArgument(
      `Invalid value at '${path}.thought_signature' (TYPE_BYTES), Base64 decoding failed for "${signature}"`,
    );
  const name = objectMember(part, 'functionCall')?.name;
  const purpose = name === undefined ? 'text' : `call:${inWords(name)}`;
  return strictness.signer.verify('gemini-thought', purpose, signature)
    ? undefined
    : invalidArgument('Corrupted thought signature.');
}

function refuseMissing(content: JsonObject, index: number): VendorError | undefined {
  const first = partsOf(content).find((part) => member(part, 'functionCall') !== undefined);
  if (first === undefined || member(first, 'thoughtSignature') !== undefined) return undefined;
  const name = inWords(objectMember(first, 'functionCall')?.name);
  return invalidArgument(
    `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
  );
}
