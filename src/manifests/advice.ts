/** What is said about input that cannot be read, beside the Go tool's words. */
import type { DecodeProblem } from '../kinds/decode.ts';
import { kindNames } from '../kinds/index.ts';
import type { InputMap, Position } from '../kinds/node.ts';
import { API_VERSION } from '../kinds/resource.ts';
import { nearestName } from './nearest.ts';
import type { YamlError } from './yaml/error.ts';

/** Words about one place; `fix` is the line to write instead. */
export interface Advice {
  readonly at: Position;
  readonly problem: string;
  readonly fix?: string | undefined;
}

/**
 * The places at which a document is no YAML.
 * @param firstLine the document's first line in the file, to blame when the error knows no place
 * @param lineAt a line of the file
 */
export function yamlAdvice(error: YamlError, firstLine: number, lineAt: (line: number) => string): readonly Advice[] {
  const at = { line: error.line ?? firstLine, column: error.column ?? 1 };
  const repeated = [...error.message.matchAll(/^ {2}line (\d+): (.*)$/gm)].map((match) => ({
    line: Number(match[1]),
    problem: match[2] ?? '',
  }));
  const [first] = repeated;
  if (first !== undefined) {
    // The Go tool counts lines within the document; only of the first one the place in the file is known.
    return repeated.map(({ line, problem }, index) => ({
      at: index === 0 ? at : { line: at.line + line - first.line, column: 1 },
      problem,
    }));
  }
  const shown = lineAt(at.line);
  if (/^ *\t/.test(shown))
    return [{ at, problem: 'YAML does not allow tabs for indentation', fix: shown.replaceAll('\t', '  ') }];
  const [, field, selector] = /^(\s*(?:- )?[\w.-]+:\s+)(!.*?)\s*$/.exec(shown) ?? [];
  return [
    {
      at,
      problem: error.message.replace(/^yaml: (line \d+: )?/, ''),
      fix: field === undefined || selector === undefined ? undefined : `${field.trim()} ${quoted(selector)}`,
    },
  ];
}

function quoted(selector: string): string {
  return selector.includes('"') ? `'${selector.replaceAll("'", "''")}'` : `"${selector}"`;
}

/** What is wrong with a field, for a person: without Go's types where a word will do. */
export function fieldAdvice({ message, unknown }: DecodeProblem): string {
  if (unknown === undefined)
    return message.replace(/^json: /, '').replace(/ into Go struct field \S+ of type (.*)$/, ', expected $1');
  const near = nearestName(unknown.field, unknown.known);
  const known = unknown.known.length <= 24 ? `; known fields: ${unknown.known.join(', ')}` : '';
  return near === undefined ? `no such field${known}` : `no such field, did you mean "${near}"?`;
}

/** An object that does not say what kind it is. */
export function kindAdvice(node: InputMap): Advice {
  const miscased = node.entries.find(({ key }) => key !== 'kind' && key.toLowerCase() === 'kind');
  if (miscased !== undefined) {
    const { key, keyAt, value } = miscased;
    const fix = 'text' in value ? `kind: ${value.text}` : 'kind:';
    return { at: keyAt, problem: `"${key}" must be written "kind"`, fix };
  }
  const [kind, apiVersion] = ['kind', 'apiVersion'].map((name) => node.entries.find(({ key }) => key === name)?.value);
  if (kind?.type === 'string' && kind.text !== '' && apiVersion !== undefined)
    return { at: apiVersion.at, problem: 'this is no API version', fix: `apiVersion: ${API_VERSION}` };
  if (kind !== undefined) return { at: kind.at, problem: 'kind must be the name of a kind, such as IPPool' };
  return apiVersion === undefined
    ? { at: node.at, problem: 'apiVersion and kind are needed', fix: `apiVersion: ${API_VERSION}` }
    : { at: node.at, problem: 'kind is missing' };
}

/** A kind or an API version that is not Calico's. */
export function typeAdvice(kind: string, apiVersion: string, at: Position): Advice {
  if (apiVersion === 'crd.projectcalico.org/v1') {
    const problem =
      'crd.projectcalico.org/v1 is how Calico stores objects in Kubernetes; calicoctl reads and writes projectcalico.org/v3';
    return { at, problem, fix: `apiVersion: ${API_VERSION}` };
  }
  if (kind === 'List' && apiVersion === 'v1')
    return { at, problem: 'a Kubernetes List is not read; put the objects into documents separated by ---' };
  if (apiVersion !== API_VERSION) {
    const problem = apiVersion === '' ? 'apiVersion is missing' : `unknown API version "${apiVersion}"`;
    return { at, problem, fix: `apiVersion: ${API_VERSION}` };
  }
  const near = nearestName(kind, kindNames);
  return { at, problem: `no kind is called "${kind}"`, fix: near === undefined ? undefined : `kind: ${near}` };
}
