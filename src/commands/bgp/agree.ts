/** Asking before the first write. */
import { UsageError } from '../../cli/argv.ts';
import { confirm } from '../../cli/confirm.ts';
import { Exit } from '../../cli/errors.ts';

/** @throws {UsageError} when there is nobody to ask, {Exit} when the answer is no */
export async function agree(question: string, yes: boolean, signal: AbortSignal): Promise<void> {
  if (yes) return;
  const answer = await confirm(question, signal);
  if (answer === undefined)
    throw new UsageError('nothing was written: there is no terminal to ask at', ['say --yes to go on without asking']);
  if (!answer) throw new Exit(1, { stderr: 'nothing was written\n' });
}
