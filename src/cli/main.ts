/** From the command line to the exit code. */
import { canonicalLine, parseLine, UsageError } from './argv.ts';
import { prefixed } from './prefixed.ts';
import { commandTable } from './generated/command-table.ts';

/**
 * Runs one command line and sets `process.exitCode`.
 * @param invokedAs the name under which the program was started; `kubectl-calico` makes it a kubectl plugin
 */
export async function main(argv: readonly string[], invokedAs: string): Promise<void> {
  const program = invokedAs.startsWith('kubectl-') ? 'kubectl-calico' : 'calicoctl';
  const exitCode = await runLine(argv, program);
  process.exitCode = exitCode;
}

async function runLine(argv: readonly string[], program: string): Promise<number> {
  let line;
  try {
    line = parseLine(argv, commandTable, program);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return write(process.stderr, `${error.message}\n${prefixed('hint', error.hints)}`, troubleCode(argv));
  }
  if (line.type === 'help') {
    const { helpText } = await import('./help.ts');
    if (line.unknown !== undefined)
      process.stderr.write(prefixed('hint', [`there is no command ${`${line.id} ${line.unknown}`.trim()}`]));
    return write(process.stdout, helpText(line.id, program), 0);
  }
  const { execute } = await import('./execute.ts');
  const info = commandTable.commands.find(({ id }) => id === line.id);
  return execute(line.id, canonicalLine(line.values, line.args, info?.flags ?? {}));
}

/** The exit code for a line that cannot be read: 1, but for diff, whose 1 means that there are differences. */
function troubleCode(argv: readonly string[]): number {
  return argv.find((word) => !word.startsWith('-')) === 'diff' ? 2 : 1;
}

/** Prints a text, waits until it was handed over, and answers the exit code. */
function write(stream: NodeJS.WriteStream, text: string, exitCode: number): Promise<number> {
  return new Promise((resolve) => {
    stream.on('error', () => resolve(exitCode));
    stream.write(text, () => resolve(exitCode));
  });
}
