/** What every command has: the shared flags, the context, and options made from both. */
import { Command } from '@oclif/core/command';
import type { Context } from '../context.ts';
import { parseDuration } from '../kinds/scalars/duration.ts';
import type { RealContext } from './context.ts';
import { UsageError } from './argv.ts';
import type { CommandInfo } from './argv.ts';
import { globalFlags } from './flags.ts';

const LOG_LEVELS = ['panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace'];

/** Values of the flags that every command has. */
export interface GlobalValues {
  readonly 'log-level': string;
  readonly context: string;
  readonly 'allow-version-mismatch': boolean;
  readonly 'request-timeout': string;
  readonly 'no-color': boolean;
  readonly safe: boolean;
  readonly config?: string | undefined;
}

/** Values of the flags that commands reading resources have. */
export interface InputValues extends GlobalValues {
  readonly filename?: string | undefined;
  readonly recursive: boolean;
  readonly 'skip-empty': boolean;
  readonly namespace: string;
  readonly 'dry-run'?: string | undefined;
}

/** A command of the tool. `run` answers with the exit code. */
export abstract class BaseCommand extends Command {
  static override baseFlags = globalFlags;

  /** how many arguments the command takes, where the number is checked */
  static lineArgs: CommandInfo['args'];

  /** what of the command line does not count, a sentence each */
  doubts: readonly string[] = [];

  private readonly opened: RealContext[] = [];

  abstract override run(): Promise<number>;

  /** The real world, with the settings of this command line; another one with every call. @throws {UsageError}, also as {@link doubt} */
  protected async world(flags: GlobalValues): Promise<Context> {
    const level = flags['log-level'].toLowerCase();
    if (!LOG_LEVELS.includes(level)) {
      throw new UsageError(
        `unknown log level: ${flags['log-level']}, expected one of: panic, fatal, error, warn, info, debug`,
        /[=()]/.test(level) ? ['-l is the log level; resources are chosen by label with --selector'] : [],
      );
    }
    const { realContext } = await import('./context.ts');
    const context = realContext({
      configFile: flags.config === '' ? undefined : flags.config,
      kubeContext: flags.context,
      requestTimeout: milliseconds('--request-timeout', flags['request-timeout']),
      noColour: flags['no-color'],
      debug: level === 'debug' || level === 'trace',
    });
    this.opened.push(context);
    const { doubts } = this;
    this.doubts = [];
    for (const text of doubts) this.doubt(flags, text);
    return context;
  }

  /**
   * Warns of a part of the command line that does not count.
   * @throws {UsageError} under `--safe`, where the command writes or manifests are read
   */
  protected doubt(flags: GlobalValues & { readonly filename?: string | undefined }, text: string): void {
    const writes = ['dry-run', 'yes', 'out'].some((name) => Object.hasOwn(this.ctor.flags, name));
    if (isSafe(flags) && (writes || (flags.filename ?? '') !== '')) throw new UsageError(`refused: ${text}`);
    for (const context of this.opened) context.warn(text);
  }

  /** Arguments that change nothing, as in the Go tool. @throws {UsageError} as {@link doubt} */
  protected ignored(flags: GlobalValues, args: readonly string[], where: string, instead: string): void {
    if (args.length > 0) this.doubt(flags, `arguments have no effect${where} (${args.join(' ')})${instead}`);
  }

  /** For commands that go on until they are ended: warnings do not wait for that. */
  protected warnAtOnce(): void {
    for (const context of this.opened) context.warnAtOnce();
  }

  /** The signal that ended the command, whatever words an error put around it; undefined when the error says more, or there was none. */
  interruption(error: unknown): Error | undefined {
    if (error instanceof Error && error.name === 'Interrupted') return undefined;
    const reason: unknown = this.opened.find(({ signal }) => signal.aborted)?.signal.reason;
    return reason instanceof Error ? reason : undefined;
  }

  /** Closes what the command opened. */
  async close(): Promise<void> {
    for (const context of this.opened) await context.close();
  }

  /** The options that operations share. */
  protected common(flags: GlobalValues & { readonly 'dry-run'?: string | undefined }): {
    readonly allowVersionMismatch: boolean;
    readonly safe: boolean;
    readonly dryRun: boolean;
  } {
    const dryRun = flags['dry-run'];
    if (dryRun !== undefined && dryRun !== 'server') {
      throw new UsageError(`invalid argument "${dryRun}" for "--dry-run" flag: write --dry-run or --dry-run=server`);
    }
    return {
      allowVersionMismatch: flags['allow-version-mismatch'] || isOn(process.env['CALICOCTL_ALLOW_VERSION_MISMATCH']),
      safe: isSafe(flags),
      dryRun: dryRun !== undefined,
    };
  }

  /** How many objects are written at once. @throws {UsageError} */
  protected pace({ concurrency }: { readonly concurrency: string }): { readonly concurrency: number } {
    return { concurrency: countOf('--concurrency', concurrency) };
  }

  /** The objects that the command line means: a file, or a kind and names. @throws {UsageError} as {@link doubt} */
  protected selection(flags: InputValues, args: readonly string[], allNamespaces = false) {
    const [kind, ...names] = args;
    const filename = flags.filename === '' ? undefined : flags.filename;
    if (filename !== undefined) this.ignored(flags, args, ' beside --filename', ': one file or directory is read');
    return {
      filename,
      recursive: flags.recursive,
      skipEmpty: flags['skip-empty'],
      namespace: flags.namespace,
      allNamespaces,
      kind,
      names,
    };
  }
}

function isSafe({ safe }: GlobalValues): boolean {
  return safe || isOn(process.env['CALICOCTL_SAFE']);
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && ['1', 't', 'true', 'yes', 'on'].includes(value.toLowerCase());
}

/** A whole number of 1 to 9999. @throws {UsageError} */
export function countOf(flag: string, value: string): number {
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value);
  throw new UsageError(`invalid argument "${value}" for "${flag}" flag: not a number above 0`, [
    'a whole number of 1 to 9999 is wanted',
  ]);
}

/** A duration such as `10s` or `0` as milliseconds; a bare number means seconds. @throws {UsageError} */
export function milliseconds(flag: string, value: string): number {
  const refusal = (reason: string): UsageError =>
    new UsageError(`invalid argument "${value}" for "${flag}" flag: ${reason}`, [
      'a duration is written 30s, 5m or 1h30m; 0 is no limit',
    ]);
  let nanoseconds;
  try {
    nanoseconds = parseDuration(/^-?\d+$/.test(value) && value !== '0' ? `${value}s` : value);
  } catch (error) {
    throw refusal(error instanceof Error ? error.message : String(error));
  }
  if (nanoseconds < 0n) throw refusal('it may not be negative');
  return Number(nanoseconds / 1_000_000n);
}
