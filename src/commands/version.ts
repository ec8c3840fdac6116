import * as Flags from '@oclif/core/flags';
import { UsageError } from '../cli/argv.ts';
import { BaseCommand } from '../cli/base-command.ts';
import { BUILD } from '../cli/build.ts';
import { configFlag } from '../cli/flags.ts';
import { reportOf } from '../cli/report.ts';
import type { Context } from '../context.ts';
import { parseDuration } from '../kinds/scalars/duration.ts';
import { KNOWN_RELEASES } from '../operations/known-releases.ts';
import { formatJson } from '../output/json.ts';

export default class Version extends BaseCommand {
  static override summary = 'Show the versions of this tool and of the cluster.';
  static override description =
    'Shows the newest Calico release that this tool knows, its build, and what the cluster says of itself.';
  static override usage = 'version';
  static override examples = ['calicoctl version', 'calicoctl version --client'];
  static override strict = false;
  static override flags = {
    ...configFlag,
    client: Flags.boolean({ summary: 'Only this tool; no datastore is asked.' }),
    poll: Flags.string({ summary: 'Ask again at this interval and print what changes, such as 5s.' }),
    output: Flags.string({ char: 'o', summary: 'json.' }),
  };

  async run(): Promise<number> {
    const { flags, argv } = await this.parse(Version);
    // The Go tool has no such flag here: only json, which is new, is understood.
    if (flags.output !== undefined && flags.output !== 'json')
      throw new UsageError("unknown shorthand flag: 'o' in -o", ['-o json is understood, no other format']);
    const interval = pollInterval(flags.poll);
    const context = await this.world(flags);
    this.ignored(flags, argv.map(String), '', '');
    if (flags.output === 'json') return this.json(context, flags.client);
    context.io.out(`Client Version:    ${KNOWN_RELEASES.newest}\nGit commit:        ${BUILD.commit}\n`);
    if (flags.client) return 0;
    const { clusterVersion } = await import('../operations/version.ts');
    const show = async (before: readonly string[]): Promise<readonly string[]> => {
      const found = await clusterVersion(context);
      const lines =
        found === 'undetected'
          ? ['Unable to detect installed Calico version']
          : [`Cluster Version:   ${found.version}`, `Cluster Type:      ${found.type}`];
      for (const line of lines) if (!before.includes(line)) context.io.out(`${line}\n`);
      return lines;
    };
    let shown = interval === 0 ? await show([]) : await pollOnce(context, show, []);
    if (interval > 0) this.warnAtOnce();
    while (interval > 0) {
      const { sleep } = await import('../operations/sleep.ts');
      await sleep(interval, context.signal);
      shown = await pollOnce(context, show, shown);
    }
    return 0;
  }

  private async json(context: Context, clientOnly: boolean): Promise<number> {
    const client = {
      clientVersion: KNOWN_RELEASES.newest,
      knownReleases: { ...KNOWN_RELEASES },
      version: BUILD.version,
      gitCommit: BUILD.commit,
    };
    if (clientOnly) {
      context.io.out(`${formatJson(client)}\n`);
      return 0;
    }
    const { clusterVersion } = await import('../operations/version.ts');
    const found = await clusterVersion(context);
    const cluster = found === 'undetected' ? {} : { clusterVersion: found.version, clusterType: found.type };
    context.io.out(`${formatJson({ ...client, ...cluster })}\n`);
    return 0;
  }
}

/** While polling, an error is printed and the next round comes all the same. */
async function pollOnce(
  context: Context,
  show: (before: readonly string[]) => Promise<readonly string[]>,
  before: readonly string[],
): Promise<readonly string[]> {
  try {
    return await show(before);
  } catch (error) {
    context.signal.throwIfAborted();
    context.io.err(reportOf(error).stderr);
    return before;
  }
}

/** Milliseconds between polls; 0 for none. @throws {UsageError} */
function pollInterval(text: string | undefined): number {
  if (text === undefined || text === '') return 0;
  try {
    return Number(parseDuration(text) / 1_000_000n);
  } catch {
    throw new UsageError(`invalid poll duration specified: ${text}`);
  }
}
