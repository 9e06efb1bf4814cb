import type { FaultKind } from '../../chat/fault.ts';

/** An account that is locked out answers so. "… or you do not have access" is said of any name. */
const ACCOUNT =
  /does not have access|no access to|not have permission|organization must be verified|no such organization|account (?:is |has been )?suspended|(invalid|incorrect) api.?key|api.?key (is )?(invalid|incorrect|not valid)/i;
/** What a message quotes is the client's own words, not the provider's. An apostrophe stands behind a letter. */
const QUOTES = /(?<!\w)(['"`]).*?\1/g;

/** Do these words, without what they quote, speak of the provider's account? Give it text of bounded length. */
export const isAccount = (words: string): boolean => ACCOUNT.test(words.replace(QUOTES, ''));

/** URLs, and paths as a message about a wrong one shows them; `models/x` is a name. */
const PLACES = /(?<![^\s(])(?:https?:\/)?\/\S*/gi;
const MODEL = /\b(?:tuned)?models?(?![a-z])|\bno endpoints found\b/i;
const MISSING = /\bnot (?:be )?found\b|\b(?:does not|doesn't) exist\b|\bno such\b|\bunknown\b/i;
const DEPLOYMENT = /\bdeployment/i;
/** Things besides the model that a request names: files and what is kept at the provider. */
const NAMED = /\b(?:file|image|audio|video|cached ?content|container|skill|vector store|requested entity)s?\b/i;
/** Longest piece of a message that is looked at. */
const LOOKED_AT = 2000;

/**
 * What a 404 means, by one rule for all formats: the model is not there (`model-not-found`), or another thing that the request names (`rejected`), or
 * the very place that was called, which is the operator's to repair (`credentials`): a wrong base URL, deployment or account, and whatever else speaks
 * of nothing in the request. A model that the account may not use is reported like one that is not there, unless the message says more.
 * Sources: https://platform.openai.com/docs/guides/error-codes, https://platform.claude.com/docs/en/api/errors (404: endpoint path and resource ids),
 * https://ai.google.dev/gemini-api/docs/troubleshooting (404: a file that the request refers to); the words of each in the test beside this file.
 */
export function notFound(message: string, code = ''): FaultKind {
  const told = message.slice(0, LOOKED_AT);
  const words = told.replace(QUOTES, '').replace(PLACES, '');
  if (DEPLOYMENT.test(`${code} ${words}`)) return 'credentials';
  const locked = isAccount(told);
  if (MODEL.test(`${code} ${words}`)) return locked && !MISSING.test(words) ? 'credentials' : 'model-not-found';
  return !locked && NAMED.test(words) ? 'rejected' : 'credentials';
}
