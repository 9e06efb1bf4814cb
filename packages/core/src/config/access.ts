import { parseDuration } from '../kit/duration.ts';
import type { KeysConfig, KeysSettings } from './access-types.ts';
import { toData } from './data.ts';
import { below, type Problem, unknownKey, whatIs } from './problems.ts';
import type { AccessSettings } from './settings.ts';
import { validate } from './validate.ts';

type Members = Readonly<Record<string, unknown>>;

const WRITE =
  "{ identify: (request) => ({ id: … }) } to name the caller, { keys: {} } for virtual keys, or 'open' to let everybody in";

/** Reads `access`; what does not fit goes to `problems`, and the answer is then not to be used. */
export function readAccess(access: unknown, problems: Problem[]): AccessSettings {
  if (access === 'open') return access;
  if (isObject(access) && 'keys' in access && !('identify' in access)) return { keys: readKeys(access, problems) };
  if (isObject(access) && typeof access.identify === 'function') checkIdentify(access, problems);
  else problems.push({ path: 'access', text: accessText(access) });
  return access as unknown as AccessSettings;
}

function readKeys(access: Members, problems: Problem[]): KeysSettings {
  const keys = validate({ access: toData(access, problems, 'access') }, problems).access;
  const given: KeysConfig = typeof keys === 'object' ? keys.keys : {};
  return {
    fromQuery: given.fromQuery ?? false,
    ttl: parseDuration(given.ttl) ?? 30_000,
    grace: parseDuration(given.grace) ?? 300_000,
    capacity: given.capacity ?? 10_000,
  };
}

const KINDS = ['user', 'team', 'organisation'];

function checkIdentify(access: Members, problems: Problem[]): void {
  for (const key of Object.keys(access))
    if (key !== 'identify' && key !== 'createFrom')
      problems.push({ path: 'access', text: unknownKey(key, ['identify', 'createFrom']) });
  const { createFrom } = access;
  if (createFrom === undefined) return;
  const path = 'access.createFrom';
  if (!isObject(createFrom) || Array.isArray(createFrom)) {
    problems.push({ path, text: `${whatIs(createFrom)}; write ids of templates such as { user: 'standard' }` });
    return;
  }
  for (const [kind, id] of Object.entries(createFrom)) {
    if (!KINDS.includes(kind)) problems.push({ path, text: unknownKey(kind, KINDS) });
    else if (typeof id !== 'string' || id === '')
      problems.push({ path: below(path, kind), text: `${whatIs(id)}; write the id of a template in the store` });
  }
}

function accessText(access: unknown): string {
  if (typeof access === 'function') return 'is a function; write { identify: … } around it';
  if (!isObject(access)) return `${whatIs(access)}; write ${WRITE}`;
  if ('handOff' in access) return `{ handOff } comes with a later version; write ${WRITE}`;
  const stranger = Object.keys(access).find((key) => key !== 'identify' && key !== 'createFrom');
  if (stranger !== undefined) return unknownKey(stranger, ['identify', 'createFrom']);
  return `\`identify\` ${whatIs(access.identify)}; write ${WRITE}`;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}
