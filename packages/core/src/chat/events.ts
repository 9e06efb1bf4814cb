import type { Fault } from './fault.ts';
import type { Annotation, Part } from './parts.ts';
import type { StopReason, TokenLogprob } from './reply.ts';
import type { Usage } from './usage.ts';

/**
 * A stream in the canonical model. Order: one `reply-start`; then for each part `part-start` · deltas · `part-end`
 * (parts of one choice may interleave, told apart by `part`); `choice-end` for each choice; at most one `usage` that counts
 * (the last wins); one `reply-end`. A `fault` ends the stream instead of `reply-end`. `part` indexes the parts of a choice from 0.
 */
export type ChatEvent =
  | {
      type: 'reply-start';
      id?: string;
      model?: string;
      created?: number;
      serviceTier?: string;
      systemFingerprint?: string;
      usage?: Usage;
      native?: Record<string, Record<string, unknown>>;
    }
  /** `value` is the part as known at its start: text '' and input '' are filled by deltas. */
  | { type: 'part-start'; choice: number; part: number; value: Part }
  | { type: 'text-delta'; choice: number; part: number; text: string; logprobs?: TokenLogprob[] }
  | { type: 'reasoning-delta'; choice: number; part: number; text: string }
  | { type: 'refusal-delta'; choice: number; part: number; text: string; logprobs?: TokenLogprob[] }
  /** A piece of the JSON text of a tool call's input (client's or provider's tool, by the part's type). */
  | { type: 'tool-input-delta'; choice: number; part: number; text: string }
  /** A piece of base64 of an audio or image part; `transcript` is a piece of the words. */
  | { type: 'media-delta'; choice: number; part: number; data?: string; transcript?: string }
  | { type: 'annotation'; choice: number; part: number; value: Annotation }
  /** An event that only its own format understands; other encoders report it as dropped. */
  | { type: 'native'; format: string; name: string; value: unknown }
  /** `signature`, `encrypted`, `id` … that are known only at the end are given here and complete the part. */
  | {
      type: 'part-end';
      choice: number;
      part: number;
      complete?: {
        signature?: string;
        encrypted?: string;
        id?: string;
        expiresAt?: number;
        native?: Record<string, Record<string, unknown>>;
      };
    }
  | {
      type: 'choice-end';
      choice: number;
      stopReason: StopReason;
      stopSequence?: string;
      nativeStopReason?: string;
      native?: Record<string, Record<string, unknown>>;
    }
  | { type: 'usage'; usage: Usage }
  | { type: 'fault'; fault: Fault }
  | { type: 'reply-end'; serviceTier?: string; native?: Record<string, Record<string, unknown>> };
