/**
 * What stands below a prefix in etcd, as deployments (https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/). Each value is one of them as JSON, such as
 * `{ "model": "acme/large", "baseUrl": "https://10.0.0.7:8000/v1", "weight": 2 }`; whoever serves writes it there, under a lease.
 */
export function etcd({ address = 'http://127.0.0.1:2379', prefix }) {
  const from = Buffer.from(prefix);
  // The first key behind all that begin so: one more in the last byte.
  const until = Buffer.from(from);
  until[until.length - 1] += 1;
  const body = JSON.stringify({ key: from.toString('base64'), range_end: until.toString('base64') });
  return async () => {
    const response = await fetch(`${address}/v3/kv/range`, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(5_000),
    });
    if (!response.ok) throw new Error(`etcd answered ${response.status}`);
    const { kvs = [] } = await response.json();
    return kvs.map(({ value }) => JSON.parse(Buffer.from(value, 'base64').toString()));
  };
}
