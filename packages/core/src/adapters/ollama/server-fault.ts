import type { GatewayError } from '../../kit/errors.ts';
import { line } from './wire.ts';

/** The error envelope: a text, and the status of HTTP. Source: https://docs.ollama.com/api/errors */
const errorBody = (error: GatewayError): { error: string } => ({ error: error.message });

/** A refused request. */
export function fault(error: GatewayError): { status: number; headers: Record<string, string>; body: unknown } {
  const headers: Record<string, string> = { 'content-type': 'application/json', ...error.headers };
  if (error.retryAfter !== undefined) headers['retry-after'] = String(Math.max(0, Math.ceil(error.retryAfter)));
  return { status: error.status, headers, body: errorBody(error) };
}

/** The in-band error of a stream, a line of its own. Nothing follows it, and no `done`. */
export const errorLine = (error: GatewayError): string => line(errorBody(error));
