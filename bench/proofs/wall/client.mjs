/** A client that keeps every byte. */
import { request } from 'node:http';

/**
 * `answer` resolves with `{ status, headers, body, complete }` once the connection is done with: `complete` says whether HTTP's own end was reached; status 0 is a
 * connection that broke before any answer. `begun` resolves with the first bytes of a body, or at the end. `leave()` destroys the connection.
 */
export function open(base, { body, headers, path }) {
  const url = new URL(base);
  const bytes = Buffer.from(JSON.stringify(body));
  let begin;
  const begun = new Promise((resolve) => {
    begin = resolve;
  });
  let asking;
  const answer = new Promise((resolve) => {
    const done = (answered, parts) => {
      begin();
      resolve({
        status: answered?.statusCode ?? 0,
        headers: answered?.headers ?? {},
        body: Buffer.concat(parts),
        complete: answered?.complete ?? false,
      });
    };
    asking = request({
      host: url.hostname,
      port: url.port,
      method: 'POST',
      path: url.pathname + path,
      agent: false,
      headers: { ...headers, 'content-length': bytes.length },
    });
    let answers = false;
    asking.on('error', () => answers || done(undefined, []));
    asking.on('response', (answered) => {
      const parts = [];
      answers = true;
      answered.on('data', (part) => {
        parts.push(part);
        begin();
      });
      answered.on('error', () => {});
      answered.on('close', () => done(answered, parts));
    });
    asking.end(bytes);
  });
  return { answer, begun, leave: () => asking.destroy() };
}
