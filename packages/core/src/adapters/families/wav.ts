const SIZE = 44;
const BITS = 16;

/**
 * What stands before samples of 16 bits in one channel to make them a WAV file.
 * Source: https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
 *
 * @param bytes of the samples
 * @param rate samples per second
 */
export function wavHeader(bytes: number, rate: number): Uint8Array {
  const head = new DataView(new ArrayBuffer(SIZE));
  const write = (at: number, text: string): void => {
    for (let letter = 0; letter < text.length; letter++) head.setUint8(at + letter, text.charCodeAt(letter));
  };
  write(0, 'RIFF');
  head.setUint32(4, SIZE - 8 + bytes, true);
  write(8, 'WAVEfmt ');
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, rate, true);
  head.setUint32(28, (rate * BITS) / 8, true);
  head.setUint16(32, BITS / 8, true);
  head.setUint16(34, BITS, true);
  write(36, 'data');
  head.setUint32(40, bytes, true);
  return new Uint8Array(head.buffer);
}
