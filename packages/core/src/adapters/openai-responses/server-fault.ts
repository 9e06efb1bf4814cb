import type { GatewayError } from '../../kit/errors.ts';
import { fault } from '../openai-chat/server-fault.ts';
import { type Json, record } from '../shared/read.ts';
import { frame } from './wire.ts';

/** A refused request: all of this vendor's APIs share one envelope. Source: https://platform.openai.com/docs/guides/error-codes */
export { fault } from '../openai-chat/server-fault.ts';

/**
 * The in-band error of a stream. The reference puts its fields at the top of the event, while clients, the vendor's SDK first, look for `error`:
 * both are there. Nothing follows it.
 * Sources: https://platform.openai.com/docs/api-reference/responses-streaming/error, https://www.openresponses.org/specification (error events)
 */
export function errorFrame(error: GatewayError, sequence: number): string {
  const told: Json = record(record(fault(error).body)?.error) ?? {};
  const { message, code, param } = told;
  return frame('error', { sequence_number: sequence, code, message, param, error: told });
}
