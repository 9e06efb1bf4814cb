/** The size of what is downloaded when core is installed. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from '../../scripts/lib.mjs';

/** KB (1,000 bytes) of the packed core; undefined when it can't be packed here. */
export async function measurePackedSize() {
  const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'));
  try {
    return statSync(await pack('core', folder)).size / 1000;
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
