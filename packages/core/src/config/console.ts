import type { Log } from './types.ts';

/** The log of a gateway that was given none. */
export const CONSOLE: Log = {
  // biome-ignore lint/suspicious/noConsole: an operator who gave no log reads the console
  warn: (message, fields) => console.warn(...line(message, fields)),
  // biome-ignore lint/suspicious/noConsole: an operator who gave no log reads the console
  error: (message, fields) => console.error(...line(message, fields)),
};

const line = (message: string, fields?: Readonly<Record<string, unknown>>): unknown[] =>
  fields === undefined ? [`postern: ${message}`] : [`postern: ${message}`, fields];
