/** The rest of a URL below a prefix such as `/ai`, with its slash; undefined when it stands elsewhere. */
export function pathBelow(prefix: string, url: string): string | undefined {
  if (!url.startsWith(prefix)) return undefined;
  const rest = url.slice(prefix.length);
  return rest.startsWith('/') ? rest : undefined;
}
