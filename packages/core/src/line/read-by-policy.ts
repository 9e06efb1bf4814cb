import type { ChatRequest } from '../chat/request.ts';
import type { PolicyRequest, PolicyView } from '../config/routing-policies.ts';
import { AccessError } from '../kit/errors.ts';
import { isThenable } from '../kit/thenable.ts';
import { understood } from './capable.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { mayUse } from './may-use.ts';

const NONE: readonly string[] = Object.freeze([]);

/**
 * Has the policy that is asked for, if it is one, look at the request. Throws AccessError `forbidden` where the caller may use none of its models, and what
 * the policy throws.
 */
export function readByPolicy(exchange: LineExchange): void | PromiseLike<void> {
  const { caller, line, peek, route } = exchange;
  const policy = (route.relay ?? route.via) === undefined ? line.settings.policies.get(peek.model) : undefined;
  if (policy === undefined) return;
  const among = policy.among.filter((name) => mayUse(caller, name));
  if (among.length === 0) {
    const message = `This caller may use none of the models of '${peek.model.slice(0, 200)}'.`;
    throw new AccessError('forbidden', message, { param: 'model' });
  }
  const keep = (view: PolicyView): void => {
    exchange.policy = { view, among };
  };
  const reading = policy.read(new ReadRequest(exchange));
  if (isThenable(reading)) return reading.then(keep);
  keep(reading);
}

class ReadRequest implements PolicyRequest {
  readonly #exchange: LineExchange;

  constructor(exchange: LineExchange) {
    this.#exchange = exchange;
  }

  get caller(): string {
    return this.#exchange.caller?.id ?? '';
  }
  get tags(): readonly string[] {
    return this.#exchange.caller?.tags ?? NONE;
  }
  get stream(): boolean {
    return this.#exchange.peek.stream;
  }
  get reasoning(): boolean {
    return this.#exchange.peek.reasoning === true;
  }
  get input(): number {
    return estimatedTokens(this.#exchange.body?.size ?? 0);
  }
  get output(): number {
    return this.#exchange.peek.maxOutputTokens ?? 0;
  }
  header(name: string): string | undefined {
    return this.#exchange.request.header(name);
  }
  chat(): ChatRequest | undefined {
    return this.#exchange.route.operation === 'chat' ? understood(this.#exchange) : undefined;
  }
  after(ms: number, expire: () => void): () => void {
    return this.#exchange.line.platform.clock.timer(ms, expire);
  }
}
