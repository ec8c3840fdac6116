/** From the command line to the exit code. */
import { canonicalLine, parseLine, UsageError } from './argv.ts';
import { drained, standardError, standardOutput } from './output.ts';
import { prefixed } from './prefixed.ts';
import { commandTable } from './generated/command-table.ts';

/**
 * Runs one command line and ends the process with its exit code.
 * @param invokedAs the name under which the program was started; `kubectl-calico` makes it a kubectl plugin
 */
export async function main(argv: readonly string[], invokedAs: string): Promise<never> {
  const program = invokedAs.startsWith('kubectl-') ? 'kubectl-calico' : 'calicoctl';
  let exitCode;
  try {
    exitCode = await runLine(argv, program);
    await drained();
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error && error.syscall === 'write')) throw error;
    standardError.write(unwritable(error));
    exitCode = troubleCode(argv);
  }
  // Connections that a library keeps open must not keep the process alive.
  process.exit(exitCode);
}

async function runLine(argv: readonly string[], program: string): Promise<number> {
  let line;
  try {
    line = parseLine(argv, commandTable, program);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    standardError.write(`${error.message}\n${prefixed('hint', error.hints)}`);
    return troubleCode(argv);
  }
  if (line.type === 'help') {
    const { helpText } = await import('./help.ts');
    standardError.write(prefixed('hint', line.hints ?? []));
    standardOutput.write(helpText(line.id, program));
    return 0;
  }
  const { execute } = await import('./execute.ts');
  const info = commandTable.commands.find(({ id }) => id === line.id);
  return execute(line.id, canonicalLine(line.values, line.args, info?.flags ?? {}), line.doubts);
}

/** Node's own text (`ENOSPC: no space left on device, write`) as a sentence. */
function unwritable({ message }: Error): string {
  return `standard output cannot be written: ${message.replace(/^[A-Z]+: /, '').replace(/, write$/, '')}\n`;
}

/** The exit code for a line that cannot be read, or a result that cannot be told: 1, but for diff, whose 1 means that there are differences. */
function troubleCode(argv: readonly string[]): number {
  return argv.find((word) => !word.startsWith('-')) === 'diff' ? 2 : 1;
}
