import type { ServerEvent } from '../../adapters/realtime/server-events.ts';
import type { LineExchange } from '../exchange.ts';
import { billOf } from '../price.ts';

/**
 * What the model that turns a client's audio into text consumed in a session. It is another model than the session's, with prices of its own, so it
 * stands in the ledger by itself.
 */
export class Transcriptions {
  readonly #used: Record<string, number> = {};
  #model = '';

  note({ transcriber, transcription = {} }: ServerEvent): void {
    if (transcriber !== undefined && transcriber !== '') this.#model = transcriber;
    for (const name in transcription) this.#used[name] = (this.#used[name] ?? 0) + (transcription[name] ?? 0);
  }

  /** Adds the record, if there was any, to those of the session. Called while its attempt is still open. */
  record(exchange: LineExchange): void {
    const { open, attempts, line } = exchange;
    if (open === undefined || Object.keys(this.#used).length === 0) return;
    const { deployment } = open.planned;
    const { provider } = deployment.target;
    const name = `${provider}/${this.#model || 'unknown'}`;
    const { inputAudioSeconds, ...tokens } = this.#used;
    const usage = inputAudioSeconds === undefined ? tokens : { ...tokens, inputSeconds: inputAudioSeconds };
    const bill =
      line.prices && billOf(line.prices, { id: name, target: { provider, model: this.#model } }, usage, open.startedAt);
    attempts.push({
      attempt: `${open.id}.transcription`,
      request: exchange.id,
      startedAt: open.startedAt,
      endedAt: line.platform.clock.now(),
      scopes: [],
      caller: exchange.caller?.id ?? '',
      operation: exchange.route.operation,
      modelAsked: exchange.model,
      modelServed: name,
      provider,
      deployment: deployment.id,
      outcome: 'ok',
      usage: { ...this.#used },
      ...bill,
    });
  }
}
