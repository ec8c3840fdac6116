/** Colour for terminals. */

/** A unified diff with its lines coloured as git colours them. */
export async function colouredDiff(diff: string): Promise<string> {
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  const paint = (line: string): string => {
    if (line.startsWith('+++') || line.startsWith('---')) return chalk.bold(line);
    if (line.startsWith('+')) return chalk.green(line);
    if (line.startsWith('-')) return chalk.red(line);
    return line.startsWith('@@') ? chalk.cyan(line) : line;
  };
  return diff.split('\n').map(paint).join('\n');
}
