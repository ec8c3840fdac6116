/** What is said about text that is no YAML, beside the words of the parser. */
import type { Advice } from './advice.ts';
import type { YamlError } from './yaml/error.ts';

/**
 * The places at which a document is no YAML.
 * @param firstLine the document's first line in the file, to blame when the error knows no place
 * @param lineAt a line of the file
 */
export function yamlAdvice(error: YamlError, firstLine: number, lineAt: (line: number) => string): readonly Advice[] {
  const at = { line: error.line ?? firstLine, column: error.column ?? 1 };
  const repeated = [...error.message.matchAll(/^ {2}line (\d+): (.*)$/gm)].map((match) => ({
    line: Number(match[1]),
    problem: (match[2] ?? '').replace(/^key (.*) already set in map$/s, '$1 stands here a second time; keep one'),
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
  const message = error.message.replace(/^yaml: (line \d+: )?/, '');
  return field === undefined || selector === undefined
    ? [{ at, problem: inWords(message, shown) }]
    : [{ at, problem: message, fix: `${field.trim()} ${quoted(selector)}` }];
}

function quoted(selector: string): string {
  return selector.includes('"') ? `'${selector.replaceAll("'", "''")}'` : `"${selector}"`;
}

/** What the parser's words mean to somebody who wrote the line. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [
    /^did not find expected key$/,
    'the line is indented differently from those around it, or a quote or bracket before it is not closed',
  ],
  [/^could not find expected ':'$/, 'a name and its value need ": " between them'],
  [/^found unexpected end of stream$/, 'a quote that opens here is not closed'],
  [/^mapping values are not allowed/, 'a value with ": " in it needs quotes, or the line is indented too far'],
  [/^did not find expected ',' or '[}\]]'$/, 'a comma or a closing bracket is missing before this'],
  [
    /^did not find expected (?:alphabetic or numeric character|node content)$|^unknown anchor/,
    'a text that begins with *, &, ! or , needs quotes',
  ],
  [/^found character that cannot start any token$/, 'a text that begins with @, % or ` needs quotes'],
  [/UTF-8/, 'this is no text in UTF-8'],
];

function inWords(message: string, shown: string): string {
  if (shown.includes('{{')) return 'this is a template that was not filled in: {{ … }} is no YAML';
  const [, meaning] = MEANINGS.find(([pattern]) => pattern.test(message)) ?? [];
  return meaning === undefined ? message : `${message}: ${meaning}`;
}
