import type { FrameReader } from '../../transport/frame.ts';

/** What is kept of a chat until it is settled; see KeptText, which is one. */
export interface Kept {
  readonly model: string;
  readonly share: number;
  whole: object | undefined;
  of(reader: FrameReader): FrameReader;
  prompt(): string;
  answer(): string;
}
