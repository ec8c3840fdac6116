/** Turns errors into what is printed. Sentences and exit codes are made here and nowhere else. */
import { Invalid } from '../kinds/invalid.ts';
import { describeNotice, ManifestError } from '../manifests/manifest.ts';
import type { ManifestResource, Notice } from '../manifests/manifest.ts';
import { prefixed } from './prefixed.ts';
import { Unavailable } from '../datastore/errors.ts';
import { SettingsError } from '../datastore/settings.ts';

export interface Report {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The Go tool's last touch on every message: an unknown field replaces the whole text, and a decoder's prefix at the very start is cut off.
 */
export function massage(message: string): string {
  const unknown = /unknown field "([^"]*)"/.exec(message);
  if (unknown !== null) return `field in document is not recognized or is in the wrong location: ${unknown[1] ?? ''}`;
  return message.replace(/^error unmarshaling JSON: while decoding JSON: json: /, '');
}

export function warnings(notices: readonly Notice[]): string {
  return prefixed('warning', notices.map(describeNotice));
}

/** What an error of any part of the tool prints, and with which exit code the command ends. */
export function reportOf(error: unknown): Report {
  if (!(error instanceof Error)) return { exitCode: 1, stdout: '', stderr: `${String(error)}\n` };
  switch (error.name) {
    case 'Exit': {
      const { exitCode, stdout, stderr } = fieldsOf(error);
      return { exitCode: Number(exitCode), stdout: String(stdout), stderr: `${String(stderr)}${hintsOf(error.cause)}` };
    }
    case 'Cancelled':
      return { exitCode: Number(fieldsOf(error)['exitCode']), stdout: '', stderr: `${error.message}\n` };
    case 'ClientFailed':
      return {
        exitCode: 1,
        stdout: `Failed to create Calico API client: ${error.message}\n`,
        stderr: hintsOf(error.cause),
      };
    case 'ConfigFileMissing':
      return { exitCode: 1, stdout: `${error.message}\n`, stderr: '' };
    case 'ManifestError': {
      const syntax = error instanceof ManifestError && error.reason === 'syntax';
      return {
        exitCode: 1,
        stdout: '',
        stderr: `${massage(syntax ? `failed to execute command: ${error.message}` : error.message)}\n${hintsOf(error)}`,
      };
    }
    default:
      return { exitCode: 1, stdout: '', stderr: `${massage(error.message)}\n${hintsOf(error)}` };
  }
}

/** Everything that helps with an error, down its chain of causes, each line once. */
export function hintsOf(error: unknown): string {
  const lines: string[] = [];
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current instanceof Unavailable) {
      const { endpoint, phase, setting } = current;
      lines.push(`no answer from ${endpoint} (${phase}), set by ${setting}`);
    }
    if (current instanceof SettingsError) lines.push(...current.hints);
    const { hints, notices } = fieldsOf(current);
    if (Array.isArray(hints)) lines.push(...hints.map(String));
    if (Array.isArray(notices)) lines.push(...notices.filter(isNotice).map(describeNotice));
  }
  return prefixed('hint', [...new Set(lines)]);
}

/** Where the findings about an object stand in its manifest. */
export function positionHints(error: Error, source: ManifestResource | undefined): string {
  if (source === undefined) return hintsOf(error);
  let current: unknown = error;
  while (current instanceof Error && !(current instanceof Invalid)) current = current.cause;
  if (!(current instanceof Invalid)) return hintsOf(error);
  const lines = current.problems.map(({ name, value, reason, path }) => {
    const at = source.position(path ?? '');
    const what =
      reason === undefined
        ? 'not allowed'
        : reason.replace(/^Reason: failed to validate Field: .* because of Tag: (.*?) $/, 'not a valid $1');
    const shown = value === undefined ? what : `'${value}': ${what}`;
    return describeNotice({ file: source.file, line: at.line, column: at.column, path: path ?? name, problem: shown });
  });
  return prefixed('hint', [...new Set(lines)]) + hintsOf(error);
}

function fieldsOf(error: Error): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(error));
}

function isNotice(value: unknown): value is Notice {
  return typeof value === 'object' && value !== null && 'problem' in value && 'file' in value;
}
