const OCTET = '(?:0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])';
const LOOPBACK = new RegExp(`^(?:::1|(?:::ffff:)?127\\.${OCTET}\\.${OCTET}\\.${OCTET})$`, 'i');

/**
 * Is this address of a peer, as a socket gives it, this machine's own: 127.0.0.0/8, ::1, or the former mapped into IPv6? Names, ports, brackets and
 * other spellings are not; undefined is not either.
 */
export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && LOOPBACK.test(address);
}
