/** Output by a template (`-o go-template`): Go's text/template over the objects that the Go client would hold. */
import type { Resource, ResourceList } from '../../kinds/resource.ts';
import { execute } from './execute.ts';
import { functionTable } from './functions.ts';
import { parseTemplate } from './parser.ts';
import { rootOf } from './values.ts';

/**
 * What a template makes of objects; `.` is the list of all of them, even when there is one.
 *
 * @param config answers of the function `config`
 * @throws {TemplateError} when the template cannot be read or executed, in the words of Go with `get` as its name
 */
export function renderTemplate(
  template: string,
  roots: readonly (Resource | ResourceList)[],
  config: { readonly asnumber: string },
): string {
  const functions = functionTable(config);
  const templates = parseTemplate(template, new Set(functions.keys()));
  return execute({ source: template, templates, functions }, rootOf(roots));
}
