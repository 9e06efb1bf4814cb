import { BlockList, isIP } from 'node:net';

/** An address and the length of its prefix. */
type Block = readonly [address: string, prefix: number];

/**
 * What is no unicast address of the public internet.
 * Source: https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const CLOSED_IPV4: readonly Block[] = [
  ['0.0.0.0', 8], // this network; 0.0.0.0 is the machine itself
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared by carriers (CGNAT); metadata services too
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, with the metadata services of most clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // 6to4 relays, deprecated
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
  // Public by its number, but the platform's own services behind every machine of one cloud.
  // Source: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
  ['168.63.129.16', 32],
];

/** All that is assigned as global unicast. Outside are loopback, unique-local, link-local, multicast, IPv4-mapped addresses and NAT64. */
const GLOBAL_IPV6: Block = ['2000::', 3];

/** What is not public inside of it. Source: https://www.iana.org/assignments/iana-ipv6-special-registry */
const CLOSED_IPV6: readonly Block[] = [
  ['2001::', 23], // protocol assignments; Teredo holds an IPv4 address
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4: holds an IPv4 address
  ['3fff::', 20], // documentation
];

const closed = new BlockList();
for (const [address, prefix] of CLOSED_IPV4) closed.addSubnet(address, prefix, 'ipv4');
for (const [address, prefix] of CLOSED_IPV6) closed.addSubnet(address, prefix, 'ipv6');
const open = new BlockList();
open.addSubnet(...GLOBAL_IPV6, 'ipv6');

/**
 * Is this the address of a host on the public internet? Anything that is no address is not. A network that translates a public prefix of its own into
 * IPv4 (NAT64 with an own prefix) can't be told from here.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !closed.check(address, 'ipv4');
  // A zone names an interface of this machine.
  if (family !== 6 || address.includes('%')) return false;
  return open.check(address, 'ipv6') && !closed.check(address, 'ipv6');
}
