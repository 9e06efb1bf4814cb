import type { GatewayConfig, GatewayEvents } from '@postern/core';
import { type ServedSim, type SimSession, serveSim } from '@postern/sim';
import { eventually } from '../kit/eventually.ts';
import { Client } from './client.ts';
import { SESSION_HOSTS, type SessionHost, type SessionHostName } from './hosts.ts';

export const OPERATORS_KEY = 'operators-key-7f3a91c05d';

/** A gateway that serves sessions, and a simulated provider behind it. */
export interface SessionStage {
  readonly host: SessionHost;
  readonly sim: ServedSim;
  readonly ended: readonly GatewayEvents['request-end'][];
  readonly logged: readonly string[];
  open(model: string, options?: ConstructorParameters<typeof Client>[1]): Client;
  /** The newest session at the provider, once there are so many. */
  session(count?: number): Promise<SimSession>;
  /** The newest end, once there are so many. */
  end(count?: number): Promise<GatewayEvents['request-end']>;
  close(): Promise<void>;
}

export async function sessionStage(
  name: SessionHostName = 'node:http',
  config: Partial<GatewayConfig> = {},
): Promise<SessionStage> {
  const sim = await serveSim();
  const logged: string[] = [];
  const note = (message: string, fields?: object): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const host = await SESSION_HOSTS[name]({
    access: 'open',
    providers: { oa: { extends: 'openai', baseUrl: `${sim.url}/v1`, apiKey: OPERATORS_KEY } },
    models: { voice: { deployments: ['oa/sim-realtime'] } },
    allowDirect: true,
    log: { warn: note, error: note },
    ...config,
  });
  const ended: GatewayEvents['request-end'][] = [];
  host.gateway.events.on('request-end', (event) => ended.push(event));
  return {
    host,
    sim,
    ended,
    logged,
    open: (model, options) =>
      new Client(`ws://${host.address}/ai/v1/realtime?model=${encodeURIComponent(model)}`, options),
    async session(count = 1) {
      await eventually(() => sim.sessions.length >= count);
      return sim.sessions[count - 1] as SimSession;
    },
    async end(count = 1) {
      await eventually(() => ended.length >= count);
      return ended[count - 1] as GatewayEvents['request-end'];
    },
    async close() {
      await host.close();
      await sim.close();
    },
  };
}
