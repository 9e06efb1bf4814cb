/** Flags as `-name value`, or `-name` alone for a switch; `-H` may come again and again. */
export function readFlags(args, defaults) {
  const flags = { ...defaults, H: [] };
  for (let index = 0; index < args.length; index += 1) {
    const name = args[index].replace(/^-+/, '');
    if (name === 'H') flags.H.push(args[++index]);
    else if (typeof defaults[name] === 'boolean') flags[name] = true;
    else if (typeof defaults[name] === 'number') flags[name] = Number(args[++index]);
    else if (typeof defaults[name] === 'string') flags[name] = args[++index];
    else throw new Error(`no flag -${name}`);
  }
  return flags;
}

/** Milliseconds of `500ms`, `3s` or `1m`. */
export function millisecondsOf(text) {
  const [, number, unit] = /^([\d.]+)(ms|s|m)?$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`${text} is no time`);
  return Number(number) * { ms: 1, s: 1000, m: 60_000 }[unit ?? 's'];
}
