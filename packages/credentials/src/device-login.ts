import type { CancelSignal } from '@postern/core';
import { ask, type Members } from './ask.ts';
import { endpointAt, required } from './endpoint.ts';
import { type Transport, type TransportOptions, transportOf } from './transport.ts';

/** Settings of {@link deviceLogin}. */
export interface DeviceLoginOptions extends TransportOptions {
  /** Where a login begins; https, or http on loopback. */
  readonly deviceUrl: string;
  /** Where the token is asked for. */
  readonly tokenUrl: string;
  /** Of an app of one's own. */
  readonly clientId: string;
  readonly scope?: string;
  /** Shows the person where to go and what to type there. */
  readonly show: (login: DeviceLogin) => void | Promise<void>;
  readonly signal?: AbortSignal;
}

/** What a person has to do for a login. */
export interface DeviceLogin {
  readonly verificationUri: string;
  readonly userCode: string;
  /** Milliseconds until it is too late. */
  readonly expiresIn: number;
}

/** Between two questions, in ms, where the server says nothing, and by how much longer when it says `slow_down`. */
const INTERVAL = 5_000;

/**
 * A person's login on another device; resolves with the access token once the code was typed in. A tool for set-up, not for requests: the token is the
 * caller's to keep. Source: https://www.rfc-editor.org/rfc/rfc8628
 * Rejects when the person refuses or the code runs out.
 */
export async function deviceLogin(options: DeviceLoginOptions): Promise<string> {
  const transport = transportOf(options);
  const signal = options.signal ?? new AbortController().signal;
  const clientId = required(options.clientId, 'clientId');
  const endpoint = endpointAt(options.deviceUrl, 'deviceUrl');
  const begun = await ask({ endpoint, form: { client_id: clientId, scope: options.scope } }, transport, signal);
  const device = textIn(begun, 'device_code');
  const expiresIn = Number(begun.expires_in ?? 900) * 1000;
  const verificationUri = textIn(begun, 'verification_uri');
  await options.show({ verificationUri, userCode: textIn(begun, 'user_code'), expiresIn });
  const form = { client_id: clientId, device_code: device, grant_type: GRANT };
  const interval = begun.interval === undefined ? INTERVAL : Number(begun.interval) * 1000;
  return poll({ endpoint: endpointAt(options.tokenUrl, 'tokenUrl'), form }, interval, expiresIn, transport, signal);
}

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

async function poll(
  question: Parameters<typeof ask>[0],
  interval: number,
  expiresIn: number,
  transport: Transport,
  signal: AbortSignal,
): Promise<string> {
  const end = transport.clock.now() + expiresIn;
  for (let wait = interval; transport.clock.now() + wait < end; ) {
    await transport.clock.sleep(wait, signal);
    const answer = await asked(question, transport, signal);
    if (typeof answer.access_token === 'string') return answer.access_token;
    if (answer.error === 'slow_down') wait += INTERVAL;
    else if (answer.error !== 'authorization_pending')
      throw new Error(`the login was refused: ${String(answer.error)}`);
  }
  throw new Error('the login was not made in time');
}

/** Refusals that mean `not yet` come with 400, by some with 200. */
async function asked(
  question: Parameters<typeof ask>[0],
  transport: Transport,
  signal: CancelSignal,
): Promise<Members> {
  try {
    return await ask(question, transport, signal);
  } catch (error) {
    const found = /\b(?:authorization_pending|slow_down|access_denied|expired_token)\b/.exec(String(error));
    if (found === null) throw error;
    return { error: found[0] };
  }
}

function textIn(answer: Members, name: string): string {
  const value = answer[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`the device authorization endpoint answered without ${name}`);
}
