import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import type { OperationResult, UpstreamCall } from '../adapter.ts';
import type { TranscriptMemo } from '../openai-chat/transcripts.ts';
import { given, type Json } from '../shared/read.ts';

/** A word, or a stretch of speech, with its times in seconds. */
export interface Spoken {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What a provider understood, whatever its form. */
export interface Transcript {
  readonly text: string;
  readonly language?: string;
  /** Seconds. */
  readonly duration?: number;
  readonly words: readonly Spoken[];
}

/** Longest line of a subtitle, in characters and seconds. */
const MAX_CUE = { characters: 80, seconds: 6 };

/**
 * A transcript in the form that the client asked for.
 * Sources: https://platform.openai.com/docs/api-reference/audio/verbose-json-object, https://www.w3.org/TR/webvtt1/, SRT as OpenAI writes it
 */
export function transcriptResult(transcript: Transcript, format: string): OperationResult {
  const usage: Usage | undefined =
    transcript.duration === undefined ? undefined : { inputSeconds: transcript.duration };
  return { ...written(transcript, format), ...given('usage', usage) };
}

/** The answer to a client whose call this is; undefined in place of its text: the provider understood nothing that it tells. */
export function heard(
  transcript: Omit<Transcript, 'text'> & { readonly text: string | undefined },
  { memo }: UpstreamCall,
): OperationResult | Fault {
  const { text } = transcript;
  if (text === undefined) return { kind: 'invalid-response', message: 'The provider answered without a transcript.' };
  return transcriptResult({ ...transcript, text }, (memo as TranscriptMemo).format);
}

function written(transcript: Transcript, format: string): OperationResult {
  const { text, words } = transcript;
  if (format === 'text') return { body: `${text}\n`, type: 'text/plain; charset=utf-8' };
  if (format === 'srt') return { body: srt(cuesOf(words)), type: 'text/plain; charset=utf-8' };
  if (format === 'vtt') return { body: vtt(cuesOf(words)), type: 'text/vtt; charset=utf-8' };
  return { body: format === 'verbose_json' ? verbose(transcript) : { text } };
}

function verbose({ text, language, duration, words }: Transcript): Json {
  const segments = cuesOf(words).map((cue, id) => ({ id, seek: 0, ...cue }));
  return {
    task: 'transcribe',
    language: language ?? 'unknown',
    duration: duration ?? words.at(-1)?.end ?? 0,
    text,
    words: words.map(({ text: word, start, end }) => ({ word, start, end })),
    segments,
  };
}

/** Words as lines: up to the end of a sentence, or as much as can be read at once. */
function cuesOf(words: readonly Spoken[]): Spoken[] {
  const cues: Spoken[] = [];
  let open: Spoken | undefined;
  for (const word of words) {
    open = open === undefined ? word : { text: `${open.text} ${word.text}`, start: open.start, end: word.end };
    const long = open.text.length >= MAX_CUE.characters || open.end - open.start >= MAX_CUE.seconds;
    if (!long && !/[.!?。！？]$/.test(word.text)) continue;
    cues.push(open);
    open = undefined;
  }
  return open === undefined ? cues : [...cues, open];
}

const srt = (cues: readonly Spoken[]): string =>
  cues.map((cue, at) => `${at + 1}\n${clock(cue.start, ',')} --> ${clock(cue.end, ',')}\n${cue.text}\n\n`).join('');
const vtt = (cues: readonly Spoken[]): string =>
  `WEBVTT\n\n${cues.map((cue) => `${clock(cue.start, '.')} --> ${clock(cue.end, '.')}\n${cue.text}\n\n`).join('')}`;

/** `00:01:02,345` */
function clock(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1000);
  const part = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  return `${part(ms / 3_600_000, 2)}:${part((ms / 60_000) % 60, 2)}:${part((ms / 1000) % 60, 2)}${point}${part(ms % 1000, 3)}`;
}
