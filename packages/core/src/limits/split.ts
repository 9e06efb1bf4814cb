import type { LimitSettings } from '../config/limit-settings.ts';
import { LimitWindow } from './windows.ts';

/** Limits by when they are asked: those of whoever calls and of the model once a request, those of where it goes once an attempt. */
export interface Windows {
  readonly requests: readonly LimitWindow[];
  readonly attempts: readonly LimitWindow[];
}

export function windowsFor(limits: readonly LimitSettings[]): Windows {
  const windows = limits.map((limit) => new LimitWindow(limit));
  return { requests: windows.filter((window) => !isOfAttempt(window)), attempts: windows.filter(isOfAttempt) };
}

const isOfAttempt = ({ settings: { kind } }: LimitWindow): boolean => kind === 'provider' || kind === 'deployment';
