import type { Part } from './parts.ts';
import type { Usage } from './usage.ts';

/**
 * Why a choice ended, derived from what happened: `tool-calls` whenever the choice holds a tool call for the client
 * and was not cut. `stop-sequence` carries the sequence in the choice; `pause` is Anthropic's pause_turn (server tools).
 */
export type StopReason =
  | 'stop'
  | 'stop-sequence'
  | 'length'
  | 'tool-calls'
  | 'content-filter'
  | 'refusal'
  | 'pause'
  | 'context-window'
  | 'other';

/** One of OpenAI's logprob entries, kept as it is on the wire (the only format with a full form of its own; Gemini's maps onto it). */
export interface TokenLogprob {
  token: string;
  logprob: number;
  bytes: number[] | null;
  top_logprobs: { token: string; logprob: number; bytes: number[] | null }[];
}

export interface Choice {
  content: Part[];
  stopReason: StopReason;
  stopSequence?: string;
  /** The provider's own word for the reason where ours is coarser; shown to clients of the same format. */
  nativeStopReason?: string;
  logprobs?: { content?: TokenLogprob[]; refusal?: TokenLogprob[] };
  native?: Record<string, Record<string, unknown>>;
}

/** A complete answer in the canonical model. */
export interface ChatReply {
  /** The provider's id of the answer. */
  id?: string;
  /** The model that the provider says answered. */
  model?: string;
  /** Unix seconds. */
  created?: number;
  choices: Choice[];
  usage?: Usage;
  serviceTier?: string;
  systemFingerprint?: string;
  /** Fields that the model has no name for, by wire format. */
  native?: Record<string, Record<string, unknown>>;
}
