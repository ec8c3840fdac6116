/** The files that are made from the kinds: their table in `docs/kinds.md`, and the JSON Schemas in `schemas`. */
import { kinds } from '../src/kinds/all.ts';
import { jsonSchema, jsonSchemaOfAll } from '../src/kinds/json-schema.ts';
import type { Kind, Verb } from '../src/kinds/kind.ts';
import type { JsonObject } from '../src/kinds/schema.ts';

const sorted = [...kinds].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Text by path from the root. */
export function kindFiles(): Readonly<Record<string, string>> {
  const files: Record<string, string> = {
    'src/kinds/generated/aliases.ts': kindAliases(),
    'docs/kinds.md': kindTable(),
    'schemas/all.json': text(jsonSchemaOfAll(sorted)),
  };
  for (const kind of sorted) files[`schemas/${kind.plural}.json`] = text(jsonSchema(kind));
  return files;
}

const text = (schema: JsonObject): string => JSON.stringify(schema);

const VERBS: readonly Verb[] = ['create', 'apply', 'replace', 'patch', 'label', 'delete'];
const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(' ');

function kindAliases(): string {
  const rows = kinds.flatMap(({ name, aliases }) => aliases.map((alias) => `${JSON.stringify(alias)}: '${name}',`));
  return `/* Made by scripts/generate.ts from the kinds. Do not edit. */

/** What the command line calls a kind, lower case, and the kind's name. */
export const kindAliases: Readonly<Record<string, string>> = {${rows.join('\n')}};
`;
}

function kindTable(): string {
  const rows = sorted.map((kind) => {
    const { name, plural, summary, aliases, scope } = kind;
    const cells = [
      `[${name}](../schemas/${plural}.json)`,
      summary,
      code(aliases),
      scope === 'cluster' ? 'cluster' : 'namespace',
      verbs(kind),
      drivers(kind),
      columns(kind),
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return `<!-- Made by scripts/generate.ts from the kinds. Do not edit. -->

# Kinds

Every kind can be read with \`get\`, and be named by any of its aliases, in any case. A name leads to the kind's JSON Schema
(see [editors](editors.md)), which explains its fields.

| kind | what it is | aliases | scope | verbs that write | drivers | columns |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Kinds of a namespace also have the column NAMESPACE, which comes first when a namespace was asked for.
`;
}

/** An object that cannot be replaced cannot be patched or labelled either. */
function refusedVerbs({ refuses = {} }: Kind): readonly Verb[] {
  const changes: readonly Verb[] = refuses.replace === undefined ? [] : ['patch', 'label'];
  return VERBS.filter((verb) => refuses[verb] !== undefined || changes.includes(verb));
}

function verbs(kind: Kind): string {
  return without(refusedVerbs(kind));
}

function drivers({ kubernetesView: view }: Kind): string {
  if (view === undefined) return 'etcd, Kubernetes, local';
  return `etcd, local; Kubernetes: a view of its ${view.of}, verbs: ${without(view.refuses)}`;
}

function without(refused: readonly Verb[]): string {
  if (refused.length === 0) return 'all';
  return refused.length === VERBS.length ? 'none' : `all but ${code(refused)}`;
}

function columns({ columns: { narrow, wide, cells } }: Kind): string {
  const shown = new Set([...narrow, ...wide, 'NAMESPACE']);
  const custom = Object.keys(cells).filter((heading) => !shown.has(heading));
  return [
    narrow.join(' '),
    ...(wide.join() === narrow.join() ? [] : [`wide: ${wide.join(' ')}`]),
    ...(custom.length === 0 ? [] : [`only by custom-columns: ${custom.join(' ')}`]),
  ].join('; ');
}
