/** Evaluates the JSONPath templates of kubectl on plain JSON. */
import { goJson } from '../../kinds/go-json.ts';
import type { Json } from '../../kinds/schema.ts';
import { isJsonObject } from '../../kinds/schema.ts';
import { parseJsonPath } from './parse.ts';
import type { Operand, Operator, Part, Path, Step } from './parse.ts';

/**
 * The template's text for a document. Several values of one path are joined by blanks; a path that leads nowhere gives nothing, as kubectl has it.
 * @throws {JsonPathError}
 */
export function renderJsonPath(template: string, root: Json): string {
  return render(parseJsonPath(template), root, root);
}

function render(parts: readonly Part[], current: Json, root: Json): string {
  let text = '';
  for (const part of parts) {
    if (part.type === 'text') text += part.text;
    else if (part.type === 'path') text += begin(part.path, current, root).map(shown).join(' ');
    else for (const item of begin(part.path, current, root)) text += render(part.body, item, root);
  }
  return text;
}

function shown(value: Json): string {
  return typeof value === 'string' ? value : goJson(value);
}

function begin({ absolute, steps }: Path, current: Json, root: Json): readonly Json[] {
  return follow(steps, absolute ? root : current, root);
}

function follow(steps: readonly Step[], start: Json, root: Json): readonly Json[] {
  let values: readonly Json[] = [start];
  for (const step of steps) {
    const from = values;
    values =
      step.type === 'union'
        ? step.paths.flatMap((path) => from.flatMap((value) => follow(path, value, root)))
        : from.flatMap((value) => take(step, value, root));
  }
  return values;
}

function take(step: Exclude<Step, { type: 'union' }>, value: Json, root: Json): readonly Json[] {
  switch (step.type) {
    case 'field':
      return fieldOf(value, step.name);
    case 'wildcard':
      return children(value);
    case 'descend':
      return [value, ...children(value).flatMap((child) => take(step, child, root))];
    case 'index': {
      const list = Array.isArray(value) ? (value as readonly Json[]) : [];
      const item = list.at(step.index);
      return item === undefined ? [] : [item];
    }
    case 'slice': {
      const list = Array.isArray(value) ? (value as readonly Json[]) : [];
      return list.slice(step.from, step.to).filter((_, index) => index % step.by === 0);
    }
    case 'filter':
      return children(value).filter((child) => passes(step, child, root));
  }
}

function fieldOf(value: Json, name: string): readonly Json[] {
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return [];
  const found = value[name];
  return found === undefined ? [] : [found];
}

function children(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  return isJsonObject(value) ? Object.values(value).flatMap((item) => item ?? []) : [];
}

function passes(step: Extract<Step, { type: 'filter' }>, item: Json, root: Json): boolean {
  const left = valueOf(step.left, item, root);
  if (step.operator === undefined || step.right === undefined) return left !== undefined;
  const right = valueOf(step.right, item, root);
  return left !== undefined && right !== undefined && compare(left, step.operator, right);
}

function valueOf(operand: Operand, item: Json, root: Json): Json | undefined {
  return 'path' in operand ? begin(operand.path, item, root)[0] : operand.value;
}

function compare(left: Json, operator: Operator, right: Json): boolean {
  const [a, b] = typeof left === 'number' && typeof right === 'number' ? [left, right] : [shown(left), shown(right)];
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '=~':
      return new RegExp(String(b)).test(String(a));
  }
}
