/** Asking the person at the terminal. */
import { createInterface } from 'node:readline/promises';

/**
 * Asks a question that is answered with yes or no; everything but `y` and `yes` is no.
 * @returns undefined when there is no terminal to ask at
 */
export async function confirm(question: string, signal: AbortSignal): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal });
    return ['y', 'yes'].includes(answer.trim().toLowerCase());
  } catch (error) {
    throw signal.reason instanceof Error ? signal.reason : error;
  } finally {
    terminal.close();
  }
}
