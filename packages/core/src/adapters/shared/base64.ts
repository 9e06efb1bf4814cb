/** Base64 of text, on what every runtime has: btoa, atob, TextEncoder and TextDecoder. */

const CHUNK = 0x8000;

/** Standard base64 (with padding) of the UTF-8 bytes of `text`. */
export function toBase64(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (let start = 0; start < bytes.length; start += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(start, start + CHUNK));
  return btoa(binary);
}

/** The text whose UTF-8 bytes `base64` holds; padding may be missing. Throws when it is not base64. */
export function fromBase64(base64: string): string {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return new TextDecoder().decode(bytes);
}
