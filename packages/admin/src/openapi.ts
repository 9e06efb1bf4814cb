import * as z from 'zod';
import { ADMIN_ERRORS } from './errors.ts';
import type { Route } from './router/call.ts';

/** An OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0): its schemas are those that requests are checked by. */
export function openApi(routes: readonly Route[]): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const at = paths[route.path] ?? {};
    paths[route.path] = at;
    at[route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Postern admin API',
      version: '1',
      description: 'Paths are below the mount.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: './' }],
    security: [{ host: [] }],
    paths,
    components: {
      schemas: { Error: ERROR },
      responses: {
        Refused: {
          description: 'Refused; nothing was changed.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
      securitySchemes: {
        host: {
          type: 'http',
          scheme: 'bearer',
          description: 'Whatever the host takes for an identity: it decides on each request.',
        },
      },
    },
  };
}

const ERROR = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', description: `Such as ${Object.keys(ADMIN_ERRORS).join(', ')}.` },
        message: { type: 'string' },
        param: { type: 'string', description: 'The path of the field at fault.' },
      },
    },
  },
};

function operation(route: Route): Record<string, unknown> {
  const { id, summary, body, bodyOptional, status = 200 } = route;
  return {
    operationId: id,
    summary,
    parameters: [...pathParameters(route), ...queryParameters(route), ...(route.ifMatch === true ? [IF_MATCH] : [])],
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: bodyOptional !== true,
            content: { 'application/json': { schema: schemaOf(body, 'input') } },
          },
        }),
    responses: { [status]: good(route), default: { $ref: '#/components/responses/Refused' } },
  };
}

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  required: true,
  description: 'The etag that was read, in quotes, or `*` for whichever there is.',
  schema: { type: 'string' },
};

function good({ answer, types, summary }: Route): Record<string, unknown> {
  if (types !== undefined)
    return {
      description: summary,
      content: Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }])),
    };
  if (answer === undefined) return { description: 'Done.' };
  const headers = { etag: { description: 'Of a single entity: its version.', schema: { type: 'string' } } };
  return { description: summary, headers, content: { 'application/json': { schema: schemaOf(answer, 'output') } } };
}

const pathParameters = ({ path }: Route): unknown[] =>
  [...path.matchAll(/\{([a-z]+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters({ query }: Route): unknown[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    readonly properties?: Record<string, Record<string, unknown>>;
    readonly required?: readonly string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

/** A schema to stand inside of the document. What can only be checked by code is left out of it. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    reused: 'inline',
  });
  return rest;
}
