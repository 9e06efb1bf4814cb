/**
 * What the things that were seen come to: `{ problems, fakes }`. Fakes are answers that look whole to a client although nobody finished them; what the upstream
 * counted is the truth. Pure: it reads what `play.mjs` saw, or what a test made up.
 */
import { readStream, readWhole } from './read.mjs';
import { keyOf, SECRET } from './secrets.mjs';

export function judge(scenario, seen) {
  const problems = [];
  const fakes = [];
  const must = (holds, text) => {
    if (!holds) problems.push(text);
  };
  for (const { declared, requests } of seen.phases) {
    for (const [index, request] of requests.entries()) {
      const read = readAnswer(scenario, request.answer);
      const fake = fakeIn(scenario, request, read, seen.known);
      if (fake !== undefined) fakes.push(fake);
      judgeState(scenario, stateOf(declared, index), { ...request, read }, seen.known, must);
      judgeCalls(request.calls, must);
      judgeUnseen(stateOf(declared, index), request.calls, must);
      judgeSecrets(request.answer, seen.address, must);
    }
    judgeCounts(declared, requests, must);
  }
  judgeBooks(scenario, seen, must);
  return { problems, fakes };
}

/** Operations that are no chat: their answers have no text to compare. */
const WORDLESS = new Set(['embeddings', 'images', 'speech']);

/** What the client understands. */
function readAnswer({ ask = {} }, { body, complete, status }) {
  const { client = 'openai-chat', stream = false } = ask;
  // A file: nothing in it could tell that it is not whole.
  if (client === 'speech' && status === 200)
    return { text: '', calls: [], finished: complete, seems: false, error: undefined, behind: false };
  const text = body.toString();
  return stream && status === 200 ? readStream(client, text) : readWhole(client, text);
}

/** A phase declares one state, or a list of them: the last one holds for all further requests. */
const stateOf = (declared, index) => (Array.isArray(declared) ? (declared[index] ?? declared.at(-1)) : declared);

/**
 * It looks whole: status 200 without an error, ended as HTTP ends, and for a stream any sign of the format's end, or none of anything. It is a fake where
 * no provider has given all of its answer, or where the text is not that of an answer.
 */
function fakeIn({ ask = {} }, { answer: { body, complete, status }, calls, left }, read, known) {
  if (status !== 200 || read.error !== undefined || left !== undefined) return undefined;
  if (!complete && !read.seems) return undefined;
  const finished = calls.some(({ bytes, emitted, end, status: told, usage }) => {
    if (told !== 200 || end === 'broken') return false;
    if (ask.client === 'speech') return bytes === body.length;
    return ask.client === 'images' || (usage !== undefined && emitted === usage.output);
  });
  if (!finished) return `it looks whole, and no provider finished it (${signs(read)})`;
  if (WORDLESS.has(ask.client)) return undefined;
  if (!sameAnswer(read, known))
    return `it looks whole, and is another text than the model's: ${JSON.stringify(read.text)}`;
  return undefined;
}

const signs = ({ finished, seems }) =>
  finished ? 'with all of its end' : seems ? 'with a sign of its end' : 'it just ends';

const sameAnswer = ({ calls, text }, known) =>
  calls.length > 0 || known.calls.length > 0
    ? JSON.stringify(calls.map(parsed)) === JSON.stringify(known.calls.map(parsed))
    : text === known.text;

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function judgeState({ ask = {} }, declared, { answer, calls, left, read }, known, must) {
  if (declared.gone === true) return judgeGone(left, calls, must);
  must(read.unreadable === undefined, `the client can't read ${read.unreadable}`);
  must(!read.behind, 'something comes behind the error');
  must(
    read.text === '' || known.text.startsWith(read.text) || declared.answer === true,
    'the text is of no one answer',
  );
  const { headers, status } = answer;
  if (declared.answer === true) {
    must(status === 200 && answer.complete, `status ${status} for an answer`);
    must(read.error === undefined, `the client reads the error '${read.error}'`);
    must(read.finished, 'it has no good end');
    if (!WORDLESS.has(ask.client))
      must(sameAnswer(read, known), `not the model's answer: ${JSON.stringify(read.text)}`);
  }
  if (declared.refused !== undefined) {
    must([declared.status].flat().includes(status), `status ${status} in place of ${declared.status}`);
    must(answer.complete && (headers['content-type'] ?? '').includes('application/json'), 'no whole error body');
    must(typeof read.error === 'string' && read.error !== '', 'no error in the shape of the format');
    if (declared.retryAfter !== undefined)
      must(
        Math.abs(Number(headers['retry-after']) - declared.retryAfter) <= 1,
        `Retry-After ${headers['retry-after']}`,
      );
  }
  if (declared.broken !== undefined) {
    must(status === 200, `status ${status} for a stream that broke`);
    must(read.error !== undefined && read.error !== '', 'no error in the stream');
    must(!read.seems, 'a sign of a good end in a stream that broke');
    must(declared.silent === true || read.text !== '' || read.calls.length > 0, 'nothing of the answer came');
  }
  if (declared.severed !== undefined)
    must(
      status === 200 && !answer.complete,
      `status ${status}, and the connection ${answer.complete ? 'ended well' : 'broke'}`,
    );
  for (const [name, part] of Object.entries(declared.headers ?? {}))
    must(String(headers[name] ?? '').includes(part), `the header ${name} is ${headers[name]}`);
}

/** The call is closed within 100 ms. Where this loop, which is the gateway's as well, ticked but few times meanwhile, the machine had no time for either. */
function judgeGone(left, calls, must) {
  must(left.early, 'the provider was done before its client left');
  must(
    left.ms <= 100 || left.ticks < 12,
    `the call ran on for ${left.ms.toFixed(0)} ms, ${left.ticks} ticks of the loop`,
  );
  must(calls.length === 1 && calls[0].end === 'cancelled', `the calls ended ${calls.map(({ end }) => end)}`);
}

/** Each provider is sent its own key, and nothing that is the client's or another provider's. */
function judgeCalls(calls, must) {
  for (const { headers, label, path, refusal } of calls) {
    const text = JSON.stringify(headers);
    must(label !== undefined, `a call to ${path}, which nobody was to make`);
    must(text.includes(keyOf(label)), `a call to ${label} without its key`);
    const foreign = text.match(/key-of-(\w+)-/g)?.filter((key) => !keyOf(label).startsWith(key)) ?? [];
    must(foreign.length === 0, `a call to ${label} with ${foreign}`);
    must(!/x-postern|x-from-client/.test(text), `a call to ${label} has headers of the client`);
    must(refusal === undefined, `the provider refuses the request as wrong: ${JSON.stringify(refusal)}`);
  }
}

/** `unseen`: what must not be in any call to a deployment. */
function judgeUnseen({ unseen = {} }, calls, must) {
  for (const { body, headers, label } of calls) {
    const word = unseen[label];
    const text = JSON.stringify([headers, body]);
    must(word === undefined || !text.includes(word), `a call to ${label} has ${word}, which is for another one`);
  }
}

function judgeSecrets({ body, headers }, address, must) {
  const text = JSON.stringify(headers) + body.toString();
  for (const secret of [SECRET, 'key-of-', ...(address === undefined ? [] : [address])])
    must(!text.includes(secret), 'the client reads what it must not');
}

/** `calls` of a state: how many one request makes; `told`: how many of them its headers tell of, where more follow upon these. `asked`: how often each deployment is asked in a phase, as a number or as the bounds `[least, most]`. */
function judgeCounts(declared, requests, must) {
  for (const [index, { answer, calls }] of requests.entries()) {
    const { calls: expected = 1, told: before = calls.length } = stateOf(declared, index);
    if (expected !== 'any') must(calls.length === expected, `${calls.length} calls upstream in place of ${expected}`);
    const told = answer.headers['x-postern-attempts'];
    if (told !== undefined) must(Number(told) === before, `it tells of ${told} attempts, and ${before} had been made`);
  }
  const { asked = {} } = Array.isArray(declared) ? declared[0] : declared;
  for (const [label, bounds] of Object.entries(asked)) {
    const count = requests.flatMap(({ calls }) => calls).filter((call) => call.label === label).length;
    const [least, most] = typeof bounds === 'number' ? [bounds, bounds] : bounds;
    must(count >= least && count <= most, `${label} was asked ${count} times, and not ${least} to ${most}`);
  }
}

/** One settlement for each request, one row for each call, nothing left open, and the tokens that the provider counted. */
function judgeBooks({ counts = true }, { ended, open, phases, rows }, must) {
  const requests = phases.flatMap(({ declared, requests: made }) =>
    made.map((request, index) => ({ ...request, declared: stateOf(declared, index) })),
  );
  const calls = requests.flatMap(({ calls: made }) => made);
  must(ended.length === requests.length, `${ended.length} requests were settled, of ${requests.length}`);
  for (const [index, { declared }] of requests.entries()) {
    const { error, outcome } = ended[index] ?? {};
    must(outcome === outcomeOf(declared), `settled as '${outcome}' and not as '${outcomeOf(declared)}'`);
    const code = declared.refused ?? declared.broken ?? declared.severed;
    if (code !== undefined) must(error?.code === code, `the error ${error?.code} in place of ${code}`);
  }
  must(rows.length === calls.length, `${rows.length} rows for ${calls.length} calls`);
  must(new Set(rows.map(({ attempt }) => attempt)).size === rows.length, 'two rows of one attempt');
  must(
    rows.every(({ request }) => ended.some(({ id }) => id === request)),
    'a row of no request',
  );
  for (const [what, count] of Object.entries(open)) must(count === 0, `${count} ${what} are left open`);
  if (counts && rows.length === calls.length)
    for (const [index, row] of rows.entries()) judgeRow(row, calls[index], must);
}

const outcomeOf = ({ answer, gone }) => (answer === true ? 'ok' : gone === true ? 'cancelled' : 'fault');

/** The provider's count: exactly where it told all of it; what it had sent when it broke is estimated, and within twice and half of what it counted. */
function judgeRow({ estimated, outcome, usage }, { emitted, label, usage: counted }, must) {
  const told = `the ledger has ${usage?.input}/${usage?.output} tokens of ${label}`;
  if (outcome === 'ok') {
    const same = usage?.output === counted?.output && usage?.input === counted?.input;
    must(same, `${told}, which counted ${counted?.input}/${counted?.output}`);
    must(estimated !== true, `the ledger guesses what ${label} has told`);
    return;
  }
  if (emitted === 0 || usage === undefined) return;
  must(near(usage.output, emitted), `${told}, which sent ${emitted}`);
  must(usage.input >= counted.input / 2, `${told}, which read ${counted.input}`);
}

const near = (estimated = 0, counted) => estimated >= counted / 2 && estimated <= counted * 2;
