import { asObject, asText, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { Received, SimOperation, Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalid } from './errors.ts';
import { bodyOf } from './read.ts';
import { refuseMessages } from './refuse-messages.ts';
import { refuseCachePoints, refuseInference, refuseOutput, refuseThinking, refuseTools } from './refuse-settings.ts';

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, all members of the body. */
const KNOWN = new Set(
  (
    'messages system inferenceConfig toolConfig guardrailConfig additionalModelRequestFields promptVariables additionalModelResponseFieldPaths ' +
    'requestMetadata performanceConfig serviceTier outputConfig'
  ).split(' '),
);
/** Source: …/API_runtime_ConverseTokensRequest.html */
const KNOWN_TO_COUNT = new Set('messages system toolConfig additionalModelRequestFields'.split(' '));

/** What the service refuses. */
export function refuseBedrock(
  received: Received,
  operation: SimOperation,
  strictness: Strictness,
): VendorError | undefined {
  if (asObject(received.body) === undefined) return invalid('The request body is no JSON object.');
  const counting = operation === 'count-tokens';
  const body = bodyOf(received, operation);
  return (
    refuseUnknown(body, counting ? KNOWN_TO_COUNT : KNOWN, strictness) ??
    refuseInference(body) ??
    refuseSystem(body) ??
    refuseMessages(body, strictness) ??
    refuseTools(body) ??
    refuseOutput(body) ??
    refuseTier(body) ??
    refuseThinking(body) ??
    refuseCachePoints(body)
  );
}

function refuseUnknown(
  body: JsonObject,
  known: ReadonlySet<string>,
  { unknownFields }: Strictness,
): VendorError | undefined {
  const unknown = Object.keys(body).find((name) => !known.has(name));
  if (unknown === undefined || unknownFields === 'allow') return undefined;
  return invalid(
    `Malformed input request: #: extraneous key [${unknown}] is not permitted, please reformat your input and try again.`,
  );
}

function refuseSystem(body: JsonObject): VendorError | undefined {
  if (body.system === undefined) return undefined;
  if (!Array.isArray(body.system)) return invalid('The system field must be a list.');
  for (const [index, block] of objectsOf(body.system).entries()) {
    if (block.text === undefined && block.cachePoint === undefined && block.guardContent === undefined)
      return invalid(`The block at system.${index} must hold one of its members.`);
    if (block.text !== undefined && (asText(block.text) ?? '').trim() === '')
      return invalid(
        `The text field in the SystemContentBlock object at system.${index} is blank. Add text to the text field, and try again.`,
      );
  }
  return undefined;
}

/** Source: …/API_runtime_ServiceTier.html */
function refuseTier(body: JsonObject): VendorError | undefined {
  if (body.serviceTier === undefined) return undefined;
  const type = asText(asObject(body.serviceTier)?.type) ?? '';
  return ['default', 'priority', 'flex', 'reserved'].includes(type)
    ? undefined
    : invalid('The value at serviceTier.type is none of its values.');
}
