/** The bytes of the one request that a run of the load generator sends. */
export function requestOf(url, { model, stream, anthropic, usage, msgs, bytes, H }) {
  const text = 'a few words that say little '
    .repeat(Math.ceil(bytes / msgs / 28))
    .slice(0, Math.max(1, Math.floor(bytes / msgs)));
  const messages = Array.from({ length: msgs }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: text,
  }));
  const streamed = { stream: true, ...(usage && !anthropic ? { stream_options: { include_usage: true } } : {}) };
  const body = JSON.stringify({ model, messages, temperature: 0.7, max_tokens: 256, ...(stream ? streamed : {}) });
  const head = [
    `POST ${url.pathname} HTTP/1.1`,
    `Host: ${url.host}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...H,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
