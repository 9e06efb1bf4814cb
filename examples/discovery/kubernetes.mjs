/**
 * The pods behind a Kubernetes service, as deployments, out of its EndpointSlices
 * (https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/). The account of the gateway's pod needs `list` on `endpointslices` of
 * `discovery.k8s.io`, and Node the cluster's certificate: NODE_EXTRA_CA_CERTS=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt
 *
 * `port`: its name in the service; default the first one. Plain http to pods needs `allowInsecure` of the provider.
 */
import { readFile } from 'node:fs/promises';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

export function kubernetes({
  api = 'https://kubernetes.default.svc',
  namespace,
  service,
  port,
  model,
  scheme = 'http',
  path = '/v1',
  token,
}) {
  const selector = encodeURIComponent(`kubernetes.io/service-name=${service}`);
  const url = `${api}/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${selector}`;
  return async () => {
    // It is renewed in its file.
    const authorization = `Bearer ${token ?? (await readFile(TOKEN, 'utf8')).trim()}`;
    const response = await fetch(url, { headers: { authorization }, signal: AbortSignal.timeout(5_000) });
    if (!response.ok) throw new Error(`Kubernetes answered ${response.status}`);
    const { items } = await response.json();
    return items.flatMap(({ addressType, endpoints, ports }) => {
      const number = ports?.find(({ name }) => port === undefined || name === port)?.port;
      if (number === undefined) return [];
      return (endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready !== false) // not said: ready
        .map(({ addresses: [address] }) => (addressType === 'IPv6' ? `[${address}]` : address))
        .map((host) => ({ model, baseUrl: `${scheme}://${host}:${number}${path}` }));
    });
  };
}
