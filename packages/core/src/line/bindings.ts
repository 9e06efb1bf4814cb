import type { Reference } from '../adapters/resources.ts';
import type { ResourcesSettings } from '../config/relay-settings.ts';
import type { Caller } from '../config/types.ts';
import type { SharedMap } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { storeCall } from './store-call.ts';

/** Whom an id belongs to, and where it was made. */
export interface Binding {
  readonly owner: string;
  /** Id of a deployment or provider. */
  readonly place: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const keyOf = ({ kind, id }: Reference): string => `${kind}:${id}`;

/** The settings, where ids belong to somebody; undefined where they are not looked at. */
export function boundResources({ line }: LineExchange): ResourcesSettings | undefined {
  const { resources } = line.settings;
  return resources === undefined || resources.owner === 'everybody' ? undefined : resources;
}

/** Who the caller is as an owner. The kind stands before the name, so that no team is taken for a caller of its name. */
function ownerOf(caller: Caller | undefined, { owner }: ResourcesSettings): string {
  const group = owner === 'team' ? caller?.team : owner === 'organisation' ? caller?.organisation : undefined;
  return group === undefined || group === '' ? `caller:${caller?.id ?? ''}` : `${owner}:${group}`;
}

/** The binding of an id to this caller; undefined when there is none, also when it is another's. Rejects when the store does. */
export async function ownBinding(
  exchange: LineExchange,
  resources: ResourcesSettings,
  reference: Reference,
): Promise<Binding | undefined> {
  const found = await mapOf(exchange, resources).get(keyOf(reference), storeCall(exchange));
  if (found === undefined) return undefined;
  const binding = JSON.parse(decoder.decode(found.value)) as Binding;
  return binding.owner === ownerOf(exchange.caller, resources) ? binding : undefined;
}

/** Binds what was made to this caller, before anybody is told of it; who is bound already stays so. Rejects when the store does. */
export async function bind(
  exchange: LineExchange,
  resources: ResourcesSettings,
  made: readonly Reference[],
  place: string,
): Promise<void> {
  const binding: Binding = { owner: ownerOf(exchange.caller, resources), place };
  const value = encoder.encode(JSON.stringify(binding));
  const map = mapOf(exchange, resources);
  for (const reference of made) await map.add(keyOf(reference), value, resources.keep, storeCall(exchange));
}

/** Forgets what was dropped. */
export async function unbind(exchange: LineExchange, resources: ResourcesSettings, dropped: Reference): Promise<void> {
  await mapOf(exchange, resources).delete(keyOf(dropped), storeCall(exchange));
}

function mapOf({ line }: LineExchange, { capacity }: ResourcesSettings): SharedMap {
  return line.store.shared('resources', capacity, { forget: 'oldest' });
}
