import type { Origin } from '../../chat/parts.ts';
import type { Target } from '../adapter.ts';

/**
 * May a signature or encrypted blob of this origin go to this target? Only back to where it came from: elsewhere a foreign
 * signature is a 400. An origin whose carrier could not name the provider matches by format alone.
 */
export function isOwn(origin: Origin | undefined, target: Pick<Target, 'provider' | 'row'>): boolean {
  if (origin === undefined || origin.format !== target.row.format) return false;
  return origin.provider === undefined || origin.provider === target.provider;
}

/** The origin of what this target answers. */
export function originOf(target: Target): Origin {
  return { format: target.row.format, provider: target.provider, model: target.model };
}
