/** Spreads 32 bits over 32 bits, so that neighbours end up far from each other (the finaliser of MurmurHash3). Source: https://github.com/aappleby/smhasher */
export function mixed(bits: number): number {
  let mixing = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixing = Math.imul(mixing ^ (mixing >>> 13), 0xc2b2ae35);
  return (mixing ^ (mixing >>> 16)) >>> 0;
}

/** The offset of FNV-1a: where the hash of a text begins. Source: http://www.isthe.com/chongo/tech/comp/fnv/ */
const BEGIN = 0x811c9dc5;

/**
 * 32 bits of a text, the same in every process: to spread by, not to protect. `from`: the hash of what stands before it; `most`: UTF-16 units that are
 * looked at.
 */
export function hashOf(text: string, from: number = BEGIN, most: number = text.length): number {
  let hash = from;
  for (let at = 0; at < most && at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mixed(hash);
}
