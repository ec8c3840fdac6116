import { clientProblems, schemaProblems, withSchemaDefaults } from '../../src/kinds/check.ts';
import { describeProblems } from '../../src/kinds/invalid.ts';
import { withSpec } from '../../src/kinds/object.ts';
import { decodeFile } from '../../src/manifests/decode.ts';

/** What `validate` says about a document of one object: `valid`, or the whole message of the decoder or of the checks. */
export function verdict(document: string): string {
  const { resources, error } = decodeFile('document.yaml', new TextEncoder().encode(document));
  if (error !== undefined) return error.message;
  const [first] = resources;
  if (first === undefined || resources.length > 1)
    throw new Error(`a document of one object was expected: ${document}`);
  const { kind, resource } = first;
  const filled = withSpec(kind, resource, withSchemaDefaults(kind.spec, resource.spec));
  const problems = [...clientProblems(kind, resource), ...schemaProblems(kind, filled, { rangesOfInt32: true })];
  return problems.length === 0 ? 'valid' : describeProblems(problems);
}

/** {@link verdict} on an object of a kind; the spec is YAML in one line. */
export function verdictOn(kind: string, spec: string, name = 'p'): string {
  return verdict(`{apiVersion: projectcalico.org/v3, kind: ${kind}, metadata: {name: ${name}}, spec: ${spec}}`);
}

/** What the Go client says when a field does not satisfy a struct tag; the blank at the end is its own. */
export function byTag(field: string, value: string, tag: string): string {
  return `${field} = '${value}' (Reason: failed to validate Field: ${field} because of Tag: ${tag} )`;
}

/** The message of several findings. */
export function several(...problems: readonly string[]): string {
  return `error with the following fields:\n${problems.map((problem) => `-  ${problem}\n`).join('')}`;
}
