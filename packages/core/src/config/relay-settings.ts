import type { PassThroughConfig, RelayMethod, ResourcesConfig } from './relay-types.ts';

/** A rule of `passThrough` with its defaults filled in. */
export interface PassThroughSettings {
  readonly paths: readonly string[];
  readonly methods: readonly RelayMethod[];
  /** Lower case. */
  readonly requestHeaders: readonly string[];
  readonly answerHeaders: readonly string[];
  readonly maxBytes: number;
  readonly unseenModels: boolean;
}

/** `resources` with its defaults filled in. */
export interface ResourcesSettings extends Required<Omit<ResourcesConfig, 'keepDays'>> {
  /** Milliseconds. */
  readonly keep: number;
}

const MAX_UPLOAD = 512 * 1024 * 1024;
const DAY = 86_400_000;

/** Rules by provider id. */
export function passThroughSettings(
  rules: Readonly<Record<string, PassThroughConfig>> = {},
): ReadonlyMap<string, PassThroughSettings> {
  return new Map(Object.entries(rules).map(([id, rule]) => [id, ruleSettings(rule)]));
}

function ruleSettings(rule: PassThroughConfig): PassThroughSettings {
  return {
    paths: rule.paths,
    methods: rule.methods ?? ['GET', 'POST'],
    requestHeaders: lower(rule.requestHeaders),
    answerHeaders: lower(rule.answerHeaders),
    maxBytes: rule.maxBytes ?? MAX_UPLOAD,
    unseenModels: rule.unseenModels ?? false,
  };
}

const lower = (names: readonly string[] = []): readonly string[] => names.map((name) => name.toLowerCase());

/** undefined when there are none. */
export function resourcesSettings(given: string | ResourcesConfig | undefined): ResourcesSettings | undefined {
  if (given === undefined) return undefined;
  const config: ResourcesConfig = typeof given === 'string' ? { provider: given } : given;
  return {
    provider: config.provider,
    owner: config.owner ?? 'caller',
    keep: (config.keepDays ?? 365) * DAY,
    capacity: config.capacity ?? 100_000,
    maxBytes: config.maxBytes ?? MAX_UPLOAD,
    unseenModels: config.unseenModels ?? false,
  };
}
