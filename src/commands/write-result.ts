/** What the verbs over several objects share: they print what happened to each. */
import { describeOutcomes, describeRefused } from '../cli/outcomes.ts';
import type { WriteVerb } from '../cli/outcomes.ts';
import type { Context } from '../context.ts';
import type { VerbResult } from '../operations/crud.ts';
import { UnsafeWrites } from '../operations/write-guard.ts';

/** Prints the result of a verb, also when all of it was refused under `--safe`. @returns the exit code */
export async function printResult(
  { io }: Context,
  verb: WriteVerb,
  writing: Promise<VerbResult>,
  options: { readonly dryRun: boolean; readonly format: 'text' | 'json' | 'yaml' | 'name' },
): Promise<number> {
  let result;
  try {
    result = await writing;
  } catch (error) {
    if (error instanceof UnsafeWrites) io.out(await describeRefused(error.targets, error, options));
    throw error;
  }
  const texts = await describeOutcomes(verb, result, options);
  io.out(texts.stdout);
  io.err(texts.stderr);
  return texts.exitCode;
}
