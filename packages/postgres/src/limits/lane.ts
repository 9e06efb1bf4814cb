import type { Call, Granted, Refused } from '@postern/core';
import { DatabaseError } from 'pg';
import type { Connections } from '../connections.ts';
import { budgetOf, Late, passed, type Span, spanOf, within } from '../deadline.ts';
import { numberOf } from '../numbers.ts';
import { Batch, type Outcome, type Work } from './batch.ts';
import { KnownRows } from './known-rows.ts';
import { type FoundRow, NO_SCOPE, reservationRowOf, scopeRowOf, scopesOf } from './rows.ts';

/** Calls that go together at the most. */
const TOGETHER = 128;
/** One batch of so many looks for what can be forgotten. */
const TIDY_EVERY = 64;
/** Reservations past their time that are ended at once. */
const DUE_AT_ONCE = 100;
/** Something was changed meanwhile: a serialization failure, a deadlock, an id that is there. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const CONFLICTS: ReadonlySet<string | undefined> = new Set(['40001', '40P01', '23505']);
/** A statement that was ended for its time. */
const TOO_LATE = '57014';

/** A call that waits. */
interface Job extends Work {
  readonly budget: number;
  readonly span: Span;
  resolve(answer: Granted | Refused): void;
  reject(error: unknown): void;
}

/** What a caller asks for. */
export type Asked = Pick<Job, 'id' | 'raw' | 'scopes' | 'rawScopes' | 'run'>;

/**
 * The calls of one process, one batch after another: those that come while a batch is under way go together in the next one, in their order. A batch is
 * worked out here and written in one statement, if nothing that it rests on was changed by another process; else it is worked out anew.
 */
export class Lane {
  readonly #connections: Connections;
  readonly #schema: string;
  readonly #known = new KnownRows();
  #queue: Job[] = [];
  #isBusy = false;
  #batches = 0;

  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    this.#schema = schema;
  }

  async run(asked: Asked, call: Call): Promise<Granted | Refused> {
    const budget = budgetOf(call);
    return within(budget, () => {
      const answer = new Promise<Granted | Refused>((resolve, reject) => {
        this.#queue.push({ ...asked, now: call.now, budget, span: spanOf(budget), resolve, reject });
      });
      if (!this.#isBusy) void this.#work();
      return answer;
    });
  }

  /** Ends everything that is past its time, a bounded number in each statement, and forgets what is of no use any more. */
  async expireDue(call: Call): Promise<void> {
    const budget = budgetOf(call);
    await this.#endDue(call.now, budget, spanOf(budget));
    await this.#connections.rows({ text: `SELECT ${this.#schema}.tidy($1)`, values: [call.now] }, call);
  }

  async #endDue(now: number, budget: number, span: Span): Promise<void> {
    for (;;) {
      const due = await this.#load([], [], now, budget, span);
      if (due.length === 0) return;
      const batch = new Batch(this.#known, false);
      batch.expire(due, now);
      await this.#write(batch, false, budget, span);
    }
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    // What is asked for in the same turn goes together.
    await undefined;
    while (this.#queue.length > 0) {
      await this.#carryOut(this.#queue.splice(0, TOGETHER));
      this.#known.trim();
    }
    this.#isBusy = false;
  }

  /** Until each of them has an answer, or its time has passed. */
  async #carryOut(all: readonly Job[]): Promise<void> {
    const looked = new Set<string>();
    let jobs = all;
    for (;;) {
      jobs = inTime(jobs);
      if (jobs.length === 0) return;
      try {
        const outcomes = await this.#try(jobs, looked);
        if (outcomes === undefined) continue;
        for (const [index, job] of jobs.entries()) tell(job, outcomes[index]);
        return;
      } catch (error) {
        // What was written is not known. After a lost connection it may even be another server, which never had what is known here.
        this.#known.clear();
        looked.clear();
        if (error instanceof Late || codeOf(error) === TOO_LATE) continue;
        for (const job of jobs) job.reject(error);
        return;
      }
    }
  }

  /** The outcomes; undefined: it has to be worked out anew. @param looked ids that were looked for, known or not */
  async #try(jobs: readonly Job[], looked: Set<string>): Promise<readonly Outcome[] | undefined> {
    const budget = Math.max(...jobs.map((job) => job.budget));
    const span = spanOf(Math.min(...jobs.map((job) => job.span.left())));
    const scopes = jobs.flatMap((job) => job.scopes).filter((scope) => !this.#known.scopes.has(scope));
    const ids = jobs.filter((job) => this.#isUnknown(job, looked)).map(({ id }) => id);
    if (ids.length + scopes.length > 0) await this.#load(ids, scopes, NEVER, budget, span);
    for (const id of ids) looked.add(id);
    const batch = new Batch(this.#known);
    const outcomes = await batch.run(jobs);
    // Refused, and perhaps open already: then it counts once.
    const refused = jobs.filter(({ id }, index) => !looked.has(id) && isRefused(outcomes[index]));
    if (refused.length > 0) {
      await this.#load(
        refused.map(({ id }) => id),
        [],
        NEVER,
        budget,
        span,
      );
      for (const { id } of refused) looked.add(id);
      return undefined;
    }
    this.#batches += 1;
    const verdict = await this.#write(batch, this.#batches % TIDY_EVERY === 0, budget, span);
    // What was looked for may be another one by now.
    if (verdict !== 'done') looked.clear();
    if (verdict === 'due') await this.#endDue(Math.max(...jobs.map(({ now }) => now)), budget, span);
    return verdict === 'done' ? outcomes : undefined;
  }

  /** Does its reservation have to be read? Of what is admitted it is not there most of the time. */
  #isUnknown({ id, scopes }: Job, looked: ReadonlySet<string>): boolean {
    const known = this.#known.reservations.get(id);
    if (known !== undefined) return scopesOf(known.kept.reservation).some((scope) => !this.#known.scopes.has(scope));
    return !looked.has(id) && (scopes.length === 0 || scopes.some((scope) => !this.#known.scopes.has(scope)));
  }

  /** Reads scopes, and reservations with their scopes; of those past their time, their ids. */
  async #load(
    ids: readonly string[],
    scopes: readonly string[],
    now: number,
    budget: number,
    span: Span,
  ): Promise<readonly string[]> {
    const [counter, reservation] = [`${this.#schema}.counter`, `${this.#schema}.reservation`];
    const text = `WITH found AS MATERIALIZED (
        SELECT id, version, state, kept, scopes FROM ${reservation} WHERE id = ANY ($1::text[])
        UNION ALL
        (SELECT id, version, state, kept, scopes FROM ${reservation} WHERE state = 'open' AND expires <= $3 ORDER BY expires LIMIT ${DUE_AT_ONCE})
      )
      SELECT id AS key, version, state, kept FROM found
      UNION ALL
      SELECT scope, version, NULL, counters FROM ${counter} WHERE scope = ANY (ARRAY(SELECT unnest($2::text[]) UNION SELECT unnest(scopes) FROM found))`;
    const statement = { name: 'load-limits', text, values: [ids, scopes, now] };
    this.#known.forget(scopes, ids);
    const rows = await this.#connections.rows<FoundRow & Record<string, unknown>>(statement, callOf(budget), span);
    for (const scope of scopes) this.#known.scopes.set(scope, NO_SCOPE);
    for (const row of rows) {
      if (row.state === null) this.#known.scopes.set(row.key, scopeRowOf(row));
      else this.#known.reservations.set(row.key, reservationRowOf(row));
    }
    return rows.filter(({ state }) => state !== null).map(({ key }) => key);
  }

  async #write(batch: Batch, tidy: boolean, budget: number, span: Span): Promise<'done' | 'due' | 'conflict'> {
    const written = batch.written(this.#schema, tidy);
    if (written === undefined) return 'done';
    try {
      const [row] = await this.#connections.rows<{ version: string }>(written.statement, callOf(budget), span);
      const version = numberOf(row?.version ?? 0);
      if (version > 0) written.note(version);
      if (version === -1) return 'due';
      if (version > 0) return 'done';
    } catch (error) {
      if (!CONFLICTS.has(codeOf(error))) throw error;
    }
    this.#known.forget(batch.scopes, batch.ids);
    return 'conflict';
  }
}

/** Before every expiry. */
const NEVER = -1;

const isRefused = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && 'answer' in outcome && !outcome.answer.granted;

const callOf = (budget: number): Call => ({ now: 0, deadline: budget });

const codeOf = (error: unknown): string | undefined => (error instanceof DatabaseError ? error.code : undefined);

/** Those whose time has not passed. */
function inTime(jobs: readonly Job[]): readonly Job[] {
  return jobs.filter((job) => {
    if (job.span.left() > 0) return true;
    job.reject(passed());
    return false;
  });
}

function tell(job: Job, outcome: Outcome | undefined): void {
  if (outcome === undefined) job.reject(new Error('The call has no answer.'));
  else if ('error' in outcome) job.reject(outcome.error);
  else job.resolve(outcome.answer);
}
