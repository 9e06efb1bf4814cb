import { lettersAndDigits } from '../../kit/random.ts';
import { eventStream } from '../../wire/event-stream.ts';
import type { Format, Received } from '../format.ts';
import { bedrockBody } from './body.ts';
import { bedrockError, exception } from './errors.ts';
import { bedrockFrames } from './frames.ts';
import { readBedrock } from './read.ts';
import { refuseBedrock } from './refuse.ts';

/** Amazon Bedrock's Converse and ConverseStream, with CountTokens. */
export const bedrockConverse: Format = {
  name: 'bedrock-converse',
  writesCache: true,
  key: keyOf,
  keyError: (key) =>
    bedrockError('unauthenticated', key === undefined ? { message: 'Missing Authentication Token' } : {}),
  refuse: refuseBedrock,
  read: readBedrock,
  error: bedrockError,
  errorBody: (body) => body,
  contentType: 'application/json',
  headers: (nonce) => ({ 'x-amzn-requestid': lettersAndDigits(32, 'request', nonce) }),
  body: bedrockBody,
  frames: bedrockFrames,
  framing: () => eventStream(),
  errorFrame: (kind) => {
    const { name, body } = exception(kind);
    return { role: 'other', event: name, tokens: 0, data: JSON.stringify(body) };
  },
  // Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
  other: (_, saying) => ({ inputTokens: saying.ask.promptTokens }),
};

/**
 * A Bedrock API key is a bearer token; a signature names its access key.
 * Sources: https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html, https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
function keyOf(received: Received): string | undefined {
  const header = received.headers.authorization ?? '';
  return /^Bearer\s+(\S.*)$/i.exec(header)?.[1] ?? /^AWS4-HMAC-SHA256 Credential=([^/]+)\//.exec(header)?.[1];
}
