import { redactPlaces } from './redact-places.ts';
import { isPlainWord, isSecret } from './secret-shape.ts';

/** Longer texts are cut before anything else, at a space, so that no half of a key is left. Characters. */
export const REDACT_LIMIT = 8192;

/**
 * A text without credentials, for logs: keys and tokens by their shape, whatever stands behind a word such as `api_key:` or `Bearer`, masked keys
 * (`sk-ab***yz`), and the user part of URLs. Ids of requests and messages stay. Takes time linear in the text.
 *
 * @param secrets to be taken out wherever they stand, whatever they look like; shorter ones than 6 characters are left, as placeholders such as `EMPTY`
 */
export function redactSecrets(text: string, secrets: readonly string[] = []): string {
  return withoutSecrets(cut(without(text, secrets)));
}

/**
 * A provider's text for clients: its own words without credentials, without ids of the operator's account and without the places it was reached at.
 * Links to documentation stay, see {@link redactPlaces}.
 *
 * @param secrets as in {@link redactSecrets}
 */
export function redactUpstream(text: string, secrets: readonly string[] = []): string {
  return withoutIds(withoutSecrets(redactPlaces(cut(without(text, secrets)))));
}

const SHORTEST_SECRET = 6;

/** Before the text is cut, so that no half of a secret is left, and the longest first: one may begin with another. */
function without(text: string, secrets: readonly string[]): string {
  const present = secrets.filter((secret) => secret.length >= SHORTEST_SECRET && text.includes(secret));
  return present
    .sort((a, b) => b.length - a.length)
    .reduce((left, secret) => left.replaceAll(secret, '[redacted]'), text);
}

function cut(text: string): string {
  if (text.length <= REDACT_LIMIT) return text;
  const space = text.lastIndexOf(' ', REDACT_LIMIT);
  return `${text.slice(0, Math.max(space, 0))} …`;
}

const USER_INFO = /(:\/\/)[^\s/?#@]{1,256}@/g;
/** `Bearer x`, `Basic x`. What stands in brackets is a name; a key in them is known by its shape. */
const SCHEME = /\b(Bearer|Basic|Token|Key)( +)(?!\[)([^\s"'`,;]{6,})/gi;
/** `x-api-key: x`, `"token": "x"`, `?key=x`. */
const NAMED =
  /(key|token|credentials?|authorization|signature|session|cookie)(\\?["'`]?\s{0,3}[:=]\s{0,3}\\?["'`]?)(?!\[redacted\])([^\s"'`,;&)}\]\\]{4,})/gi;
const NAMED_SECRET =
  /(secret|passwor[dt]|passwd|pwd)(\\?["'`]?\s{0,3}[:=]\s{0,3}\\?["'`]?)(?!\[redacted\])([^\s"'`,;&)}\]\\]+)/gi;
/** Whatever could be a key: characters of any alphabet that keys are written in, and the stars of a masked one. */
const RUN = /[A-Za-z0-9_+/.~*…-]{8,}=*/g;

function withoutSecrets(text: string): string {
  return text
    .replace(USER_INFO, '$1[redacted]@')
    .replace(SCHEME, keepWord)
    .replace(NAMED, keepWords)
    .replace(NAMED_SECRET, '$1$2[redacted]')
    .replace(RUN, (run) => (isSecret(run) ? '[redacted]' : run));
}

/** "Bearer authentication" is a word, "Bearer correct-horse" a key made of words. "Key response_format" names a field, and no basic credentials have a hyphen. */
function keepWord(whole: string, scheme: string, between: string, value: string): string {
  const madeOfWords = /^(?:bearer|token)$/i.test(scheme) && /[_-]/.test(value);
  return madeOfWords ? `${scheme}${between}[redacted]` : keepWords(whole, scheme, between, value);
}

/** "Unknown key: temperature" names a field. */
function keepWords(whole: string, name: string, between: string, value: string): string {
  return isPlainWord(value) ? whole : `${name}${between}[redacted]`;
}

const ACCOUNT_ID =
  /\b(?:org|proj|acct|user|team|wrkspc|workspace|tenant|cust|usr)[-_](?=[A-Za-z0-9_-]{0,40}\d)[A-Za-z0-9_-]{4,64}/g;
const CLOUD_RESOURCE = /\barn:[a-z0-9-]+:[^\s"'`,;)]{1,256}/gi;
const PATH_ID =
  /\b(projects|organizations|folders|billingAccounts|subscriptions|tenants|resourceGroups)\/[^\s"'`,;/)]{1,128}/g;
const NAMED_ID =
  /\b((?:organi[sz]ation|project|account|workspace|team|tenant|subscription|customer|consumer)(?:[ _-](?:id|number|name))?[\s:=#`'"([]{1,4})([A-Za-z0-9][\w:.-]{3,128})/gi;

function withoutIds(text: string): string {
  return text
    .replace(CLOUD_RESOURCE, '[id]')
    .replace(PATH_ID, '$1/[id]')
    .replace(ACCOUNT_ID, '[id]')
    .replace(NAMED_ID, (whole: string, words: string, id: string) => (/\d/.test(id) ? `${words}[id]` : whole));
}
