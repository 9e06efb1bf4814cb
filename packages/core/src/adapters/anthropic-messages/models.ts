/**
 * What the models of this format take, read from their names. Only what the documentation states of a family and version is here;
 * a name that tells nothing (another vendor's model, a private alias) gets the widest set, and the provider judges by itself.
 * Sources: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking,
 * https://platform.claude.com/docs/en/build-with-claude/effort,
 * https://platform.claude.com/docs/en/about-claude/models/whats-new-opus-5,
 * https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5,
 * https://platform.claude.com/docs/en/models/sonnet-5-5/whats-new-sonnet-5-5,
 * https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages,
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs,
 * https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-6,
 * and the notes on `temperature`, `top_p` and `top_k` in the SDK's MessageCreateParams.
 */

/** What a model takes. */
export interface Capabilities {
  /** `adaptive` with effort (4.6 and later), `budget` in tokens (3.7 to 4.5, and unknown names), or none at all. */
  readonly thinking: 'adaptive' | 'budget' | 'none';
  /** Does `thinking: { type: 'enabled', budget_tokens }` still work beside adaptive? (4.6 only) */
  readonly budget: boolean;
  /** How thinking is switched off; undefined: it can't be. */
  readonly off: 'disabled' | 'between_tools' | undefined;
  /** Thinks unless told not to. */
  readonly thinksByDefault: boolean;
  /** Takes `output_config.effort`. */
  readonly effort: boolean;
  /** Knows the effort `xhigh`. */
  readonly xhigh: boolean;
  /** Takes `temperature`, `top_p`, `top_k`; else only their neutral values. */
  readonly sampling: boolean;
  /** Takes `temperature` and `top_p` in one request. */
  readonly bothSamplings: boolean;
  /** Takes `tool_choice` any and tool. */
  readonly forcedTools: boolean;
  /** Takes messages of role system after the first turn. */
  readonly midSystem: boolean;
  /** Takes `output_config.format` and strict tools. */
  readonly structured: boolean;
  /** Is documented to go on with a last message of the assistant. */
  readonly prefill: boolean;
}

interface Name {
  readonly family: string;
  /** major × 100 + minor, so that 4.10 comes after 4.9. */
  readonly version: number;
}

const FAMILY_FIRST = /(opus|sonnet|haiku|fable|mythos)-(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?/;
const VERSION_FIRST = /claude-(\d)(?:[-.](\d{1,2}))?-(opus|sonnet|haiku)/;

function nameOf(model: string): Name | undefined {
  const name = model.toLowerCase();
  if (name.includes('mythos-preview')) return { family: 'mythos', version: 407 };
  const late = FAMILY_FIRST.exec(name);
  if (late?.[1] !== undefined) return { family: late[1], version: Number(late[2]) * 100 + Number(late[3] ?? 0) };
  const early = VERSION_FIRST.exec(name);
  if (early?.[3] !== undefined) return { family: early[3], version: Number(early[1]) * 100 + Number(early[2] ?? 0) };
  return undefined;
}

const UNKNOWN: Capabilities = {
  thinking: 'budget',
  budget: true,
  off: 'disabled',
  thinksByDefault: false,
  effort: false,
  xhigh: true,
  sampling: true,
  bothSamplings: true,
  forcedTools: true,
  midSystem: false,
  structured: true,
  prefill: false,
};

function offOf({ family, version }: Name): Capabilities['off'] {
  if (family === 'mythos' || family === 'fable' || (family === 'opus' && version >= 505)) return undefined;
  return family === 'sonnet' && version >= 505 ? 'between_tools' : 'disabled';
}

function thinkingOf(version: number): Capabilities['thinking'] {
  if (version >= 406) return 'adaptive';
  return version >= 307 ? 'budget' : 'none';
}

/** What the model of this name takes. */
export function capabilitiesOf(model: string): Capabilities {
  const name = nameOf(model);
  if (name === undefined) return UNKNOWN;
  const { family, version } = name;
  return {
    thinking: thinkingOf(version),
    budget: version < 407,
    off: offOf(name),
    thinksByDefault: version >= 500 || family === 'mythos',
    effort: version >= 406 || (family === 'opus' && version === 405),
    xhigh: version >= 407,
    sampling: version < 407,
    bothSamplings: version < 401,
    forcedTools: version <= 500 || family === 'haiku',
    midSystem: version >= 408,
    structured: version >= 401,
    prefill: version < 406,
  };
}
