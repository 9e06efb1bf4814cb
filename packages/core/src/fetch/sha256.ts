/** SHA-256 as lower-case hexadecimal, by WebCrypto: https://developer.mozilla.org/docs/Web/API/SubtleCrypto/digest */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
