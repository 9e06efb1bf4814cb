import { memoryStore } from '@postern/core';
import { storeCases } from '@postern/core/testing';
import { describe, it } from 'vitest';
import { leasedStore } from './leased-store.ts';

describe('a store that leases', () => {
  it.each(storeCases(async () => leasedStore(memoryStore())))('$name', ({ run }) => run());
});
