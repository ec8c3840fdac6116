/** Objects as text in a chosen format. */
import { globalAsNumber } from '../kinds/calico-node.ts';
import type { Related } from '../kinds/kind.ts';
import { resourceJson } from '../kinds/resource.ts';
import type { Resource, ResourceList } from '../kinds/resource.ts';
import type { Json } from '../kinds/schema.ts';
import type { Format } from './format.ts';
import { formatJson } from './json.ts';
import { formatTable, UnknownHeading } from './table.ts';

export type Printable = Resource | ResourceList;

export interface PrintOptions {
  readonly withNamespace: boolean;
  readonly related: Related;
  /** text of the template, for `go-template-file` */
  readonly template: string;
}

/** What was printed before an error, and the error. */
export interface Printed {
  readonly text: string;
  readonly error?: Error;
}

/**
 * The objects in the format: one object as it is, several as a list without a wrapper, none as null; tables one after the other.
 */
export async function print(found: readonly Printable[], format: Format, options: PrintOptions): Promise<Printed> {
  switch (format.type) {
    case 'yaml': {
      const { formatYaml } = await import('./yaml.ts');
      return { text: formatYaml(together(found)) };
    }
    case 'json':
      return { text: formatJson(together(found)) };
    case 'name':
      return {
        text: found
          .flatMap((answer) => ('items' in answer ? answer.items : [answer]))
          .map(nameOf)
          .join(''),
      };
    case 'jsonpath': {
      const { renderJsonPath } = await import('./jsonpath/evaluate.ts');
      return attempt(() => renderJsonPath(format.expression, kubectlRoot(found)));
    }
    case 'go-template':
    case 'go-template-file': {
      const { renderTemplate } = await import('./template/render.ts');
      const config = { asnumber: globalAsNumber(options.related) };
      return attempt(() => renderTemplate(options.template, found, config));
    }
    case 'ps':
    case 'wide':
    case 'custom-columns':
      return tables(found, format, options);
  }
}

function tables(found: readonly Printable[], format: Format, { withNamespace, related }: PrintOptions): Printed {
  const columns = format.type === 'custom-columns' ? format.headings : format.type === 'wide' ? 'wide' : 'narrow';
  let text = '';
  for (const answer of found) {
    try {
      text += formatTable(answer, { columns, withNamespace }, related);
    } catch (error) {
      if (error instanceof UnknownHeading) return { text, error };
      throw error;
    }
  }
  return { text };
}

function attempt(run: () => string): Printed {
  try {
    return { text: run() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { text: '', error };
  }
}

function together(found: readonly Printable[]): Json {
  const [first, ...rest] = found;
  if (first === undefined) return null;
  return rest.length === 0 ? resourceJson(first) : found.map(resourceJson);
}

/** kubectl's root object: one object as it is, several in a List. */
function kubectlRoot(found: readonly Printable[]): Json {
  const [first, ...rest] = found;
  if (first !== undefined && rest.length === 0) return resourceJson(first);
  return { apiVersion: 'v1', kind: 'List', items: found.map(resourceJson) };
}

/** `ippool.projectcalico.org/default`, kubectl's form. */
export function nameOf(resource: Resource): string {
  return `${resource.kind.toLowerCase()}.projectcalico.org/${resource.metadata.name ?? ''}\n`;
}
