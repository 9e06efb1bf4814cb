import { asList, asObject, type JsonObject } from '../../kit/json.ts';
import type { Received, SimOperation, Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { isAzureDeployment } from './body.ts';
import { invalidParameter, missing, openAiError } from './errors.ts';
import { refuseMedia } from './media.ts';
import { refuseFormat } from './refuse-format.ts';
import { refuseMessages } from './refuse-messages.ts';
import { refuseNumbers } from './refuse-numbers.ts';
import { refuseTools } from './refuse-tools.ts';

/** Source: openai-openapi `CreateChatCompletionRequest`, all members; openai-node src/resources/chat/completions/completions.ts. */
const KNOWN = new Set(
  (
    'messages model audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens max_tokens metadata modalities moderation n ' +
    'parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options prompt_cache_retention reasoning_effort response_format ' +
    'safety_identifier seed service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user verbosity web_search_options'
  ).split(' '),
);

/** What api.openai.com refuses, in its words. The order is: the body, its model, its messages, its tools, its numbers. */
export function refuseOpenAi(
  received: Received,
  operation: SimOperation,
  strictness: Strictness,
): VendorError | undefined {
  if (operation === 'models') return undefined;
  if (isAzureDeployment(received) && !received.query.has('api-version')) {
    // Source: the answer of an Azure resource to a path without api-version.
    return { status: 404, headers: {}, body: { error: { code: '404', message: 'Resource not found' } } };
  }
  const body = asObject(received.body);
  if (body === undefined) return unreadable();
  if (received.model === '') return invalidParameter('you must provide a model parameter', null, null);
  if (operation === 'embeddings') return refuseInput(body);
  if (operation === 'rerank') return undefined;
  if (operation !== 'chat' && operation !== 'count-tokens') return refuseMedia(received, operation);
  return (
    refuseUnknown(body, strictness) ??
    refuseMessages(body, strictness) ??
    refuseTools(body) ??
    refuseNumbers(body) ??
    refuseFormat(body) ??
    refuseStream(body)
  );
}

/** Source: api.openai.com, body that is no JSON. */
function unreadable(): VendorError {
  return openAiError('bad-request', {
    message:
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)",
  });
}

/** Parameters that OpenAI does not know are a 400 there. */
function refuseUnknown(body: JsonObject, strictness: Strictness): VendorError | undefined {
  const unknown = Object.keys(body).find((name) => !KNOWN.has(name));
  if (unknown === undefined || strictness.unknownFields === 'allow') return undefined;
  return invalidParameter(`Unrecognized request argument supplied: ${unknown}`, null, null);
}

function refuseInput(body: JsonObject): VendorError | undefined {
  if (body.input === undefined) return missing('input');
  if (body.input === '' || asList(body.input)?.length === 0)
    return invalidParameter(
      "'$.input' is invalid. Please check the API reference: https://platform.openai.com/docs/api-reference.",
      null,
      null,
    );
  return undefined;
}

function refuseStream(body: JsonObject): VendorError | undefined {
  if (body.stream_options === undefined || body.stream_options === null || body.stream === true) return undefined;
  return invalidParameter(
    "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
    'stream_options',
    null,
  );
}
