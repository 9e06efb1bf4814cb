import type { Answer } from './answer/answer.ts';
import type { Ask } from './answer/ask.ts';
import { compose } from './answer/compose.ts';
import { usageOf, ZERO_USAGE } from './answer/usage.ts';
import { holeTokens } from './faults/huge.ts';
import { withMediaFaults } from './faults/media.ts';
import { errorResponse, replacement } from './faults/statuses.ts';
import type { MediaOperation, Saying, SimOperation } from './formats/format.ts';
import type { Inquiry } from './inquiry.ts';
import { joinScripts, parseModelName, parsePrompt, parseWords, type Script } from './script/parse.ts';
import { profileOf } from './wire/profile.ts';
import type { SimResponse } from './wire/response.ts';
import { writeAnswer } from './write.ts';

/** The answer to a call of a known path: a fault that replaces everything, the vendor's refusal, or what the model says. */
export function respond(inquiry: Inquiry): SimResponse {
  const { settings, route, received, call } = inquiry;
  const { format, operation } = route;
  const ask = format.read(received, operation);
  const script = scriptOf(inquiry, ask);
  call.stream = ask.stream;
  call.faults = [...script.faults];
  const replaced = replacement(script.faults, format, received, ask.stream, settings.sizes);
  if (replaced !== undefined) return replaced;
  const refused =
    keyError(inquiry) ??
    unknownModel(inquiry, script) ??
    prefillRefused(inquiry, ask, script) ??
    format.refuse(received, operation, { signer: inquiry.signer, unknownFields: settings.unknownFields, script });
  if (refused !== undefined) {
    call.refusal = refused.body;
    return errorResponse(format, received, refused);
  }
  if (isMedia(operation) && format.media !== undefined)
    return withMediaFaults(
      format.media(received, operation, settings.created, profileOf(settings.profile, script)),
      script.faults,
      settings.sizes,
    );
  return writeAnswer(say(inquiry, ask, script), inquiry, script);
}

const OTHERS: readonly SimOperation[] = ['chat', 'embeddings', 'count-tokens', 'models'];
const isMedia = (operation: SimOperation): operation is MediaOperation => !OTHERS.includes(operation);

function scriptOf({ settings, received, call }: Inquiry, ask: Ask): Script {
  const named = joinScripts(parseModelName(received.model), parsePrompt(ask.lastText));
  const fault = settings.fault(call);
  const script = joinScripts(named, parseWords(settings.script(call) ?? ''));
  return fault === undefined ? script : { ...script, faults: new Set([...script.faults, fault]) };
}

function keyError({ settings, route, received }: Inquiry) {
  const key = route.format.key(received);
  const accepted = key !== undefined && (settings.keys?.includes(key) ?? true);
  return accepted ? undefined : route.format.keyError(key, received);
}

/** A word that is none, or a model that is not in the list, is a model that does not exist. */
function unknownModel({ settings, route, received }: Inquiry, script: Script) {
  const listed =
    route.operation === 'models' || received.model === '' || (settings.models?.includes(received.model) ?? true);
  if (listed && script.unknown.length === 0) return undefined;
  return route.format.error('not-found', { model: received.model });
}

/** Source: https://platform.claude.com/docs/en/about-claude/models/whats-new-claude-4-6, prefill removal: a 400. */
function prefillRefused({ route }: Inquiry, ask: Ask, script: Script) {
  if (ask.prefill === undefined || !script.words.has('noprefill')) return undefined;
  const message =
    'This model does not support assistant message prefill. The conversation must end with a user message.';
  return route.format.error('bad-request', { message });
}

function say(inquiry: Inquiry, ask: Ask, script: Script): Saying {
  const { settings, route, received, signer, nonce, call } = inquiry;
  const chats = route.operation === 'chat';
  const answers = chats ? answersOf(ask, script, { seed: settings.seed, nonce }) : [];
  const usage = usageOf(ask, script, answers, route.format.writesCache);
  call.usage = chats || route.operation === 'embeddings' || route.operation === 'rerank' ? usage : undefined;
  return {
    received,
    ask,
    script,
    answers,
    usage: script.words.has('nousage') ? undefined : script.words.has('zerousage') ? ZERO_USAGE : usage,
    signer,
    nonce,
    seed: settings.seed,
    created: settings.created,
    tokensPerEvent: profileOf(settings.profile, script).tokensPerEvent,
  };
}

function answersOf(ask: Ask, script: Script, chance: { seed: string | number; nonce: string }): Answer[] {
  const huge = script.faults.has('bigline') || script.faults.has('bomb');
  return huge
    ? [{ parts: [{ kind: 'text', tokens: holeTokens, cites: false }], finish: 'stop' }]
    : compose(ask, script, chance);
}
