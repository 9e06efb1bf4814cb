import { createSocket } from 'node:dgram';
import dns from 'node:dns/promises';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { nodePlatform } from './platform.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

const nameOf = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'ascii')]),
    Buffer.from([0]),
  ]);
const numbers = (...all: number[]): Buffer => Buffer.from(all.flatMap((number) => [number >> 8, number & 255]));

/** A name server on loopback: header, question and resource records as in RFC 1035, 4.1; the data of SRV records as in RFC 2782. */
async function nameServer(
  records: readonly (readonly [priority: number, weight: number, port: number, name: string])[],
) {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const question = query.subarray(12, query.indexOf(0, 12) + 5);
    const answers = records.map(([priority, weight, port, name]) => {
      const data = Buffer.concat([numbers(priority, weight, port), nameOf(name)]);
      // The name is that of the question, at 12; type 33 is SRV, class 1 IN; 60 s.
      return Buffer.concat([numbers(0xc00c, 33, 1, 0, 60, data.length), data]);
    });
    // An answer, recursion available; 3: there is no such name.
    const flags = records.length === 0 ? 0x8183 : 0x8180;
    const header = Buffer.concat([query.subarray(0, 2), numbers(flags, 1, records.length, 0, 0)]);
    socket.send(Buffer.concat([header, question, ...answers]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const before = dns.getServers();
  dns.setServers([`127.0.0.1:${socket.address().port}`]);
  ends.push(() => {
    dns.setServers(before);
    socket.close();
  });
}

it('SRV records are looked up in DNS, with the name of the host as it stands there', async () => {
  await nameServer([
    [10, 60, 8443, 'one.example.test'],
    [20, 0, 443, 'two.example.test'],
  ]);
  const found = (await nodePlatform().srv?.('_llm._tcp.example.test')) ?? [];
  expect([...found].sort((a, b) => a.priority - b.priority)).toMatchObject([
    { name: 'one.example.test', port: 8443, priority: 10, weight: 60 },
    { name: 'two.example.test', port: 443, priority: 20, weight: 0 },
  ]);
});

it('a name without records is a look-up that failed', async () => {
  await nameServer([]);
  await expect(nodePlatform().srv?.('_llm._tcp.example.test')).rejects.toThrow('ENOTFOUND');
});
