/** Longest name in a header; what follows is cut. */
const MAX_NAME = 128;

/** A name as it stands in a header that lists names: only what is safe in one. */
export function headerName(name: string): string {
  return name
    .slice(0, MAX_NAME)
    .replace(/[^\x21-\x7e]+/g, '_')
    .replaceAll(',', ';');
}
