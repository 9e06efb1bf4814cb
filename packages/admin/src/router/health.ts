import type { Gateway } from '@postern/core';

/** What this process saw of a deployment since it started. */
export interface DeploymentState {
  readonly deployment: string;
  readonly provider: string;
  attempts: number;
  faults: number;
  /** Faults since the last answer. */
  faultsInRow: number;
  /** Milliseconds since the epoch. */
  lastOk?: number;
  lastFault?: number;
  lastFaultKind?: string;
}

/** How many deployments are watched at most; what a host discovers could be without end. */
const MOST = 10_000;

/** Counts the attempts of a gateway by deployment. */
export class DeploymentHealth {
  readonly #states = new Map<string, DeploymentState>();
  readonly #stop: () => void;

  constructor(gateway: Pick<Gateway<never>, 'events'>) {
    this.#stop = gateway.events.on('attempt-end', ({ record }) => {
      const state = this.#of(record.deployment, record.provider);
      if (state === undefined || record.outcome === 'cancelled') return;
      state.attempts += 1;
      if (record.outcome === 'ok') {
        state.lastOk = record.endedAt;
        state.faultsInRow = 0;
        return;
      }
      state.faults += 1;
      state.faultsInRow += 1;
      state.lastFault = record.endedAt;
      if (record.faultKind !== undefined) state.lastFaultKind = record.faultKind;
    });
  }

  all(): readonly Readonly<DeploymentState>[] {
    return [...this.#states.values()];
  }

  stop(): void {
    this.#stop();
  }

  #of(deployment: string, provider: string): DeploymentState | undefined {
    let state = this.#states.get(deployment);
    if (state === undefined && this.#states.size < MOST) {
      state = { deployment, provider, attempts: 0, faults: 0, faultsInRow: 0 };
      this.#states.set(deployment, state);
    }
    return state;
  }
}
