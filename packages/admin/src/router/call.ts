import type { Gateway, GatewayRequest, Store } from '@postern/core';
import type * as z from 'zod';
import type { AdminContext } from '../operations/context.ts';
import type { Identity } from './access.ts';
import type { DeploymentHealth } from './health.ts';
import type { Answer } from './reply.ts';

/** A request that is known, authorised and checked. */
export interface AdminCall {
  readonly who: Identity;
  readonly context: AdminContext;
  readonly store: Store;
  readonly gateway: Gateway<never> | undefined;
  readonly health: DeploymentHealth | undefined;
  readonly request: GatewayRequest;
  /** Parameters of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** As the route's schema gives it. */
  readonly query: Readonly<Record<string, unknown>>;
  /** As the route's schema gives it. */
  readonly body: unknown;
  /** Of If-Match; undefined for `*`, and where none is asked for. */
  readonly etag: string | undefined;
}

/** Whom a route is for: `any` looks at who asks by itself. */
export type For = 'admin' | 'viewer' | 'any';

/** One operation of the API: its path, what it takes, and what it does. The OpenAPI document is written from these. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** With `{parameters}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly for: For;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The body may be left out. */
  readonly bodyOptional?: boolean;
  readonly ifMatch?: boolean;
  /** Of the good answer. Default 200. */
  readonly status?: number;
  readonly answer?: z.ZodType;
  /** Of an answer that is no JSON. */
  readonly types?: readonly string[];
  run(call: AdminCall): Promise<Answer> | Answer;
}
