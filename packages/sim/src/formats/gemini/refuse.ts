import { asList, asNumber, asObject, type JsonObject } from '../../kit/json.ts';
import type { Received, SimOperation, Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidArgument, unknownFields } from './errors.ts';
import { member, objectMember } from './names.ts';
import { requestOf } from './read.ts';
import { refuseContents } from './refuse-contents.ts';
import { refuseTools } from './refuse-tools.ts';
import { findUnknown } from './unknown-fields.ts';

/**
 * What generativelanguage.googleapis.com refuses, in its words as users recorded them. For ranges, schemas and names of results no recorded
 * answer was found: there the words only follow its manner, so compare status and `status` field, not text.
 */
export function refuseGemini(
  received: Received,
  operation: SimOperation,
  strictness: Strictness,
): VendorError | undefined {
  if (operation === 'models') return undefined;
  if (asObject(received.body) === undefined)
    return invalidArgument('Invalid JSON payload received. Unexpected end of string. Expected a value.');
  if (operation === 'embeddings') return undefined;
  const body = requestOf(received, operation);
  const unknown = strictness.unknownFields === 'refuse' ? findUnknown(body) : [];
  if (unknown.length > 0) return unknownFields(unknown);
  return refuseContents(body, strictness) ?? refuseTools(body) ?? refuseConfig(body) ?? refuseSystem(body);
}

/** Ranges. Source: https://ai.google.dev/api/generate-content#v1beta.GenerationConfig. */
function refuseConfig(body: JsonObject): VendorError | undefined {
  const config = objectMember(body, 'generationConfig');
  const at = '* GenerateContentRequest.generation_config';
  const most = asNumber(member(config, 'maxOutputTokens'));
  if (most !== undefined && most < 1)
    return invalidArgument(`${at}.max_output_tokens: max_output_tokens must be positive.\n`);
  const temperature = asNumber(config?.temperature);
  if (temperature !== undefined && (temperature < 0 || temperature > 2))
    return invalidArgument(`${at}.temperature: temperature must be in the range [0.0, 2.0].\n`);
  const share = asNumber(member(config, 'topP'));
  if (share !== undefined && (share < 0 || share > 1))
    return invalidArgument(`${at}.top_p: top_p must be in the range [0.0, 1.0].\n`);
  const count = asNumber(member(config, 'candidateCount'));
  if (count !== undefined && (count < 1 || count > 8))
    return invalidArgument(`${at}.candidate_count: candidate_count must be in the range [1, 8].\n`);
  if ((asList(member(config, 'stopSequences'))?.length ?? 0) > 5)
    return invalidArgument(`${at}.stop_sequences: only up to 5 stop sequences are allowed.\n`);
  return refuseSchemas(config, at);
}

/** Source: `GenerationConfig.responseSchema`, `responseJsonSchema`: one of the two, and a MIME type with it. */
function refuseSchemas(config: JsonObject | undefined, at: string): VendorError | undefined {
  const schema = member(config, 'responseSchema');
  const jsonSchema = member(config, 'responseJsonSchema');
  if (schema !== undefined && jsonSchema !== undefined)
    return invalidArgument(
      `${at}.response_json_schema: only one of response_schema and response_json_schema can be set.\n`,
    );
  if (schema === undefined && jsonSchema === undefined) return undefined;
  const type = member(config, 'responseMimeType');
  if (type === 'application/json' || type === 'text/x.enum') return undefined;
  return invalidArgument(
    `${at}.response_mime_type: must be set to application/json or text/x.enum when response_schema is set.\n`,
  );
}

function refuseSystem(body: JsonObject): VendorError | undefined {
  const system = objectMember(body, 'systemInstruction');
  if (system === undefined) return undefined;
  const parts = asList(system.parts) ?? [];
  if (parts.length === 0)
    return invalidArgument('* GenerateContentRequest.system_instruction.parts: contents.parts must not be empty.\n');
  const empty = parts.findIndex((part) => Object.keys(asObject(part) ?? {}).length === 0);
  return empty < 0
    ? undefined
    : invalidArgument(
        `* GenerateContentRequest.system_instruction.parts[${empty}].data: required oneof field 'data' must have one initialized field\n`,
      );
}
