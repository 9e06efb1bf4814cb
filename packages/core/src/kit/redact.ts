/** First cut, see the tests to come. */
export function redactSecrets(text: string): string {
  return text.replace(/\b(?:sk|gsk|xai|hf|r8|ghp|pk|rk)[-_][A-Za-z0-9_-]{8,}/g, '[redacted]').replace(/\bBearer\s+\S+/gi, 'Bearer [redacted]');
}
/** Likewise, for text that clients see. */
export function redactUpstream(text: string): string {
  return redactSecrets(text);
}
