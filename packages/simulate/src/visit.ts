import {
  budgetOf,
  type Deployment,
  type Fault,
  hasRoom,
  isGatewayError,
  isUsable,
  nextAttempt,
  type PlannedAttempt,
  type Question,
  type Rests,
  type Routing,
  withRoom,
} from '@postern/core/routing';
import type { Fate, Server } from './server.ts';
import type { World } from './world.ts';

const TIMEOUT: Fault = { kind: 'timeout', message: '' };

/** One request on its way: its plan, and one call after the other until one answers. Mirrors `attempt` of the line, in simulated time. */
export class Visit {
  answered = false;
  /** When the first content was at the client. */
  spokeAt: number | undefined;
  readonly #world: World;
  readonly #question: Question;
  readonly #answer: number;
  readonly #done: (visit: Visit) => void;
  readonly #rests: Rests = new Map();
  #plan: readonly PlannedAttempt[] = [];
  #deadline = 0;
  #calls = 0;

  /** `answer`: tokens. `done` is called once. */
  constructor(world: World, question: Question, answer: number, done: (visit: Visit) => void) {
    this.#world = world;
    this.#question = question;
    this.#answer = answer;
    this.#done = done;
  }

  begin(router: ReturnType<Routing['router']>): void {
    let plan: readonly PlannedAttempt[] = [];
    try {
      plan = router.plan(this.#question);
      this.#plan = this.#world.oracle ? this.#foreseen(plan, router.deployments(this.#question.model)) : plan;
    } catch (error) {
      if (!isGatewayError(error)) throw error;
      this.#done(this);
      return;
    } finally {
      const missed = router.missed(this.#question, plan);
      missed?.arm.count(true, undefined, this.#question.caller);
      missed?.release.judge();
    }
    this.#deadline = this.#question.now + (this.#plan[0]?.alias.total ?? 0);
    const [first] = this.#plan;
    if (first !== undefined) budgetOf(first)?.asked();
    this.#attempt(0);
  }

  #foreseen(plan: readonly PlannedAttempt[], candidates: readonly Deployment[]): readonly PlannedAttempt[] {
    const soonest = candidates
      .map((deployment) => ({ deployment, server: this.#world.server(deployment) }))
      .map(({ deployment, server }) => ({ deployment, ms: server.expects(this.#answer), busy: server.busy }))
      .sort((left, right) => left.ms - right.ms || left.busy - right.busy);
    return plan.map((planned, index) => ({
      ...planned,
      deployment: soonest[index % soonest.length]?.deployment ?? planned.deployment,
    }));
  }

  #attempt(wanted: number): void {
    const { agenda, random } = this.#world;
    const full = this.#plan[wanted]?.deployment.health;
    const index =
      full === undefined || hasRoom(full) ? wanted : withRoom(this.#plan, wanted, this.#rests, agenda.now, random);
    const planned = this.#plan[index];
    if (planned === undefined) throw new RangeError('a plan without this attempt');
    if (hasRoom(planned.deployment.health)) this.#call(index, planned);
    else this.#wait(index, planned);
  }

  /** For room at a deployment; one that finds none is refused. */
  #wait(index: number, planned: PlannedAttempt): void {
    const { agenda } = this.#world;
    const { health } = planned.deployment;
    const { room } = health;
    let waits = true;
    const over = (): void => {
      waits = false;
      this.#done(this);
    };
    const enter = (): boolean => {
      waits = false;
      const usable = isUsable(health, agenda.now);
      if (usable) this.#call(index, planned);
      else this.#done(this);
      return usable;
    };
    const waiter = { caller: this.#question.caller, enter, refuse: over };
    if (room?.wait(waiter) !== true) {
      over();
      return;
    }
    agenda.add(Math.min(this.#deadline, agenda.now + room.patience), () => {
      if (!waits) return;
      room.leave(waiter);
      over();
    });
  }

  #call(index: number, planned: PlannedAttempt): void {
    const { agenda } = this.#world;
    const server = this.#world.server(planned.deployment);
    const call = new Call(index, planned, server, agenda.now);
    this.#world.calls++;
    this.#calls++;
    server.calls++;
    planned.deployment.health.begin(agenda.now);
    const leave = server.take(() => this.#serve(call));
    if (call.begun) return;
    agenda.add(this.#limitOf(call), () => {
      if (call.begun || call.over) return;
      leave();
      this.#end(call, TIMEOUT, 0);
    });
  }

  /** Until when its first content, or of a whole answer all of it, has to be there. */
  #limitOf({ planned, startedAt }: Call): number {
    const { firstToken } = planned.alias.timers(false);
    return this.#question.stream ? Math.min(this.#deadline, startedAt + firstToken) : this.#deadline;
  }

  #serve(call: Call): void {
    call.begun = true;
    const { agenda, random } = this.#world;
    const fate = call.server.fate(random);
    const early = fate.fault !== undefined && !fate.midway;
    const limit = this.#limitOf(call);
    const at = agenda.now + (early ? fate.failsAfter : fate.speaks);
    if (at > limit && (early || this.#question.stream)) this.#endAt(call, limit, TIMEOUT, 0);
    else if (early) this.#endAt(call, at, fate.fault, 0);
    else {
      if (this.#question.stream) agenda.add(at, () => this.#speak(call));
      this.#finish(call, fate, at);
    }
  }

  #speak(call: Call): void {
    const { planned, startedAt } = call;
    const { now } = this.#world.agenda;
    this.spokeAt ??= now;
    call.spokeAt = now;
    planned.deployment.health.spoke(now - startedAt, now);
  }

  #finish(call: Call, { fault, perToken }: Fate, speaks: number): void {
    const tokens = fault === undefined ? this.#answer : Math.floor(this.#answer * this.#world.random());
    const end = speaks + tokens * perToken;
    if (end > this.#deadline) this.#endAt(call, this.#deadline, TIMEOUT, 0);
    else this.#endAt(call, end, fault, tokens);
  }

  #endAt(call: Call, at: number, fault: Fault | undefined, tokens: number): void {
    this.#world.agenda.add(at, () => this.#end(call, fault, tokens));
  }

  #end(call: Call, fault: Fault | undefined, tokens: number): void {
    const { now } = this.#world.agenda;
    call.over = true;
    const { deployment } = call.planned;
    const input = tokens > 0 ? this.#question.input : 0;
    deployment.health.end(fault, false, now - call.startedAt, input, tokens, now, this.#question.stream);
    if (call.begun) call.server.release();
    this.#tell(call, fault, now, tokens);
    if (tokens > 0) this.#pay(call, tokens);
    this.answered = fault === undefined;
    if (fault !== undefined) {
      call.server.faults++;
      this.#goOn(call, fault);
    } else this.#done(this);
  }

  /** Of a gray release its two sides are told as well, as the line tells them. */
  #tell({ planned, spokeAt, startedAt }: Call, fault: Fault | undefined, now: number, tokens: number): void {
    const { deployment, side } = planned;
    const { caller } = this.#question;
    this.#world.watch?.({ deployment: deployment.id, caller, at: startedAt, failed: fault !== undefined });
    if (side === undefined) return;
    side.arm.count(fault !== undefined, fault?.kind, caller);
    if (spokeAt !== undefined) side.arm.firstToken.add(spokeAt - startedAt);
    if (fault === undefined && tokens > 0) side.arm.perToken.add((now - startedAt) / tokens);
    side.release.judge();
  }

  #goOn({ index }: Call, fault: Fault): void {
    const { agenda, random } = this.#world;
    const { now } = agenda;
    // What is at the client can't be taken back.
    const next =
      this.spokeAt !== undefined || now >= this.#deadline || this.#calls >= this.#world.routing.maxAttempts
        ? undefined
        : nextAttempt(this.#plan, index, fault, this.#rests, now, random);
    const budget = this.#plan[0] && budgetOf(this.#plan[0]);
    const may = next !== undefined && now + next.waitMs <= this.#deadline && budget?.take(now) !== false;
    if (!may) this.#done(this);
    else if (next.waitMs === 0) this.#attempt(next.index);
    else agenda.add(now + next.waitMs, () => this.#attempt(next.index));
  }

  #pay({ planned, startedAt }: Call, output: number): void {
    const cost = this.#world.routing.costOf(planned.deployment, { input: this.#question.input, output }, startedAt);
    const { nanoUsd } = this.#world;
    this.#world.nanoUsd = cost === undefined || nanoUsd === undefined ? undefined : nanoUsd + cost;
  }
}

/** A call under way. */
class Call {
  begun = false;
  over = false;
  spokeAt: number | undefined;
  readonly index: number;
  readonly planned: PlannedAttempt;
  readonly server: Server;
  readonly startedAt: number;

  constructor(index: number, planned: PlannedAttempt, server: Server, startedAt: number) {
    this.index = index;
    this.planned = planned;
    this.server = server;
    this.startedAt = startedAt;
  }
}
