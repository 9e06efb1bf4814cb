import type { Fault } from '../../chat/fault.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Meter, Metered } from '../adapter.ts';
import type { ProviderRow } from '../provider-row.ts';
import { FrameTemplate } from '../shared/frame-template.ts';
import { given, type Json, record, records } from '../shared/read.ts';
import type { Memo } from './call.ts';
import { faultIn, usageIn } from './client-parse.ts';
import { Closing, frameOf } from './closing.ts';
import { frameObject } from './decoder.ts';
import { errorIn, faultOf } from './fault.ts';
import { hides, noteChoices, readBody, told } from './meter-exact.ts';
import { FrameRepair, repairBody } from './repair-reply.ts';
import { newScan, scanFrame } from './scan.ts';

/** Filled and read in one go, so that all streams share it. */
const scan = newScan();

/** Meters and repairs the answers of a compatible API: each is parsed once, and goes on as it came when nothing was to be repaired. */
export class CompatibleMeter implements Meter {
  readonly #row: ProviderRow;
  readonly #model: string;
  readonly #memo: Memo;
  #closed: Closing | undefined;
  readonly #repair: FrameRepair;
  readonly shape = new FrameTemplate();
  #first: Json | undefined;

  constructor(row: ProviderRow, model: string, memo: Memo) {
    this.#row = row;
    this.#model = model;
    this.#memo = memo;
    this.#repair = new FrameRepair(row, model, memo);
  }

  /** Made for a stream's first frame: a whole answer needs none. */
  get #closing(): Closing {
    this.#closed ??= new Closing(this.#memo);
    return this.#closed;
  }

  body(body: unknown): { usage?: Usage; fault?: Fault; replace?: unknown } {
    const read = readBody(body);
    const object = record(body);
    if (read.fault !== undefined || object === undefined) return read;
    const repaired = repairBody(object, this.#row, this.#model, this.#memo);
    return repaired === object ? read : { ...read, replace: repaired };
  }

  push(frame: Frame): Metered {
    if (frame.characters > 0) return { content: frame.characters };
    if (frame.unclosed === true) this.#closing.unclosed = true;
    const data = frame.data?.trim();
    if (data === undefined || data === '') return {};
    if (data === '[DONE]') {
      this.#closing.done = true;
      return { terminal: true, last: true };
    }
    const chunk = frameObject(data);
    const fault = frame.event === 'error' && !errorIn(chunk) ? faultOf(chunk, undefined) : faultIn(chunk);
    if (fault !== undefined) return { fault };
    const metered = this.#read(chunk);
    if (metered.content !== undefined && metered.replace === undefined) this.#learn(frame);
    return metered;
  }

  stop(): string {
    return this.#closing.stop(this.#first ?? { model: this.#model });
  }

  end(): string {
    return this.#closing.end();
  }

  fail(error: GatewayError): string {
    return this.#closing.fail(error);
  }

  /** A frame that needed no repair spares the next ones the parsing when they differ in their text alone. */
  #learn(frame: Frame): void {
    const seen = scan;
    if (scanFrame(frame, seen) && !seen.telling) this.shape.learn(frame, seen.holes);
  }

  #read(chunk: Json): Metered {
    const usage = usageIn(chunk);
    const choices = records(chunk['choices']);
    noteChoices(choices, this.#closing);
    const content = told(chunk);
    const repaired = this.#repair.repair(chunk);
    this.#first ??= repaired;
    return {
      ...given('usage', usage),
      ...content,
      ...(choices.length > 0 && this.#closing.complete ? { terminal: true as const } : {}),
      ...(hides(usage, choices, this.#memo) ? { hide: true as const } : {}),
      ...(repaired === chunk ? {} : { replace: frameOf(repaired) }),
    };
  }
}
