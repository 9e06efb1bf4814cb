import type { Usage } from '../../chat/usage.ts';
import { weightOf } from '../../chat/weight.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Meter, Metered } from '../adapter.ts';
import { given, type Json, text } from '../shared/read.ts';
import { frameObject } from './decoder.ts';
import { errorIn, faultOf } from './fault.ts';
import { mediaUsage } from './media-usage.ts';
import { errorFrame } from './server-fault.ts';

const NOTHING: Metered = Object.freeze({});

/** What an event tells, by its type: that something of the answer is there, or that it was the last. */
interface EventRow {
  readonly last?: true;
  /** Class of the tokens that were made. */
  readonly made: 'outputImage' | 'outputAudio' | 'output';
}

/**
 * The events of streamed images and audio.
 * Sources: https://platform.openai.com/docs/api-reference/images-streaming, https://platform.openai.com/docs/api-reference/audio/speech-audio-delta-event,
 * https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event
 */
const EVENTS: ReadonlyMap<string, EventRow> = new Map<string, EventRow>([
  ['image_generation.partial_image', { made: 'outputImage' }],
  ['image_generation.completed', { made: 'outputImage', last: true }],
  ['image_edit.partial_image', { made: 'outputImage' }],
  ['image_edit.completed', { made: 'outputImage', last: true }],
  ['speech.audio.delta', { made: 'outputAudio' }],
  ['speech.audio.done', { made: 'outputAudio', last: true }],
  ['transcript.text.delta', { made: 'output' }],
  ['transcript.text.segment', { made: 'output' }],
  ['transcript.text.done', { made: 'output', last: true }],
]);

/** Meters a passing stream of images, speech or transcript; the usage stands in its last event. */
export class MediaMeter implements Meter {
  /** Of streams that tell none. */
  readonly #usage: Usage | undefined;
  #images = 0;

  constructor(usage: Usage | undefined) {
    this.#usage = usage;
  }

  /** A whole answer is read by the operation itself. */
  body(): { usage?: Usage } {
    return {};
  }

  push(frame: Frame): Metered {
    const data = frame.data?.trim();
    if (data === undefined || data === '') return NOTHING;
    if (data === '[DONE]') return { terminal: true, last: true };
    const event = frameObject(data);
    if (errorIn(event) || event['type'] === 'error') return { fault: faultOf(event, undefined) };
    const row = EVENTS.get(text(event['type']) ?? '');
    return row === undefined ? NOTHING : this.#told(event, row);
  }

  /** A stream of media is never cut short by the gateway. */
  stop(): string {
    return '';
  }

  fail(error: GatewayError): string {
    return errorFrame(error);
  }

  /** Several images of one request end one by one, so their end is the connection's. */
  #told(event: Json, { last, made }: EventRow): Metered {
    const content = weightOf(text(event['delta']) ?? '');
    const usage = last === true ? this.#used(event, made) : undefined;
    return {
      ...(content > 0 ? { content } : { spoke: true as const }),
      ...(last === true ? { terminal: true as const } : {}),
      ...given('usage', usage),
    };
  }

  #used(event: Json, made: EventRow['made']): Usage | undefined {
    const told = mediaUsage(event['usage'], made) ?? this.#usage;
    if (made !== 'outputImage') return told;
    this.#images++;
    return { ...told, outputImages: this.#images };
  }
}
