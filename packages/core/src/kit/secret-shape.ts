/**
 * Beginnings that keys are known by whatever follows; those that begin words too (`api_error`) where a digit follows, or much; the rest are
 * known by how random they look.
 */
const KEY =
  /^(?:(?:sk|rk|pk|psk|gsk|whsec|glpat|xox[a-z])[-_][A-Za-z0-9]|(?:key|api|sess)[-_](?=[A-Za-z0-9_-]*\d|[A-Za-z0-9_-]{20})[A-Za-z0-9]|gh[a-z]_[A-Za-z0-9]|github_pat_|AIza|ya29\.|A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{8}|eyJ[A-Za-z0-9_-]{6,}\.)/;

/** Ids that are made to be shown: of requests, answers, calls and files. */
const SHOWN =
  /^(?:req|request|chatcmpl|cmpl|msg|resp|toolu|srvtoolu|call|fc|rs|gen|run|thread|step|asst|file|batch|vs|fp|ft|ftjob|img|trace|evt|model|container)[-_]/i;

const RANDOM_SEGMENT = 20;
const LONG_SEGMENT = 40;

/**
 * Does this run of characters look like a credential? By a known beginning, by stars (a masked key still tells its ends), or by a part that no word,
 * model name or date looks like: 20 and more letters and digits mixed, or base64 of 32 and more.
 */
export function isSecret(run: string): boolean {
  const text = run.replace(/^[^A-Za-z0-9]+/, '');
  if (SHOWN.test(text)) return false;
  if (text.includes('***') || KEY.test(text)) return true;
  return text.split('.').some(isBase64) || text.split(/[^A-Za-z0-9]+/).some(isRandom);
}

function isRandom(segment: string): boolean {
  if (segment.length < RANDOM_SEGMENT) return false;
  return segment.length >= LONG_SEGMENT || (/\d/.test(segment) && /[A-Za-z]/.test(segment));
}

/** Slashes and plus signs split base64 into parts that look harmless one by one. */
function isBase64(text: string): boolean {
  return (
    text.length >= 32 && /^[A-Za-z0-9+/]+=*$/.test(text) && /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text)
  );
}

/** A word of a sentence, a field's name or a number, and no credential. */
export function isPlainWord(value: string): boolean {
  return /^(?:[A-Z]?[a-z]+(?:[_-][a-z]+)*|\d+)[.:!?]?$/.test(value);
}
