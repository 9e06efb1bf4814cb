import { describe, expect, it } from 'vitest';
import { resourceRoute } from './route.ts';
import { RESOURCE_PATHS } from './table.ts';

const told = (method: string, path: string) => {
  const route = resourceRoute(method, path);
  return route && [route.resource.kind, route.action, route.id];
};

describe('a path of what a provider keeps', () => {
  // The paths and methods of https://platform.openai.com/docs/api-reference
  it.each([
    ['POST', '/v1/files', ['file', 'make', undefined]],
    ['GET', '/v1/files', ['file', 'list', undefined]],
    ['DELETE', '/v1/files/file-abc123', ['file', 'drop', 'file-abc123']],
    ['POST', '/v1/uploads/upload_abc/parts', ['upload', 'use', 'upload_abc']],
    ['POST', '/v1/fine_tuning/jobs/ftjob-1/cancel', ['fine-tuning job', 'use', 'ftjob-1']],
    ['DELETE', '/v1/models/ft:gpt-4o-mini:acme:x:9', ['model', 'drop', 'ft:gpt-4o-mini:acme:x:9']],
    ['GET', '/v1/chat/completions', ['chat completion', 'list', undefined]],
    ['DELETE', '/v1/responses/resp_1', ['response', 'drop', 'resp_1']],
    ['DELETE', '/v1/vector_stores/vs_1/files/file-1', ['vector store', 'use', 'vs_1']],
    ['POST', '/v1/threads/runs', ['thread', 'use', undefined]],
    ['GET', '/v1/threads/runs', ['thread', undefined, undefined]],
    ['POST', '/v1/threads/thread_1/runs/run_1/submit_tool_outputs', ['thread', 'use', 'thread_1']],
    ['PUT', '/v1/files', ['file', undefined, undefined]],
  ])('%s %s is one', (method, path, expected) => expect(told(method, path)).toEqual(expected));

  it.each([
    '/v1/files/',
    '/v1/files/a/b',
    '/files',
    '/v1/organization/users',
    '/v1/files/..',
    '/v1/files/a%2fb',
    '/v1/file',
  ])('%s is none', (path) => expect(told('GET', path)).toBeUndefined());

  it('leads to one row, whatever its ids are', () => {
    for (const { path, methods } of RESOURCE_PATHS) {
      const filled = path.replaceAll('{id}', 'id-1').replaceAll('*', 'id-2');
      for (const method of Object.keys(methods))
        expect(resourceRoute(method, `/v1${filled}`)?.resource.path).toBe(path);
    }
  });

  it('with an id below has the owner’s id above', () => {
    for (const { path } of RESOURCE_PATHS) if (path.includes('*')) expect(path.indexOf('{id}')).toBeGreaterThan(0);
  });
});
