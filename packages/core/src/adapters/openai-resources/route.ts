import { RESOURCE_PATHS, type ResourceAction, type ResourcePath } from './table.ts';

/** A request for something that the provider keeps. */
export interface ResourceRoute {
  readonly resource: ResourcePath;
  /** undefined: the path has no such method. */
  readonly action: ResourceAction | undefined;
  /** The id in the path that belongs to a caller. */
  readonly id: string | undefined;
}

interface Pattern {
  readonly segments: readonly string[];
  readonly resource: ResourcePath;
}

const VERSION = '/v1/';
/** Ids are letters, digits and these; nothing that a path could be led astray with. */
const ID = /^(?!\.+$)[A-Za-z0-9_.:-]{1,256}$/;

/** By first segment, so that a request looks at a handful of patterns. */
const PATTERNS = new Map<string, Pattern[]>();
for (const resource of RESOURCE_PATHS) {
  const segments = resource.path.slice(1).split('/');
  const first = segments[0] ?? '';
  PATTERNS.set(first, [...(PATTERNS.get(first) ?? []), { segments, resource }]);
}

/** What a path below the mount (percent-encoded, without query) stands for; undefined when it is nothing that a provider keeps. */
export function resourceRoute(method: string, path: string): ResourceRoute | undefined {
  if (!path.startsWith(VERSION)) return undefined;
  const segments = path.slice(VERSION.length).split('/');
  for (const pattern of PATTERNS.get(segments[0] ?? '') ?? []) {
    if (!matches(pattern.segments, segments)) continue;
    const { resource } = pattern;
    const at = pattern.segments.indexOf('{id}');
    const action = Object.hasOwn(resource.methods, method) ? resource.methods[method] : undefined;
    return { resource, action, id: at < 0 ? undefined : segments[at] };
  }
  return undefined;
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, at) => (part === '{id}' || part === '*' ? ID.test(segments[at] ?? '') : part === segments[at]))
  );
}
