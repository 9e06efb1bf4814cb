import { redactSecrets } from '../kit/redact.ts';
import type { Log } from './types.ts';

type Fields = Readonly<Record<string, unknown>>;
type Clean = (text: string) => string;

/** How deep fields are looked into; they are flat by contract. */
const DEEPEST = 4;

/**
 * The operator's log behind the redactor: keys stand in no message and no field. A log that throws, or rejects, harms no request.
 *
 * @param secrets the configured keys, taken out whatever they look like
 */
export function guardedLog(log: Log, secrets: readonly string[] = []): Log {
  const clean: Clean = (text) => redactSecrets(text, secrets);
  return {
    warn: (message, fields) => write((...line) => log.warn(...line), message, fields, clean),
    error: (message, fields) => write((...line) => log.error(...line), message, fields, clean),
  };
}

function write(line: Log['warn'], message: string, fields: Fields | undefined, clean: Clean): void {
  try {
    // An asynchronous log passes for one that answers nothing.
    const answer: unknown = fields === undefined ? line(clean(message)) : line(clean(message), cleaned(fields, clean));
    if (answer instanceof Promise) answer.catch(ignore);
  } catch {
    // Where the log itself fails there is nobody left to tell.
  }
}

const cleaned = (fields: Fields, clean: Clean, depth = 1): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, cleanValue(value, clean, depth)]));

function cleanValue(value: unknown, clean: Clean, depth: number): unknown {
  if (typeof value === 'string') return clean(value);
  if (value instanceof Error) return clean(String(value));
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '[…]';
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, clean, depth + 1));
  return isPlain(value) ? cleaned(value, clean, depth + 1) : value;
}

function isPlain(value: object): value is Fields {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function ignore(): void {}
