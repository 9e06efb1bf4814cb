/** A `provider/model` name taken apart. */
export interface ModelName {
  /** As in the configuration. */
  readonly provider: string;
  /** The provider's own name; may hold slashes. */
  readonly model: string;
}

/** Splits at the first slash: `groq/openai/gpt-oss-120b` → `groq`, `openai/gpt-oss-120b`. Undefined when either part is empty. */
export function parseModelName(name: string): ModelName | undefined {
  const slash = name.indexOf('/');
  if (slash < 1 || slash === name.length - 1) return undefined;
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}
