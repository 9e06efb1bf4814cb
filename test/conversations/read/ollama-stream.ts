import type { ErrorView } from '../neutral.ts';
import { type Json, list, maybeObjects, object, text, wrong } from './json.ts';
import { ollamaError, ollamaHead } from './ollama-answer.ts';

function linesOf(bytes: string): Json[] {
  if (!bytes.endsWith('\n')) wrong('stream', 'must end its last line', bytes.slice(-200));
  return bytes
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => object(JSON.parse(line), `line ${index}`));
}

/** The lines of an answer, of which the last one is `done` and tells what it took. Source: https://docs.ollama.com/api/streaming */
export function ollamaStream(bytes: string): Json {
  const lines = linesOf(bytes);
  const last = lines.at(-1) ?? wrong('stream', 'must have lines');
  if (lines.findIndex(({ done }) => done === true) !== lines.length - 1)
    wrong('stream', 'must end with its one line that is done', last);
  const gathered = gather(lines);
  const logprobs = lines.flatMap((line) => maybeObjects(line.logprobs, 'logprobs'));
  return { ...last, message: gathered, ...(logprobs.length === 0 ? {} : { logprobs }) };
}

/** As clients of the format gather: texts are joined, lists go on. */
function gather(lines: readonly Json[]): Json {
  const message: { [name: string]: unknown } = { role: 'assistant', content: '' };
  for (const [index, line] of lines.entries()) {
    const at = `line ${index}`;
    if (ollamaHead(line, at) !== lines[0]?.model) wrong(`${at}.model`, 'must be the same on all lines', line);
    if (typeof line.done !== 'boolean') wrong(`${at}.done`, 'must be true or false', line);
    if (line.done === false && (line.eval_count ?? line.done_reason) !== undefined)
      wrong(at, 'must not tell what only the last line tells', line);
    for (const [name, value] of Object.entries(object(line.message, at))) {
      if (name === 'role' ? value !== 'assistant' : false) wrong(`${at}.role`, 'must be assistant', value);
      if (name === 'content' || name === 'thinking') message[name] = `${message[name] ?? ''}${text(value, at)}`;
      else if (name !== 'role') message[name] = [...list(message[name] ?? [], at), ...list(value, at)];
    }
  }
  return message;
}

/** Lines, then one error; none of them is done. */
export function ollamaBrokenStream(bytes: string): ErrorView {
  const lines = linesOf(bytes);
  if (lines.some(({ done }) => done === true)) wrong('stream', 'is broken and must not say that it is done');
  const last = lines.at(-1) ?? wrong('stream', 'must have lines');
  gather(lines.slice(0, -1));
  return ollamaError(last);
}
