import type { Alias } from './plan.ts';

/** What questions hold only where somebody asks for it. */
export interface Asks {
  /** Hashes of the session, and of the beginning of the prompt. */
  readonly session: boolean;
  readonly prompt: boolean;
  /** What is needed: one of several deployments lacks something. */
  readonly needs: boolean;
  /** The length of texts: one of several deployments takes so many tokens at most; Infinity: nobody says how many. */
  readonly contextWindow: number;
}

export const ASKS_NOTHING: Asks = Object.freeze({
  session: false,
  prompt: false,
  needs: false,
  contextWindow: Number.POSITIVE_INFINITY,
});

/** The aliases that a request for one of these may come to, by splits and fallbacks. */
export function reachOf(
  from: Iterable<Alias | undefined>,
  find: (name: string) => Alias | undefined,
): ReadonlySet<Alias> {
  const reached = new Set<Alias>();
  const add = (alias: Alias | undefined): void => {
    if (alias !== undefined) reached.add(alias);
  };
  for (const alias of from) add(alias);
  // Those that are added on the way are looked at as well.
  for (const { fallbacks, split } of reached) {
    for (const { model } of split?.to ?? []) add(find(model));
    for (const names of Object.values(fallbacks)) for (const name of names) add(find(name));
  }
  return reached;
}

/** What any of these aliases asks for. */
export function asksOf(aliases: Iterable<Alias>): Asks {
  let { session, prompt, needs, contextWindow } = ASKS_NOTHING;
  for (const { deployments, strategy } of aliases) {
    session ||= strategy.asks === 'session';
    prompt ||= strategy.asks === 'prompt';
    // Where there is one only, there is nothing to choose.
    if (deployments.length < 2) continue;
    for (const { target } of deployments) {
      needs ||= target.lacks !== undefined;
      contextWindow = Math.min(contextWindow, target.contextWindow ?? contextWindow);
    }
  }
  return { session, prompt, needs, contextWindow };
}

/** Does the alias ask for anything? */
export function asksAnything(alias: Alias): boolean {
  const { contextWindow, needs, prompt, session } = asksOf([alias]);
  return needs || prompt || session || contextWindow !== ASKS_NOTHING.contextWindow;
}
