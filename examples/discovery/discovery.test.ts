/** The functions of examples/discovery against registries on loopback that answer as their documentation says. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
// @ts-expect-error: examples are plain JavaScript
import { consul } from './consul.mjs';
// @ts-expect-error: examples are plain JavaScript
import { etcd } from './etcd.mjs';
// @ts-expect-error: examples are plain JavaScript
import { kubernetes } from './kubernetes.mjs';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A registry; what it was asked stands in `asked`. */
async function registry(answer: (asked: { url: string; body: string }) => object | number) {
  const asked: { method: string | undefined; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += String(piece);
    const url = request.url ?? '';
    asked.push({ method: request.method, url, headers: request.headers, body });
    const given = answer({ url, body });
    response.writeHead(typeof given === 'number' ? given : 200, { 'content-type': 'application/json' });
    response.end(typeof given === 'number' ? '' : JSON.stringify(given));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

it('Consul: instances that pass their checks, by the address of the service or else of its node, and their weight', async () => {
  // https://developer.hashicorp.com/consul/api-docs/health, "List Service Instances for Service"
  const { address, asked } = await registry(() => [
    {
      Node: { ID: '40e4a748', Node: 'one', Address: '10.1.10.12', Datacenter: 'dc1' },
      Service: {
        ID: 'llm1',
        Service: 'llm',
        Tags: [],
        Address: '10.1.20.5',
        Port: 8000,
        Weights: { Passing: 10, Warning: 1 },
      },
      Checks: [],
    },
    { Node: { Address: '10.1.10.13' }, Service: { ID: 'llm2', Service: 'llm', Address: '', Port: 8001 }, Checks: [] },
  ]);
  const find = consul({ address, service: 'my llm', model: 'acme/large', token: 'secret' });
  expect(await find()).toEqual([
    { model: 'acme/large', baseUrl: 'https://10.1.20.5:8000/v1', weight: 10 },
    { model: 'acme/large', baseUrl: 'https://10.1.10.13:8001/v1', weight: 1 },
  ]);
  expect(asked).toMatchObject([{ method: 'GET', url: '/v1/health/service/my%20llm?passing=true' }]);
  expect(asked[0]?.headers['x-consul-token']).toBe('secret');
});

it('etcd: what stands below a prefix, and nothing beside it', async () => {
  const stored: Record<string, object> = {
    '/llm/a': { model: 'acme/large', baseUrl: 'https://10.0.0.7:8000/v1', weight: 2 },
    '/llm/b': { model: 'acme/large', baseUrl: 'https://10.0.0.8:8000/v1' },
    '/llm0': { model: 'acme/foreign' },
  };
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  // https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/: keys and values in base64, numbers as text, no `kvs` where there are none.
  const { address, asked } = await registry(({ body }) => {
    const { key, range_end: end } = JSON.parse(body) as { key: string; range_end: string };
    const [from, until] = [key, end].map((text) => Buffer.from(text, 'base64').toString());
    const found = Object.entries(stored).filter(([name]) => name >= (from ?? '') && name < (until ?? ''));
    const kvs = found.map(([name, value]) => ({
      key: base64(name),
      create_revision: '2',
      mod_revision: '2',
      version: '1',
      value: base64(JSON.stringify(value)),
    }));
    const header = {
      cluster_id: '12585971608760269493',
      member_id: '13847567121247652255',
      revision: '2',
      raft_term: '3',
    };
    return kvs.length === 0 ? { header } : { header, kvs, count: String(kvs.length) };
  });
  expect(await etcd({ address, prefix: '/llm/' })()).toEqual([stored['/llm/a'], stored['/llm/b']]);
  expect(await etcd({ address, prefix: '/nothing/' })()).toEqual([]);
  expect(asked[0]).toMatchObject({ method: 'POST', url: '/v3/kv/range' });
});

it('Kubernetes: endpoints that are ready or do not say, of all slices, at the named port', async () => {
  // https://kubernetes.io/docs/reference/kubernetes-api/service-resources/endpoint-slice-v1/
  const slice = (addressType: string, port: number, endpoints: object[]) => ({
    addressType,
    metadata: { name: 'llm-abc', labels: { 'kubernetes.io/service-name': 'llm' } },
    ports: [
      { name: 'metrics', port: 9000, protocol: 'TCP' },
      { name: 'http', port, protocol: 'TCP' },
    ],
    endpoints,
  });
  const { address, asked } = await registry(() => ({
    kind: 'EndpointSliceList',
    apiVersion: 'discovery.k8s.io/v1',
    items: [
      slice('IPv4', 8000, [
        { addresses: ['10.2.0.4'], conditions: { ready: true, serving: true, terminating: false } },
        { addresses: ['10.2.0.5'], conditions: { ready: false, serving: true, terminating: true } },
        { addresses: ['10.2.0.6'] },
      ]),
      slice('IPv6', 8000, [{ addresses: ['2001:db8::7'], conditions: { ready: true } }]),
      { ...slice('IPv4', 8000, [{ addresses: ['10.2.0.8'] }]), ports: [] },
    ],
  }));
  const find = kubernetes({
    api: address,
    namespace: 'ai',
    service: 'llm',
    port: 'http',
    model: 'acme/large',
    token: 't',
  });
  expect(await find()).toEqual(
    ['10.2.0.4', '10.2.0.6', '[2001:db8::7]'].map((host) => ({
      model: 'acme/large',
      baseUrl: `http://${host}:8000/v1`,
    })),
  );
  expect(asked[0]?.url).toBe(
    '/apis/discovery.k8s.io/v1/namespaces/ai/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dllm',
  );
  expect(asked[0]?.headers.authorization).toBe('Bearer t');
});

it('an answer that is an error is a look-up that failed, and no empty list', async () => {
  const { address } = await registry(() => 500);
  await expect(consul({ address, service: 'llm', model: 'a/b' })()).rejects.toThrow('500');
  await expect(etcd({ address, prefix: '/llm/' })()).rejects.toThrow('500');
  const find = kubernetes({ api: address, namespace: 'ai', service: 'llm', model: 'a/b', token: 't' });
  await expect(find()).rejects.toThrow('500');
});
