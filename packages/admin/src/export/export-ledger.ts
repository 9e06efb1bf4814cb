import type { AttemptRecord, Call, Ledger, LedgerFilter } from '@postern/core';
import { ATTEMPT_COLUMNS } from './attempt-row.ts';
import { csvLine } from './csv.ts';
import { FOCUS_COLUMNS, type FocusAccount } from './focus.ts';

/** `csv`: a line an attempt, with a header; `jsonl`: attempts as the ledger has them, a line each; `focus`: FOCUS 1.0 as CSV. */
export const EXPORT_FORMATS = ['csv', 'jsonl', 'focus'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What is exported, and how. */
export interface ExportOptions {
  readonly format: ExportFormat;
  /** Default: everything. */
  readonly filter?: LedgerFilter;
  /** For `focus`: who pays. */
  readonly account?: FocusAccount;
  /** Default: the real time. */
  readonly clock?: { now(): number };
  /** How long the store may take for a page. Milliseconds; default 30,000. */
  readonly timeout?: number;
}

/** Content types of exports. */
export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/jsonl; charset=utf-8',
  focus: 'text/csv; charset=utf-8; header=present',
};

const TIMEOUT = 30_000;

/**
 * The ledger as text, page by page: it is read as fast as it is taken, and never held whole. Each piece is whole lines. Throws what the ledger rejects with.
 */
export async function* exportLedger(ledger: Ledger, options: ExportOptions): AsyncGenerator<string, void, undefined> {
  const { filter = {}, clock = Date, timeout = TIMEOUT } = options;
  const { header, line } = writer(options);
  if (header !== '') yield header;
  for (let cursor: string | undefined; ; ) {
    const now = clock.now();
    const call: Call = { now, deadline: now + timeout };
    const page: Awaited<ReturnType<Ledger['list']>> = await ledger.list(filter, cursor, call);
    if (page.items.length > 0) yield page.items.map(line).join('');
    cursor = page.next;
    if (cursor === undefined) return;
  }
}

interface Writer {
  readonly header: string;
  readonly line: (record: AttemptRecord) => string;
}

function writer({ format, account = {} }: ExportOptions): Writer {
  if (format === 'jsonl') return { header: '', line: (record) => `${JSON.stringify(record)}\n` };
  const columns = format === 'focus' ? FOCUS_COLUMNS : ATTEMPT_COLUMNS;
  return {
    header: csvLine(columns.map(([name]) => name)),
    line: (record) => csvLine(columns.map(([, of]) => of(record, account))),
  };
}
