/**
 * The healthy instances of a service in Consul, as deployments (https://developer.hashicorp.com/consul/api-docs/health).
 *
 * `address`: of an agent; `model`: `provider/model` that they serve; `path`: behind their address, up to and including the version.
 */
export function consul({ address = 'http://127.0.0.1:8500', service, model, scheme = 'https', path = '/v1', token }) {
  const url = `${address}/v1/health/service/${encodeURIComponent(service)}?passing=true`;
  const headers = token === undefined ? {} : { 'x-consul-token': token };
  return async () => {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) });
    if (!response.ok) throw new Error(`Consul answered ${response.status}`);
    const entries = await response.json();
    return entries.map(({ Node, Service }) => ({
      model,
      // A service without an address of its own has that of its node.
      baseUrl: `${scheme}://${Service.Address || Node.Address}:${Service.Port}${path}`,
      weight: Service.Weights?.Passing || 1,
    }));
  };
}
