import type { AnswerView, ErrorView, RequestView, StopView } from '../neutral.ts';
import type { Json } from './json.ts';

/** What a wire format's bytes say. All of it throws on bytes that the format does not allow. */
export interface Reader {
  /** A request's body. */
  request(body: unknown): RequestView;
  /** A whole answer's body. */
  answer(body: unknown): AnswerView;
  /**
   * Judges a stream from its first byte to its last, strictly in the format's order of events, and gives the whole answer that a client of
   * the format makes of it. `usage`: was usage asked for? (formats where that is an option)
   */
  stream(bytes: string, options: { readonly usage: boolean }): Json;
  error(body: unknown): ErrorView;
  /** The in-band error that a broken stream ends with: nothing that looks like a good end stands before or after it. */
  brokenStream(bytes: string): ErrorView;
  /** The format's own word for each end. */
  readonly stops: Readonly<Record<StopView, string>>;
  /** Where a provider of this format can't tell an end from another. */
  readonly tells: (stop: StopView) => StopView;
  /** The format's own words for the tiers that answers name. */
  readonly tiers: Readonly<Record<'default' | 'priority', string>>;
  /** Classes of usage that the format has a place for. */
  readonly usageClasses: readonly ('cacheRead' | 'cacheWrite' | 'thinking')[];
}
