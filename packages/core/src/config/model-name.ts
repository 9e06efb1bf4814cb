/** A `provider/model` name taken apart. */
export interface ModelName {
  /** As in the configuration. */
  readonly provider: string;
  /** The provider's own name; may hold slashes. */
  readonly model: string;
}

/** Splits at the first slash: `acme/org/large` is `org/large` of `acme`. Undefined when one of the parts is empty. */
export function parseModelName(name: string): ModelName | undefined {
  const slash = name.indexOf('/');
  if (slash < 1 || slash === name.length - 1) return undefined;
  return { provider: name.slice(0, slash), model: name.slice(slash + 1) };
}
