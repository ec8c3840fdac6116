/** Finds what YAML reads differently from what was probably meant. Everything here is accepted by the Go tool. */
import type { InputEntry, InputNode } from '../kinds/node.ts';
import type { Notice } from './manifest.ts';

/** Traps of a document, in file order. `lineAt` gives a line of the file. */
export function findTraps(root: InputNode, file: string, lineAt: (line: number) => string): readonly Notice[] {
  const notices: Notice[] = [];
  const visit = (node: InputNode, path: string): void => {
    if (node.type === 'map') {
      for (const entry of node.entries) {
        const here = path === '' ? entry.key : `${path}.${entry.key}`;
        notices.push(...lostTag(entry, here, file, lineAt), ...unquotedLabel(entry, path, here, file, lineAt));
        visit(entry.value, here);
      }
    } else if (node.type === 'list') node.items.forEach((item, index) => visit(item, `${path}[${index}]`));
  };
  visit(root, '');
  return notices.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** `nodeSelector: !has(x)`: YAML takes `!has(x)` for a tag, and the value is empty. */
function lostTag(
  { key, value }: InputEntry,
  path: string,
  file: string,
  lineAt: (line: number) => string,
): readonly Notice[] {
  if (value.type === 'map' || value.type === 'list' || value.tag === undefined) return [];
  const { line, column } = value.at;
  const text = lineAt(line);
  const rest = text.slice(text.indexOf(value.tag)).trim();
  const problem = `YAML reads ${value.tag} as a tag, so ${key} is ${value.text === '' ? 'empty' : `"${value.text}"`}`;
  const fix = `${key}: "${(rest === '' ? value.tag : rest).replaceAll('"', "'")}"`;
  return [{ file, line, column, path, problem, fix, trap: 'lost-tag' }];
}

/** `route-reflector: true`: a label value that YAML reads as a boolean or a number. */
function unquotedLabel(
  { key, value }: InputEntry,
  parent: string,
  path: string,
  file: string,
  lineAt: (line: number) => string,
): readonly Notice[] {
  if (!/(^|\.)metadata\.(labels|annotations)$/.test(parent)) return [];
  if (value.type !== 'bool' && value.type !== 'int' && value.type !== 'float') return [];
  const changed = value.text !== value.source;
  // A plain integer or true/false comes out as it was written; only its quotes are missing.
  const problem = changed
    ? `YAML reads ${value.source} as a ${value.type === 'bool' ? 'boolean' : 'number'}, the value becomes "${value.text}"`
    : `${value.source} is not quoted; kubectl would refuse it`;
  const { line, column } = value.at;
  const shown = lineAt(line).trim();
  const fix =
    shown.startsWith('{') || shown.includes('{')
      ? `${key}: "${value.source}"`
      : shown.replace(value.source, `"${value.source}"`);
  return [{ file, line, column, path, problem, fix }];
}
