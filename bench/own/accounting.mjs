/** What a process tree costs, read from Linux's /proc: https://man7.org/linux/man-pages/man5/proc.5.html. Empty where there is none. */
import { readdirSync, readFileSync } from 'node:fs';

/** The process and all its descendants. */
export function treeOf(root) {
  const children = new Map();
  for (const name of list('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(read(`/proc/${name}/stat`).split(') ').at(-1).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (const id of tree) tree.push(...(children.get(id) ?? []));
  return tree;
}

/** CPU time of the processes so far, in µs: all threads, so that garbage collection and compilation count. */
export function cpuOf(tree) {
  const threads = tree.flatMap((id) =>
    list(`/proc/${id}/task`).map((thread) => `/proc/${id}/task/${thread}/schedstat`),
  );
  return threads.reduce((sum, file) => sum + Number(read(file).split(' ')[0] || 0) / 1000, 0);
}

/** Memory of the processes in MB; shared pages count in part for each. */
export function memoryOf(tree) {
  return tree.reduce(
    (sum, id) => sum + Number(/^Pss: +(\d+)/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0) / 1024,
    0,
  );
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
