import { lettersAndDigits, seededRandom } from '../kit/random.ts';
import { tokenize } from '../kit/tokens.ts';
import { textTokens } from '../kit/words.ts';
import type { Script } from '../script/parse.ts';
import type { Answer, AnswerPart, Finish, ToolPart } from './answer.ts';
import type { Ask } from './ask.ts';
import { cutAt, lastCharacters, stopAt, tokensOf } from './limit.ts';
import { fit, fitObject } from './schema.ts';

const TEXT_TOKENS = 20;
const REASONING_TOKENS = 10;
const REFUSAL = "I'm sorry, I can't help with that.";
/** A PNG of one pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';

/** Where an answer's chance comes from. */
export interface Chance {
  readonly seed: string | number;
  /** Differs between any two calls; ids are made from it. The text is not, so that the same prompt gives the same text in every format. */
  readonly nonce: string;
}

/** The answers of the simulated model, one per choice asked for. */
export function compose(ask: Ask, script: Script, chance: Chance): Answer[] {
  return Array.from({ length: ask.choices }, (_, index) => limit(one(ask, script, chance, index), ask, script));
}

function limit(answer: Answer, ask: Ask, script: Script): Answer {
  const stopped = stopAt(answer, ask.stop);
  const half = script.words.has('length') ? Math.ceil(tokensOf(stopped) / 2) : Number.POSITIVE_INFINITY;
  return cutAt(stopped, Math.min(ask.maxTokens ?? half, half));
}

function one(ask: Ask, script: Script, chance: Chance, choice: number): Answer {
  const parts = [...reasoning(ask, script, chance, choice)];
  if (script.words.has('refusal'))
    return {
      parts: [...parts, { kind: 'refusal', tokens: ask.paysRefusals ? tokenize(REFUSAL) : [] }],
      finish: 'refusal',
    };
  const calls = toolCalls(ask, script, chance, choice);
  if (calls.length > 0) {
    if (script.words.has('text')) parts.push(text(ask, script, chance, choice));
    return { parts: [...parts, ...calls], finish: 'tools' };
  }
  if (ask.images && script.words.has('image'))
    parts.push({ kind: 'image', mimeType: 'image/png', base64: PNG, tokens: Array.from({ length: 258 }, () => '') });
  const finish: Finish = script.words.has('filtered') ? 'filtered' : 'stop';
  return { parts: [...parts, text(ask, script, chance, choice)], finish };
}

function reasoning(ask: Ask, script: Script, chance: Chance, choice: number): AnswerPart[] {
  const asked = script.words.has('reasoning') || script.words.has('redacted') || script.words.has('details');
  const billed = ask.reasoning !== 'off' || script.words.has('usage');
  if (!asked && !billed) return [];
  const count = script.words.get('reasoning') ?? REASONING_TOKENS;
  const form = script.words.has('redacted') ? 'redacted' : asked || ask.reasoning === 'shown' ? 'shown' : 'hidden';
  return [
    {
      kind: 'reasoning',
      form,
      tokens: textTokens(count, script.faults.has('utf8'), chance.seed, ask.lastText, choice, 'reasoning'),
    },
  ];
}

function text(ask: Ask, script: Script, chance: Chance, choice: number): AnswerPart {
  const tokens = behind(textFor(ask, script, chance, choice), ask.prefill, script);
  return {
    kind: 'text',
    tokens: script.words.has('filtered') ? tokens.slice(0, Math.ceil(tokens.length / 2)) : tokens,
    cites: script.words.has('citations'),
  };
}

/** What of the text is still to be said where its beginning is given. */
function behind(tokens: string[], given: string | undefined, { words }: Script): string[] {
  if (given === undefined || !words.has('prefill') || words.has('repeats')) return tokens;
  const text = tokens.join('');
  return text.startsWith(given) ? lastCharacters(tokens, text.length - given.length) : tokens;
}

function textFor(ask: Ask, script: Script, chance: Chance, choice: number): string[] {
  if (script.words.has('echo')) return tokenize(ask.lastText);
  if (ask.json !== undefined || script.words.has('json')) {
    const random = seededRandom('json', chance.seed, ask.lastText, choice);
    return tokenize(
      JSON.stringify(fit(ask.json?.schema ?? { type: 'object', properties: { answer: { type: 'string' } } }, random)),
    );
  }
  return textTokens(
    script.words.get('text') ?? TEXT_TOKENS,
    script.faults.has('utf8'),
    chance.seed,
    ask.lastText,
    choice,
  );
}

function toolCalls(ask: Ask, script: Script, chance: Chance, choice: number): ToolPart[] {
  const scripted = script.words.has('tools') || script.words.has('noargs') || script.faults.has('paralleltools');
  const forced = ask.toolChoice !== 'auto' && ask.toolChoice !== 'none';
  const again = ask.toolRounds < (script.words.get('tools') ?? 1);
  if (ask.toolChoice === 'none' || !(forced || (scripted && again))) return [];
  const wanted = ask.toolChoice;
  const tools = typeof wanted === 'object' ? ask.tools.filter((tool) => tool.name === wanted.name) : ask.tools;
  const count = script.faults.has('paralleltools') && ask.parallelTools ? 3 : 1;
  if (tools.length === 0) return [];
  return Array.from({ length: count }, (_, index) => {
    const tool = tools[index % tools.length];
    const random = seededRandom('arguments', chance.seed, ask.lastText, choice, index);
    const input = script.words.has('noargs') ? {} : fitObject(tool?.schema, random);
    const id = lettersAndDigits(24, 'tool', chance.seed, chance.nonce, choice, index);
    return call(id, tool?.name ?? '', input);
  });
}

function call(id: string, name: string, input: ToolPart['input']): ToolPart {
  return {
    kind: 'tool',
    id,
    name,
    input,
    tokens: tokenize(JSON.stringify(input)),
    whole: true,
  };
}
