import { connect } from 'node:net';

/** Writes bytes to a server and gives all that came back until it closed the connection. Ask with `connection: close`. */
export function raw(url: string, bytes: string | Uint8Array): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    const done = (): void => resolve(Buffer.concat(pieces).toString('latin1'));
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('close', done);
    socket.on('error', done);
    socket.write(bytes);
  });
}

/** The status of a raw answer; 0 when there was none. */
export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}

/** How many answers came over the connection. */
export function answersIn(answer: string): number {
  return answer.match(/^HTTP\/1\.1 \d{3}/gm)?.length ?? 0;
}
