import type { ChatFormat } from '../kit/formats.ts';
import { COHERE_LOSSES } from './losses/cohere.ts';
import { type Losses, REQUEST_LOSSES } from './losses/requests.ts';
import { SETTING_LOSSES } from './losses/settings.ts';
import { TOOL_LOSSES } from './losses/tools.ts';
import type { RequestView } from './neutral.ts';
import type { Told } from './row.ts';

/** What of a conversation a pair can't express, and what becomes of it. */
export interface Inexpressible {
  /** The names in `x-postern-dropped`, all of them; with `strict` the request is refused. */
  readonly dropped?: readonly string[];
  /** Further names when the answer is whole: of a stream the head is sent before its content is known. */
  readonly droppedFromAnswer?: readonly string[];
  /** The entries of `x-postern-inserted`, all of them. */
  readonly inserted?: readonly string[];
  /** What the provider hears instead of the row's; undefined: nothing. */
  readonly request?: { readonly [Member in keyof RequestView]?: RequestView[Member] | undefined };
  /** What the client is told instead. */
  readonly answer?: { readonly [Member in keyof Told]?: Told[Member] | undefined };
  /** Postern refuses the request, at this field, and calls nobody. */
  readonly refused?: { readonly param: string };
}

/** Reviewed by hand: each entry is a limit of the target's API, not of Postern. Pairs that are not here express everything. */
const LOSSES: Losses = joined([REQUEST_LOSSES, TOOL_LOSSES, SETTING_LOSSES, COHERE_LOSSES]);

/** Several tables may have entries for one row. */
function joined(tables: readonly Losses[]): Losses {
  const all: Record<string, Losses[string]> = {};
  for (const [row, entry] of tables.flatMap((table) => Object.entries(table))) all[row] = { ...all[row], ...entry };
  return all;
}

/** The rows that have entries, so that a test can tell that none is about a row that is gone. */
export const LOSSY_ROWS: readonly string[] = Object.keys(LOSSES);

const NOTHING: Inexpressible = {};

/** What the pair can't express of the row of this name. Within one format everything passes. */
export function inexpressible(row: string, client: ChatFormat, provider: ChatFormat): Inexpressible {
  const entry = LOSSES[row];
  const exact = entry?.[`${client} > ${provider}`];
  return exact ?? (client === provider ? NOTHING : (entry?.[provider] ?? NOTHING));
}
