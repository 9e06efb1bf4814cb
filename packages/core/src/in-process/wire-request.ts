import type { WireFormat } from '../adapters/format.ts';
import { chatPath, type Route, routeOf } from '../adapters/routes.ts';
import { RequestError } from '../kit/errors.ts';

/** A body given in process, as a request of its format. */
export interface WireRequest {
  /** With query, where the format has one. */
  readonly path: string;
  readonly route: Route;
  /** What the format has in its body. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Set when the path has to name a model and the body names none. */
  readonly refusal: RequestError | undefined;
}

/** Stands in the path of a request that is refused before anybody reads it. */
const NOBODY = 'none';

/** Callers without types give anything: what is no object counts as an empty body. Throws TypeError for a format that is none. */
export function wireRequest(format: WireFormat, given: unknown): WireRequest {
  const whole = isObject(given) ? given : {};
  const { model, stream, ...rest } = whole;
  const named = typeof model === 'string' && model !== '';
  const path = chatPath(format, named ? model : NOBODY, stream === true);
  const route = routeOf(path.split('?', 1)[0] ?? path, { header: () => undefined });
  if (route === undefined) throw new TypeError(`no route leads to ${format}`);
  // A format that has them in its path knows no such members of the body, and reads no model there.
  const inPath = Object.hasOwn(route.parameters, 'model');
  const refusal =
    inPath && !named
      ? new RequestError('invalid_request', '"model" must be a non-empty string.', { param: 'model' })
      : undefined;
  return { path, route, body: inPath ? rest : whole, refusal };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
