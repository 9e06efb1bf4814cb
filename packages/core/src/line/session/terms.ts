import type { SessionRules } from '../../adapters/realtime/client-events.ts';
import type { SessionTerms } from '../../adapters/realtime/server-events.ts';
import { matchesName } from '../../kit/patterns.ts';
import { redactUpstream } from '../../kit/redact.ts';
import type { PlannedAttempt } from '../../router/plan.ts';
import { keysOf } from '../clean-fault.ts';
import type { LineExchange } from '../exchange.ts';

/** How this session's names and words are put for its client. */
export function sessionTerms(exchange: LineExchange): SessionTerms {
  const { target } = deploymentOf(exchange);
  const keys = keysOf(exchange.keys);
  return { asked: exchange.model, target: target.model, clean: (text) => redactUpstream(text, keys) };
}

/** What this session's client may do. */
export function sessionRules(exchange: LineExchange): SessionRules {
  const { target } = deploymentOf(exchange);
  const { caller, line } = exchange;
  const { remoteTools, remoteMedia } = line.settings.features;
  return {
    asked: exchange.model,
    target: target.model,
    remoteTools,
    remoteMedia,
    transcriber: (model) =>
      caller?.models === undefined ||
      matchesName(caller.models, model) ||
      matchesName(caller.models, `${target.provider}/${model}`),
  };
}

function deploymentOf({ served }: LineExchange): PlannedAttempt['deployment'] {
  if (served === undefined) throw new TypeError('a session without a provider');
  return served.deployment;
}
