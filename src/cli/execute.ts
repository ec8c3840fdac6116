/** Loads a command, runs it, and prints what went wrong. */
import { Config } from '@oclif/core/config';
import type { BaseCommand } from './base-command.ts';
import { reportOf } from './report.ts';
import { standardError, standardOutput } from './output.ts';

/**
 * Runs the command on a canonical command line.
 * @param doubts what of the line as it was written does not count
 * @returns the exit code
 */
export async function execute(id: string, argv: readonly string[], doubts: readonly string[]): Promise<number> {
  const { commandLoaders } = await import('../commands/index.ts');
  const load = commandLoaders[id];
  if (load === undefined) throw new TypeError(`no such command: ${id}`);
  const { default: Loaded } = await load();
  Loaded.id = id;
  const command = new Loaded([...argv], new CommandConfig());
  command.doubts = doubts;
  let exitCode;
  try {
    exitCode = await command.run();
  } catch (error) {
    const report = reportOf(command.interruption(error) ?? error);
    standardOutput.write(report.stdout);
    standardError.write(report.stderr);
    exitCode = report.exitCode;
  }
  await command.close().catch(() => undefined);
  return exitCode;
}

/**
 * oclif's configuration without what loading it reads: package.json, manifest and plugins cost more than most commands, and parsing a command
 * line asks only for hooks.
 */
class CommandConfig extends Config {
  constructor() {
    super({ root: '/' });
    this.bin = 'calicoctl';
  }
  override runHook: Config['runHook'] = () => Promise.resolve({ successes: [], failures: [] });
}

/** A command that the table of commands loads. */
export type CommandClass = (new (argv: string[], config: Config) => BaseCommand) &
  Pick<typeof BaseCommand, 'id' | 'summary' | 'description' | 'usage' | 'examples' | 'flags' | 'lineArgs' | 'hidden'>;
