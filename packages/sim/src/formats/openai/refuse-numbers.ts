import { asList, asNumber, type JsonObject, typeName } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidParameter } from './errors.ts';

/** Ranges. Source: openai-openapi, `minimum` and `maximum` of each; the words are api.openai.com's. */
const RANGES = [
  ['temperature', 0, 2, 'decimal'],
  ['top_p', 0, 1, 'decimal'],
  ['presence_penalty', -2, 2, 'decimal'],
  ['frequency_penalty', -2, 2, 'decimal'],
  ['n', 1, 128, 'integer'],
  ['max_tokens', 1, Number.POSITIVE_INFINITY, 'integer'],
  ['max_completion_tokens', 1, Number.POSITIVE_INFINITY, 'integer'],
  ['top_logprobs', 0, 20, 'integer'],
] as const;

/** Numbers outside of their ranges, two limits at once, too many stops. */
export function refuseNumbers(body: JsonObject): VendorError | undefined {
  for (const [name, least, most, kind] of RANGES) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    const number = asNumber(value);
    if (number === undefined || (kind === 'integer' && !Number.isInteger(number))) {
      return invalidParameter(
        `Invalid type for '${name}': expected ${kind === 'integer' ? 'an integer' : 'a decimal'}, but got a ${typeName(value)} instead.`,
        name,
        'invalid_type',
      );
    }
    if (number < least)
      return invalidParameter(
        `Invalid '${name}': ${kind} below minimum value. Expected a value >= ${least}, but got ${number} instead.`,
        name,
        `${kind}_below_min_value`,
      );
    if (number > most)
      return invalidParameter(
        `Invalid '${name}': ${kind} above maximum value. Expected a value <= ${most}, but got ${number} instead.`,
        name,
        `${kind}_above_max_value`,
      );
  }
  if (asNumber(body.max_tokens) !== undefined && asNumber(body.max_completion_tokens) !== undefined) {
    return invalidParameter(
      "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
      'max_tokens',
      'invalid_parameter_combination',
    );
  }
  const stops = asList(body.stop)?.length ?? 0;
  return stops <= 4
    ? undefined
    : invalidParameter(
        `Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length ${stops} instead.`,
        'stop',
        'array_above_max_length',
      );
}
