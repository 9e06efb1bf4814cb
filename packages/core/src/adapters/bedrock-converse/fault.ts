import type { Fault, FaultKind } from '../../chat/fault.ts';
import type { Frame } from '../../transport/frame.ts';
import { isAccount, notFound } from '../shared/not-found.ts';
import { given, type Json, parsedOr, record, string, text as words } from '../shared/read.ts';
import { retryAfter } from '../shared/retry-after.ts';

/**
 * The API's exceptions: the status that each stands for, and its kind. Sources:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors, …_ConverseStream.html (those in a
 * stream begin with a small letter), https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html (those about the account)
 */
const TYPES: Readonly<Record<string, { status: number; kind: FaultKind }>> = {
  ValidationException: { status: 400, kind: 'rejected' },
  ServiceQuotaExceededException: { status: 400, kind: 'quota' },
  AccessDeniedException: { status: 403, kind: 'credentials' },
  UnrecognizedClientException: { status: 403, kind: 'credentials' },
  ExpiredTokenException: { status: 403, kind: 'credentials' },
  InvalidSignatureException: { status: 403, kind: 'credentials' },
  IncompleteSignature: { status: 403, kind: 'credentials' },
  InvalidClientTokenId: { status: 403, kind: 'credentials' },
  MissingAuthenticationToken: { status: 403, kind: 'credentials' },
  MissingAuthenticationTokenException: { status: 403, kind: 'credentials' },
  NotAuthorized: { status: 403, kind: 'credentials' },
  OptInRequired: { status: 403, kind: 'credentials' },
  ResourceNotFoundException: { status: 404, kind: 'rejected' },
  ModelTimeoutException: { status: 408, kind: 'timeout' },
  ConflictException: { status: 409, kind: 'rejected' },
  ModelErrorException: { status: 424, kind: 'unavailable' },
  ModelStreamErrorException: { status: 424, kind: 'unavailable' },
  ThrottlingException: { status: 429, kind: 'rate-limited' },
  ModelNotReadyException: { status: 429, kind: 'overloaded' },
  InternalServerException: { status: 500, kind: 'unavailable' },
  InternalFailure: { status: 500, kind: 'unavailable' },
  ServiceUnavailableException: { status: 503, kind: 'overloaded' },
  ServiceUnavailable: { status: 503, kind: 'overloaded' },
};

/** Words that tell more than the type. The vendors' models have their own; these are theirs as the API passes them on. */
const CONTEXT =
  /input is too long|prompt is too long|too many (?:input )?tokens(?! per)|exceeds? (?:the )?(?:model'?s? )?(?:maximum )?context|maximum context length|context window|input length and .*exceed|exceeds the maximum (?:number of )?(?:input )?tokens/i;
const FILTERED = /blocked by (?:our )?content|content filter(?:ing)? policy/i;
const QUOTA = /tokens per day|quota|on-demand capacity limit/i;

function kindOfStatus(status: number): FaultKind {
  if (status === 401 || status === 402 || status === 403) return 'credentials';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 429) return 'rate-limited';
  if (status === 503) return 'overloaded';
  return status >= 500 || status === 424 ? 'unavailable' : 'rejected';
}

function kindOf(type: string | undefined, status: number, message: string): FaultKind {
  const kind =
    type !== undefined && Object.hasOwn(TYPES, type) ? (TYPES[type]?.kind ?? 'rejected') : kindOfStatus(status);
  if (kind === 'rate-limited') return QUOTA.test(message) ? 'quota' : kind;
  if (kind !== 'rejected') return kind;
  if (CONTEXT.test(message)) return 'context-length';
  if (FILTERED.test(message)) return 'content-filter';
  if (status === 404) return notFound(message);
  return isAccount(message) ? 'credentials' : kind;
}

/** `com.amazon.coral.service#ThrottlingException` and `ThrottlingException:http://…` are both named so. */
function typeOf(name: string | undefined): string | undefined {
  const bare = name?.split(':', 1)[0]?.split('#').at(-1)?.trim();
  return bare === undefined || bare === '' ? undefined : bare;
}

function envelope(text: string): Json | undefined {
  return record(parsedOr(text, undefined));
}

const saidIn = (body: Json | undefined): string | undefined => words(body?.message) ?? words(body?.Message);

/** The provider's words; of a page made for people only that it was one. */
function wordsOf(body: Json | undefined, text: string, status: number): string {
  const message = saidIn(body);
  if (message !== undefined) return message;
  const plain = text.trim();
  return plain === '' || plain.startsWith('<') || plain.startsWith('{')
    ? `The provider answered with status ${status}.`
    : plain.slice(0, 500);
}

function build(type: string | undefined, status: number, message: string): Fault {
  return { kind: kindOf(type, status, message), message, status, ...given('type', type) };
}

/**
 * A refused call: its type stands in a header, in some places in the body.
 * Source: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
 */
export function readFault(status: number, header: (name: string) => string | undefined, text: string): Fault {
  const body = envelope(text);
  const type = typeOf(header('x-amzn-errortype') ?? string(body?.code) ?? string(body?.__type));
  return { ...build(type, status, wordsOf(body, text, status)), ...given('retryAfter', retryAfter(header)) };
}

/** An exception of a stream, such as `throttlingException`; its name stands for the status it would have had. */
export function exceptionFault(frame: Pick<Frame, 'event' | 'data'>): Fault {
  const name = frame.event ?? 'InternalServerException';
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const status = Object.hasOwn(TYPES, type) ? (TYPES[type]?.status ?? 500) : 500;
  const body = envelope(frame.data ?? '');
  return build(type, status, saidIn(body) ?? 'The provider reported an error.');
}

/** Is this body an error, though it came with status 200? */
export const isError = (body: Json): boolean =>
  body.output === undefined && (typeof body.__type === 'string' || saidIn(body) !== undefined);

/** The fault in such a body. */
export function inBandFault(body: Json): Fault {
  const type = typeOf(string(body.__type)) ?? 'InternalServerException';
  const status = Object.hasOwn(TYPES, type) ? (TYPES[type]?.status ?? 500) : 500;
  return build(type, status, saidIn(body) ?? 'The provider reported an error.');
}
