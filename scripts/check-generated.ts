/**
 * Fails when a generated file that is committed (command manifest and pages, help texts, table of kinds, JSON Schemas) is not what
 * `scripts/generate.ts` makes of the source now.
 * Usage: `node scripts/check-generated.ts`; what differs is named by `generate.ts --check`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const { status, signal } = spawnSync(process.execPath, [join(import.meta.dirname, 'generate.ts'), '--check'], {
  stdio: 'inherit',
});
if (status !== 0) {
  console.error(
    `check-generated: generated files are not fresh (${signal ?? `exit ${status}`}): run "npm run generate" and commit`,
  );
  process.exitCode = 1;
}
