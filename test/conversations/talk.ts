import { type SimCall, type SimDispatcher, simDispatcher } from '@postern/sim';
import { wireText } from '../kit/event-stream.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { type Client, clientOf, type Habit } from './clients/client.ts';
import { aliasOf, chatRequest, type GatewaySettings, gatewayOver } from './gateway.ts';
import { judgeHead } from './judge.ts';
import type { AnswerView } from './neutral.ts';
import { MODELS } from './pairs.ts';
import { type Played, recording, told, wholeOf } from './play.ts';
import { READERS } from './read/index.ts';
import { sealsOf } from './seals.ts';

/** What one turn of a conversation brought. */
export interface Turn {
  readonly dropped: readonly string[];
  readonly inserted: readonly string[];
  readonly call: SimCall;
  readonly answer: AnswerView;
  /** As the provider said it. */
  readonly said: AnswerView;
  /** What the provider sealed in its answer. */
  readonly sealed: readonly string[];
  /** What was in the request that it got. */
  readonly returned: readonly string[];
}

/** A client in a conversation with whatever models it likes, over one gateway. */
export interface Talk {
  readonly client: Client;
  readonly calls: SimDispatcher['calls'];
  /** Sends the history to a model; throws unless all is well. Runs the calls in the answer. */
  turn(target: Speaker): Promise<Turn>;
  /** The same, unjudged. */
  ask(target: Speaker): Promise<Pick<Played, 'status' | 'headers' | 'text' | 'dropped' | 'inserted'>>;
}

/** A model to talk to: a provider by its alias, and the format that it speaks. */
export interface Speaker {
  readonly alias: string;
  readonly format: ChatFormat;
  /** Words of the sim for its answers. */
  readonly script: string;
  /** Wants its plain thinking back. */
  readonly words?: true;
}

export interface Talking {
  readonly format: ChatFormat;
  readonly habit: Habit;
  readonly stream: boolean;
  readonly more?: GatewaySettings['more'];
}

export function talk({ format, habit, stream, more = {} }: Talking): Talk {
  let script = '';
  // Compatible APIs have fields of their own.
  const sim = simDispatcher({ script: () => script, unknownFields: Object.keys(more).length > 0 ? 'allow' : 'refuse' });
  const recorder = recording(sim);
  const gateway = gatewayOver(recorder, { models: MODELS, more });
  const client = clientOf(format, habit);

  async function ask(target: Speaker) {
    script = target.script;
    const response = await gateway.fetch(chatRequest(format, client.body(), aliasOf(target.alias), stream));
    return { ...told(response), text: await wireText(response) };
  }

  async function turn(target: Speaker): Promise<Turn> {
    const heard = await ask(target);
    judgeHead(heard, stream);
    const call = sim.calls.at(-1);
    if (call === undefined) throw new Error('nobody was called');
    const original = wholeOf(target.format, recorder.text(), stream);
    const answer = wholeOf(format, heard.text, stream, false);
    const calls = client.keep(answer);
    if (calls.length > 0) client.report(calls, 'It rains.');
    return {
      dropped: heard.dropped,
      inserted: heard.inserted,
      call,
      answer: READERS[format].answer(answer),
      said: READERS[target.format].answer(original),
      sealed: sealsOf(original, target.words === true),
      returned: sealsOf(call.body, target.words === true),
    };
  }
  return { client, calls: sim.calls, ask, turn };
}
