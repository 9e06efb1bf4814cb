import { bodyWrites } from './faults/body.ts';
import { withFrameFaults } from './faults/frames.ts';
import { filled, filledAndPacked } from './faults/huge.ts';
import type { FaultName } from './faults/names.ts';
import type { Saying } from './formats/format.ts';
import type { Inquiry } from './inquiry.ts';
import type { Script } from './script/parse.ts';
import { profileOf } from './wire/profile.ts';
import type { SimResponse } from './wire/response.ts';
import { bodySteps, keptOpen, streamSteps } from './wire/steps.ts';

/** What the model says as bytes, with the faults that bytes can have. */
export function writeAnswer(saying: Saying, inquiry: Inquiry, script: Script): SimResponse {
  const response = saying.ask.stream ? writeStream(saying, inquiry, script) : writeBody(saying, inquiry, script);
  const late = script.faults.has('late-headers') ? inquiry.settings.sizes.lateHeaders : 0;
  const headers = {
    ...inquiry.route.format.headers(inquiry.nonce),
    ...response.headers,
    ...headerFaults(script.faults),
  };
  return { ...response, headers, headersAfter: response.headersAfter + late };
}

function headerFaults(faults: ReadonlySet<FaultName>): Record<string, string> {
  const wrongType = faults.has('wrong-content-type') ? { 'content-type': 'text/plain; charset=utf-8' } : {};
  return faults.has('bomb') || faults.has('bad-gzip') ? { ...wrongType, 'content-encoding': 'gzip' } : wrongType;
}

function writeStream(saying: Saying, { route, received, settings }: Inquiry, script: Script): SimResponse {
  const framing = route.format.framing(received, script.faults.has('crlf'));
  const stream = withFrameFaults(
    { frames: route.format.frames(saying), ending: 'end' },
    script.faults,
    route.format,
    settings.sizes,
  );
  const profile = profileOf(settings.profile, script);
  const base = {
    status: 200,
    headers: { 'content-type': framing.contentType, 'cache-control': 'no-cache' },
    headersAfter: 0,
    ending: stream.ending,
  };
  const text = () =>
    Buffer.concat(
      [...stream.frames.map((frame, index) => framing.frame(frame, index)), framing.end(stream.frames.length)].map(
        (piece) => Buffer.from(piece as string),
      ),
    );
  const steps = streamSteps(stream.frames, framing, profile, stream.ending === 'end');
  return (
    hugeSteps(base, text, script.faults, settings.sizes) ?? {
      ...base,
      steps: script.faults.has('stays-open') ? keptOpen(steps, settings.sizes.staysOpen) : steps,
    }
  );
}

function writeBody(saying: Saying, { route, settings }: Inquiry, script: Script): SimResponse {
  const { format, operation } = route;
  const body = operation === 'chat' ? format.body(saying) : format.other(operation, saying, settings.models ?? ['sim']);
  const tokens = saying.answers.flatMap((answer) => answer.parts).reduce((sum, part) => sum + part.tokens.length, 0);
  const profile = profileOf(settings.profile, script);
  const gap = script.faults.has('trickle') ? settings.sizes.trickle : profile.gap;
  // Nothing of an answer that is not streamed goes out before all of it is generated.
  const headersAfter = profile.first + gap * tokens + (script.faults.has('slow') ? settings.sizes.slow : 0);
  const base = { status: 200, headers: { 'content-type': format.contentType }, headersAfter, ending: 'end' as const };
  const text = JSON.stringify(body);
  const huge = hugeSteps(base, () => Buffer.from(text), script.faults, settings.sizes);
  if (huge !== undefined) return huge;
  const writes = bodyWrites(
    text,
    tokens,
    (bytes) => bodySteps(bytes, tokens, profile.split),
    script.faults,
    settings.sizes,
  );
  const length: Record<string, string> =
    writes.promised === undefined ? {} : { 'content-length': String(writes.promised) };
  return { ...base, headers: { ...base.headers, ...length }, steps: writes.steps, ending: writes.ending };
}

function hugeSteps(
  base: Omit<SimResponse, 'steps'>,
  text: () => Buffer,
  faults: ReadonlySet<FaultName>,
  sizes: Inquiry['settings']['sizes'],
): SimResponse | undefined {
  if (faults.has('bomb')) return { ...base, steps: filledAndPacked(text(), sizes.bomb) };
  return faults.has('bigline') ? { ...base, steps: filled(text(), sizes.bigLine) } : undefined;
}
