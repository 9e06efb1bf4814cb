import { asObject, inWords, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidParameter, missing } from './errors.ts';
import { contentText } from './read.ts';
import { refuseSchema } from './refuse-schema.ts';

/** What is wrong with `response_format`. Source: openai-openapi `ResponseFormatJsonSchema`, `ResponseFormatJsonObject`. */
export function refuseFormat(body: JsonObject): VendorError | undefined {
  const format = asObject(body.response_format);
  if (format === undefined) return undefined;
  if (
    format.type === 'json_object' &&
    !objectsOf(body.messages).some((message) => /json/i.test(contentText(message)))
  ) {
    return invalidParameter(
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
      'messages',
      null,
    );
  }
  if (format.type !== 'json_schema') {
    if (format.type === 'json_object' || format.type === 'text') return undefined;
    return invalidParameter(
      `Invalid value: '${inWords(format.type)}'. Supported values are: 'json_object', 'json_schema', and 'text'.`,
      'response_format.type',
      'invalid_value',
    );
  }
  const wanted = asObject(format.json_schema);
  if (wanted === undefined) return missing('response_format.json_schema');
  if (typeof wanted.name !== 'string') return missing('response_format.json_schema.name');
  return wanted.strict === true
    ? refuseSchema(wanted.schema, `response_format '${wanted.name}'`, 'response_format')
    : undefined;
}
