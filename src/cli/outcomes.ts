/** What writing verbs print: the Go calicoctl's counting rules, or one result per resource. */
import { DatastoreError } from '../datastore/errors.ts';
import { requireKind } from '../kinds/index.ts';
import type { Kind } from '../kinds/kind.ts';
import { identifier, refOf } from '../kinds/resource.ts';
import type { Resource } from '../kinds/resource.ts';
import type { Json } from '../kinds/schema.ts';
import type { ManifestResource, Notice } from '../manifests/manifest.ts';
import { formatJson } from '../output/json.ts';
import { nameOf } from '../output/print.ts';
import { formatAmong } from './formats.ts';
import { prefixed } from './prefixed.ts';
import { massage, positionHints, warnings } from './report.ts';

/** What happened to one object. */
export interface PrintedOutcome {
  readonly target: { readonly kind: Kind; readonly resource: Resource; readonly source?: ManifestResource };
  readonly change?: string;
  readonly error?: Error | undefined;
  /** the error is about the namespace; replace does not count such an object as handled */
  readonly namespace?: true;
}

export interface PrintedResult {
  readonly outcomes: readonly PrintedOutcome[];
  readonly singleKind: string | undefined;
  readonly warnings: readonly Notice[];
}

export interface Texts {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type WriteVerb = 'create' | 'apply' | 'replace' | 'delete' | 'validate';
const PAST: Readonly<Record<WriteVerb, string>> = {
  create: 'created',
  apply: 'applied',
  replace: 'replaced',
  delete: 'deleted',
  validate: 'validated',
};

/** Formats of `-o` for writing verbs. @throws {UsageError} */
export function resultFormat(output: string | undefined): 'text' | 'json' | 'yaml' | 'name' {
  if (output === undefined) return 'text';
  return formatAmong(['json', 'yaml', 'name'], output);
}

/** The printed result of a verb over several objects. */
export async function describeOutcomes(
  verb: WriteVerb,
  result: PrintedResult,
  options: { readonly dryRun: boolean; readonly format: 'text' | 'json' | 'yaml' | 'name' },
): Promise<Texts> {
  const { outcomes } = result;
  const failed = outcomes.filter(({ error }) => error !== undefined);
  const help = new Set(failed.flatMap((outcome) => helpFor(outcome).split(/(?<=\n)/)));
  const hints = warnings(result.warnings) + [...help].join('') + whichFailed(outcomes, failed);
  const texts =
    outcomes.length === 0
      ? nothing()
      : verb === 'replace'
        ? replaceTexts(result)
        : verb === 'delete'
          ? deleteTexts(result)
          : manyTexts(verb, result);
  const stderr = texts.stderr + hints;
  if (options.format === 'text')
    return { ...texts, stdout: options.dryRun ? marked(texts.stdout) : texts.stdout, stderr };
  return { exitCode: texts.exitCode, stderr, stdout: await resultsAs(options.format, outcomes, options.dryRun) };
}

function nothing(): Texts {
  return { exitCode: 0, stdout: 'No resources specified\n', stderr: '' };
}

function marked(stdout: string): string {
  return stdout.replace(/(?<=\S)\n$/, ' (dry run)\n');
}

/** `'IPPool' resource(s)`, or without the kind when there are several. */
function resources(kind: string | undefined, word: string): string {
  return kind === undefined ? word : `'${kind}' ${word}`;
}

const errorsOf = (outcomes: readonly PrintedOutcome[]): readonly string[] =>
  outcomes.flatMap(({ error }) => (error === undefined ? [] : [error.message]));

function manyTexts(verb: WriteVerb, { outcomes, singleKind }: PrintedResult): Texts {
  const errors = errorsOf(outcomes);
  const total = outcomes.length;
  const handled = total - errors.length;
  const list = `[${errors.join(' ')}]`;
  if (errors.length === 0) {
    return {
      exitCode: 0,
      stdout: `Successfully ${PAST[verb]} ${handled} ${resources(singleKind, 'resource(s)')}\n`,
      stderr: '',
    };
  }
  if (handled === 0) {
    const what = total === 1 ? resources(singleKind, 'resource') : `any ${resources(singleKind, 'resources')}`;
    return { exitCode: 1, stdout: '', stderr: `${massage(`failed to ${verb} ${what}: ${list}`)}\n` };
  }
  const partial = `Partial success: ${PAST[verb]} the first ${handled} out of ${total} ${resources(singleKind, 'resources')}:\n`;
  return { exitCode: 1, stdout: handled > errors.length ? partial : '', stderr: `${massage(`hit error: ${list}`)}\n` };
}

/** Replace keeps the last error only, and counts a failed object as handled unless its namespace was wrong. */
function replaceTexts({ outcomes, singleKind }: PrintedResult): Texts {
  const last = errorsOf(outcomes).at(-1);
  const total = outcomes.length;
  const handled = outcomes.filter(({ namespace }) => namespace !== true).length;
  if (last === undefined) return manyTexts('replace', { outcomes, singleKind, warnings: [] });
  if (handled === 0) {
    const what = total === 1 ? resources(singleKind, 'resource') : `any ${resources(singleKind, 'resources')}`;
    return { exitCode: 1, stdout: '', stderr: `${massage(`failed to replace ${what}: ${last}`)}\n` };
  }
  const stdout = `Partial success: replaced the first ${handled} out of ${total} ${resources(singleKind, 'resources')}:\n`;
  return { exitCode: 1, stdout, stderr: `${massage(`hit error: ${last}`)}\n` };
}

function deleteTexts({ outcomes, singleKind }: PrintedResult): Texts {
  const errors = errorsOf(outcomes);
  const deleted = outcomes.length - errors.length;
  const stdout = deleted === 0 ? '' : `Successfully deleted ${deleted} ${resources(singleKind, 'resource(s)')}\n`;
  if (errors.length === 0) return { exitCode: 0, stdout, stderr: '' };
  const lines = errors.map((error) => `Failed to delete ${resources(singleKind, 'resource')}: ${error}\n`);
  return { exitCode: 1, stdout, stderr: `${massage(lines.join(''))}\n` };
}

function helpFor({ target, error }: PrintedOutcome): string {
  return error === undefined ? '' : positionHints(error, target.source);
}

/** With several objects: what became of which. The Go tool's "the first N" does not say. */
function whichFailed(outcomes: readonly PrintedOutcome[], failed: readonly PrintedOutcome[]): string {
  if (failed.length === 0 || outcomes.length === 1) return '';
  const named = (what: string, list: readonly PrintedOutcome[]): readonly string[] =>
    list.length === 0 ? [] : [`${what}: ${list.map(({ target }) => identifier(refOf(target.resource))).join(', ')}`];
  return prefixed('hint', [
    ...named(
      'failed',
      failed.filter((outcome) => !isUncertain(outcome)),
    ),
    ...named('not known whether done', failed.filter(isUncertain)),
    ...named(
      'done',
      outcomes.filter(({ error }) => error === undefined),
    ),
  ]);
}

function isUncertain({ error }: PrintedOutcome): boolean {
  return error instanceof DatastoreError && error.isUncertain;
}

/** What `-o` prints of a command that was refused as a whole, though each of its objects could be written; '' for text. */
export async function describeRefused(
  targets: readonly PrintedOutcome['target'][],
  error: Error,
  { dryRun, format }: { readonly dryRun: boolean; readonly format: 'text' | 'json' | 'yaml' | 'name' },
): Promise<string> {
  return format === 'text'
    ? ''
    : resultsAs(
        format,
        targets.map((target) => ({ target, error })),
        dryRun,
      );
}

async function resultsAs(
  format: 'json' | 'yaml' | 'name',
  outcomes: readonly PrintedOutcome[],
  dryRun: boolean,
): Promise<string> {
  if (format === 'name')
    return outcomes
      .filter(({ error }) => error === undefined)
      .map(({ target }) => nameOf(target.resource))
      .join('');
  const results = outcomes.map(({ target, change, error }): Json => {
    const { name = '', namespace } = target.resource.metadata;
    return {
      kind: target.kind.name,
      name,
      ...(namespace === undefined ? {} : { namespace }),
      result: error === undefined ? (change ?? '') : 'failed',
      ...(error === undefined ? {} : { error: massage(error.message.trimEnd()) }),
      ...(dryRun ? { dryRun: true } : {}),
    };
  });
  if (format === 'json') return `${formatJson(results)}\n`;
  const { formatYaml } = await import('../output/yaml.ts');
  return formatYaml(results);
}

/** What label and patch print about their one object: a sentence, or a result. */
export async function describeOne(
  sentence: string,
  resource: Resource,
  changed: boolean,
  { dryRun, format }: { readonly dryRun: boolean; readonly format: 'text' | 'json' | 'yaml' | 'name' },
): Promise<string> {
  if (format === 'text') return `${sentence}${dryRun ? ' (dry run)' : ''}\n`;
  const target = { kind: requireKind(resource.kind), resource };
  return resultsAs(format, [{ target, change: changed ? 'configured' : 'unchanged' }], dryRun);
}
