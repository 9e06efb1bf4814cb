import type { WebSocket } from 'ws';
import { asObject, asText } from '../kit/json.ts';

type Json = Record<string, unknown>;

/** Bytes of audio in one event, before base64. */
const PIECE = 24_000;

/**
 * One session: answers the client's events. Words of the model's name: `cut` breaks the connection in the middle of a response, `hold` ends none before
 * it is cancelled, `huge` answers with one message of 17 MiB, `flood` with 64 MiB of audio, `restart` and `close-4000` close with that code, `fail` lets
 * the response fail.
 * Source: https://platform.openai.com/docs/api-reference/realtime-client-events and realtime-server-events
 */
export function playSession(socket: WebSocket, model: string): (event: Json, type: string) => void {
  let events = 0;
  let responses = 0;
  let session: Json = {
    type: 'realtime',
    object: 'realtime.session',
    id: 'sess_sim',
    model,
    output_modalities: ['audio'],
    audio: { input: { transcription: null, turn_detection: { type: 'server_vad' } }, output: { voice: 'marin' } },
  };
  const send = (type: string, fields: Json): void => {
    events += 1;
    socket.send(JSON.stringify({ type, event_id: `event_${events}`, ...fields }));
  };
  const fail = (code: string, message: string, about: unknown): void =>
    send('error', {
      error: { type: 'invalid_request_error', code, message, param: null, event_id: asText(about) ?? null },
    });

  const done = (id: string, status: string, more: Json = {}): void =>
    send('response.done', {
      response: { id, object: 'realtime.response', status, status_details: null, output: [], usage: USAGE, ...more },
    });

  const respond = (): void => {
    responses += 1;
    const id = `resp_${responses}`;
    send('response.created', { response: { id, object: 'realtime.response', status: 'in_progress', output: [] } });
    if (!breaks(socket, model)) answerTo(id);
  };

  const answerTo = (id: string): void => {
    if (model.includes('fail')) {
      const error = {
        type: 'server_error',
        code: 'server_error',
        message: 'Failed for org-abc123def4567 at 10.1.2.3.',
      };
      done(id, 'failed', { status_details: { type: 'failed', error } });
      return;
    }
    const pieces = model.includes('flood') ? 2048 : 2;
    for (let index = 0; index < pieces; index++)
      send('response.output_audio.delta', { response_id: id, item_id: 'item_1', delta: audio(index) });
    if (!model.includes('hold')) done(id, 'completed');
  };

  const answers: Record<string, (event: Json) => void> = {
    'session.update': (event) => {
      const change = asObject(event.session) ?? {};
      if (change.model !== undefined && change.model !== model) {
        fail('invalid_value', 'The model of a session can not be changed.', event.event_id);
        return;
      }
      session = { ...session, ...change };
      send('session.updated', { session });
    },
    'input_audio_buffer.append': () => undefined,
    'input_audio_buffer.commit': () => {
      send('input_audio_buffer.committed', { item_id: 'item_0', previous_item_id: null });
      if (transcribes(session))
        send('conversation.item.input_audio_transcription.completed', {
          item_id: 'item_0',
          content_index: 0,
          transcript: 'hello',
          usage: {
            type: 'tokens',
            total_tokens: 22,
            input_tokens: 14,
            input_token_details: { text_tokens: 0, audio_tokens: 14 },
            output_tokens: 8,
          },
        });
    },
    'conversation.item.create': (event) => {
      send('conversation.item.added', { item: event.item, previous_item_id: null });
      send('conversation.item.done', { item: event.item, previous_item_id: null });
    },
    'response.create': respond,
    'response.cancel': () => done(`resp_${responses}`, 'cancelled'),
  };

  send('session.created', { session });
  return (event, type) => {
    const answer = Object.hasOwn(answers, type) ? answers[type] : undefined;
    if (answer === undefined) fail('invalid_value', `Unknown event ${type}.`, event.event_id);
    else answer(event);
  };
}

/** Does the script end the session, or say too much, in place of an answer? */
function breaks(socket: WebSocket, model: string): boolean {
  const code = /-close-(\d{4})/.exec(model)?.[1];
  if (model.includes('cut')) socket.terminate();
  else if (model.includes('restart')) socket.close(1012, 'service restart');
  else if (code !== undefined) socket.close(Number(code), 'as the script says');
  else if (model.includes('huge')) socket.send('x'.repeat(17 * 1024 * 1024));
  else return false;
  return true;
}

/** Source: https://platform.openai.com/docs/guides/realtime-costs; the numbers are this script's own. */
const USAGE = {
  total_tokens: 253,
  input_tokens: 132,
  output_tokens: 121,
  input_token_details: {
    text_tokens: 119,
    audio_tokens: 13,
    image_tokens: 0,
    cached_tokens: 64,
    cached_tokens_details: { text_tokens: 60, audio_tokens: 4, image_tokens: 0 },
  },
  output_token_details: { text_tokens: 30, audio_tokens: 91 },
};

const audio = (seed: number): string => Buffer.alloc(PIECE, seed % 251).toString('base64');

function transcribes(session: Json): boolean {
  const input = asObject(asObject(session.audio)?.input);
  return asObject(input?.transcription) !== undefined;
}
