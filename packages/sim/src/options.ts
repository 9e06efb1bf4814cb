import type { SimCall } from './call.ts';
import { DEFAULT_SIZES, type FaultName, type FaultSizes } from './faults/names.ts';
import { realSleep, type Sleep } from './kit/clock.ts';
import { PROMPT_PROFILE, type Profile } from './wire/profile.ts';

/** How a simulated provider behaves. */
export interface SimOptions {
  /** Equal seeds give equal bytes for equal calls in equal order. Default 1. */
  readonly seed?: number | string;
  /** Keys that are accepted. Default: any key, but there must be one. */
  readonly keys?: readonly string[];
  /** The models of the list, and the only ones that exist. Default: every model exists, the list names `sim`. */
  readonly models?: readonly string[];
  /** Chooses the fault of a call; undefined: none but those of the model name. The call's number tells the first from the second. */
  readonly fault?: (call: SimCall) => FaultName | undefined;
  /** Further words for a call's script, such as `tools+cut`, besides those of its model name and prompt. */
  readonly script?: (call: SimCall) => string | undefined;
  /** Are fields that the vendor doesn't know refused, as the vendor does? Default 'refuse'. */
  readonly unknownFields?: 'refuse' | 'allow';
  readonly profile?: Partial<Profile>;
  readonly sizes?: Partial<FaultSizes>;
  /** Every wait of the sim goes through this. Default: real time. */
  readonly sleep?: Sleep;
  /** ms since the epoch, for the log only. Default Date.now. */
  readonly now?: () => number;
  /** Seconds since the epoch that answers are dated with. Default: a fixed moment, so that bytes repeat. */
  readonly created?: number;
  /** How many calls the log keeps. Default 10,000. */
  readonly keep?: number;
}

/** {@link SimOptions} with their defaults. */
export interface Settings
  extends Required<Omit<SimOptions, 'keys' | 'models' | 'fault' | 'script' | 'profile' | 'sizes'>> {
  readonly keys: readonly string[] | undefined;
  readonly models: readonly string[] | undefined;
  readonly fault: (call: SimCall) => FaultName | undefined;
  readonly script: (call: SimCall) => string | undefined;
  readonly profile: Profile;
  readonly sizes: FaultSizes;
}

const CREATED = 1_790_000_000;

/** Fills in the defaults. */
export function settingsOf(options: SimOptions): Settings {
  return {
    seed: options.seed ?? 1,
    keys: options.keys,
    models: options.models,
    fault: options.fault ?? (() => undefined),
    script: options.script ?? (() => undefined),
    unknownFields: options.unknownFields ?? 'refuse',
    profile: { ...PROMPT_PROFILE, ...options.profile },
    sizes: { ...DEFAULT_SIZES, ...options.sizes },
    sleep: options.sleep ?? realSleep,
    now: options.now ?? (() => Date.now()),
    created: options.created ?? CREATED,
    keep: options.keep ?? 10_000,
  };
}
