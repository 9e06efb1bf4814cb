import { RequestError } from '../../kit/errors.ts';
import type { Body } from '../../transport/body.ts';
import type { OperationSide, Target, UpstreamCall } from '../adapter.ts';
import { speechBy } from '../openai-chat/speech.ts';
import { Asked, inexpressible, mediaCall } from './media-call.ts';

/**
 * The model is one of its engines (`standard`, `neural`, `long-form`, `generative`), the voice one of its ids. Of the client's formats it has MP3 alone:
 * its samples come at 8 or 16 kHz. Source: https://docs.aws.amazon.com/polly/latest/dg/API_SynthesizeSpeech.html
 */
function render(body: Body, target: Target): UpstreamCall {
  const asked = new Asked(body);
  const input = asked.text('input') ?? '';
  const voice = asked.voice();
  if (voice === undefined)
    throw new RequestError('invalid_request', "'voice' must be the id of a voice.", { param: 'voice' });
  const format = asked.text('response_format') ?? 'mp3';
  if (format !== 'mp3') throw inexpressible('response_format', format, ['mp3']);
  return mediaCall(target, '/speech', {
    json: {
      ...asked.options(target.provider),
      Engine: target.model,
      OutputFormat: 'mp3',
      Text: input,
      VoiceId: voice,
    },
    headers: { accept: '*/*' },
    stream: true,
    dropped: asked.dropped,
    memo: { characters: [...input].length },
  });
}

/** Amazon Polly: text spoken. */
export const POLLY = {
  speech: speechBy(render),
} as const satisfies Readonly<Record<string, OperationSide>>;
