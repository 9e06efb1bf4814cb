import type { Route } from './call.ts';

/** A route with the parameters of the path; or the methods that there are at this path; or nothing is there. */
export interface Match {
  readonly route?: Route;
  readonly path: Readonly<Record<string, string>>;
  readonly allow: readonly string[];
}

/** Finds the route of a path. A path that can't be decoded is none. */
export function matcher(routes: readonly Route[]): (method: string, path: string) => Match | undefined {
  const table = routes.map((route) => ({ route, parts: route.path.slice(1).split('/') }));
  return (method, path) => {
    const given = decoded(path);
    if (given === undefined) return undefined;
    const fitting = table.filter(({ parts }) => fits(parts, given));
    if (fitting.length === 0) return undefined;
    const exact = Math.max(...fitting.map(({ parts }) => fixedParts(parts)));
    const best = fitting.filter(({ parts }) => fixedParts(parts) === exact);
    const found = best.find(({ route }) => route.method === method);
    const { parts } = found ?? best[0] ?? { parts: [] };
    const parameters = parts.flatMap((part, index) =>
      part.startsWith('{') ? [[part.slice(1, -1), given[index] ?? ''] as const] : [],
    );
    return {
      ...(found === undefined ? {} : { route: found.route }),
      path: Object.fromEntries(parameters),
      allow: best.map(({ route }) => route.method),
    };
  };
}

const fixedParts = (parts: readonly string[]): number => parts.filter((part) => !part.startsWith('{')).length;

const fits = (parts: readonly string[], given: readonly string[]): boolean =>
  parts.length === given.length &&
  parts.every((part, index) => (part.startsWith('{') ? given[index] !== '' : part === given[index]));

function decoded(path: string): readonly string[] | undefined {
  try {
    return path.replace(/^\//, '').replace(/\/$/, '').split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
