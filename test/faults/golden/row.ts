import type { FaultKind, WireFormat } from '@postern/core';

/** A refused call: its status, its body (data or the very text), what it means, the headers that it came with, the seconds it asks to wait. */
export type Row = readonly [
  status: number,
  body: unknown,
  kind: FaultKind,
  headers?: Readonly<Record<string, string>>,
  retryAfter?: number,
];

/** Refusals of one provider, written after its documentation: the words are what matters in them, not their letters. */
export interface Vendor {
  readonly vendor: string;
  readonly format: WireFormat;
  readonly source: string;
  readonly rows: readonly Row[];
}
