import type { ChatEvent } from '../../chat/events.ts';
import type { Json } from '../shared/read.ts';

/** Events of one part. */
export type PartEvent = Extract<ChatEvent, { part: number }>;

/** One event of the stream, numbered. */
export type Emit = (type: string, fields: Json) => string;

/** Where an item stands in the output. */
export interface Place {
  readonly id: string;
  readonly emit: Emit;
  /** The next index of the output; asked once, when the item is opened. */
  take(): number;
  /** The item is done. */
  done(index: number, item: Json): void;
}

/** Writes the events of one item of the output. */
export interface ItemWriter {
  /** Nothing more is to come. */
  readonly done: boolean;
  write(event: PartEvent): string;
  /** Ends what is still open. */
  close(status: 'completed' | 'incomplete'): string;
}
