/** A client: one chat over a socket, and what became of it. */

/**
 * `call` is its name, which the upstream and the ledger know it by.
 * Answers `{ status, code, whole }`: the code of an error, and whether the answer came to its end; status 0 = the connection broke before any.
 */
export async function ask({ pool }, { call, stream = true, maxTokens = 400, user = 'one' }) {
  const body = { model: 'm', stream, max_tokens: maxTokens, messages: [{ role: 'user', content: call }] };
  let status = 0;
  try {
    const answer = await pool.request({
      method: 'POST',
      path: '/ai/v1/chat/completions',
      headers: { 'content-type': 'application/json', 'x-caller': call, 'x-user': user },
      body: JSON.stringify(body),
    });
    status = answer.statusCode;
    const text = await answer.body.text();
    if (status !== 200) return { status, code: JSON.parse(text).error?.code, whole: false };
    return { status, code: undefined, whole: text.includes(stream ? '[DONE]' : '"usage"') };
  } catch {
    return { status, code: undefined, whole: false };
  }
}

/** How many ended with which status. */
export function statuses(answers) {
  const counts = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return Object.entries(counts)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ');
}
