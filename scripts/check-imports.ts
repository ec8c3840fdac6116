/**
 * Holds the imports of `src` and `test` against `scripts/import-table.ts`.
 * Usage: `node scripts/check-imports.ts [ROOT]`; exit 1 and one line per import that breaks the table.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import type { Rule } from './import-table.ts';
import { BIRD_SOCKET, DRIVER, DRIVER_EXTRAS, DRIVER_SETTINGS, IMPORT_TABLE, PURE_TESTS } from './import-table.ts';

/** One import of a file: what is asked for, where, and how. */
interface Import {
  readonly target: string;
  readonly line: number;
  /** `type`: erased before the program runs. `lazy`: `import()`. */
  readonly how: 'value' | 'type' | 'lazy';
}

/**
 * Every import below `root` that the table does not allow, one line each, in the order of the files.
 * Reads `root/src` and `root/test`; a folder that is missing counts as empty.
 */
export function checkImports(root: string): { readonly files: number; readonly problems: readonly string[] } {
  const files = [...sources(root, 'src'), ...sources(root, 'test')];
  return { files: files.length, problems: files.flatMap((file) => checkFile(root, file)) };
}

function checkFile(root: string, file: string): string[] {
  const part = partOf(file);
  if (part === undefined) {
    return [`${file}: no part of the import table holds it (add ${topFolder(file)} to scripts/import-table.ts)`];
  }
  const text = readFileSync(join(root, file), 'utf8');
  const { imports, problems } = importsOf(file, text);
  for (const found of imports) {
    const fault = part === 'test' ? testFault(file, found) : sourceFault(file, part, found);
    if (fault !== undefined) problems.push(`${file}:${found.line} ${fault}`);
  }
  return problems;
}

/** Why a file of `src` may not have this import, or undefined when it may. */
function sourceFault(file: string, part: string, found: Import): string | undefined {
  const rule = ruleOf(part);
  const { target, how } = found;
  const builtin = builtinName(target);
  if (builtin !== undefined) {
    const allowed = rule.builtins === 'all' || (rule.builtins ?? []).includes(builtin);
    return allowed ? undefined : refusal(builtin, part, rule);
  }
  if (!target.startsWith('.')) {
    const name = packageName(target);
    if ((rule.packages ?? []).includes(name)) return undefined;
    if ((rule.lazyPackages ?? []).includes(name)) {
      return how === 'value' ? `imports ${name} at once: ${part} may only reach it by import()` : undefined;
    }
    return refusal(name, part, rule);
  }
  const path = posix.join(posix.dirname(file), target);
  if (!path.startsWith('src/')) return (rule.files ?? []).includes(path) ? undefined : refusal(path, part, rule);
  const other = partOf(path);
  // The file that is imported gets its own line for being outside the table.
  if (other === undefined || other === part || matches(rule.imports, other, part)) return undefined;
  if (matches(rule.types, other, part) && how === 'type') return undefined;
  if (matches(rule.lazy, other, part) && how !== 'value') return undefined;
  if (matches(rule.types, other, part)) return `imports ${other}: ${part} may only import its types (import type)`;
  if (matches(rule.lazy, other, part)) return `imports ${other} at once: ${part} may only reach it by import()`;
  return refusal(other, part, rule);
}

/** Why a test may not have this import: only tests of the pure parts are restricted, and only in what they take of `src`. */
function testFault(file: string, { target }: Import): string | undefined {
  const folder = file.split('/')[1];
  if (!target.startsWith('.') || !PURE_TESTS.some((name) => name === folder)) return undefined;
  const other = partOf(posix.join(posix.dirname(file), target));
  const part = `src/${folder}`;
  const rule = ruleOf(part);
  const own = part === dirname(BIRD_SOCKET) ? [part, BIRD_SOCKET] : [part];
  const allowed = [...own, 'src/manifests', 'src/context.ts', ...rule.imports, ...(rule.types ?? [])];
  if (other === undefined || other === 'test' || allowed.includes(other)) return undefined;
  return `imports ${other}: not allowed (test/${folder} may import ${allowed.join(', ')})`;
}

/**
 * The part of the table a file belongs to: `src/kinds`, `src/datastore/etcd`, `src/datastore/etcd/settings.ts`,
 * `test`; undefined for a file of `src` the table does not know.
 */
function partOf(file: string): string | undefined {
  const [top, folder, ...rest] = file.split('/');
  if (top === 'test') return 'test';
  if (top !== 'src' || folder === undefined) return undefined;
  if (file === BIRD_SOCKET) return BIRD_SOCKET;
  if (folder === 'datastore' && rest.length > 1) {
    if (Object.hasOwn(DRIVER_EXTRAS, file)) return file;
    return rest.length === 2 && rest[1] === 'settings.ts' ? file : `src/datastore/${rest[0]}`;
  }
  const part = `src/${folder}`;
  return Object.hasOwn(IMPORT_TABLE, part) ? part : undefined;
}

function ruleOf(part: string): Rule {
  const general = IMPORT_TABLE[generic(part)];
  if (general === undefined) throw new Error(`the import table has no rule for ${part}`);
  const extra = DRIVER_EXTRAS[part];
  if (extra === undefined) return general;
  return { ...general, ...extra, imports: [...general.imports, ...extra.imports] };
}

/** `src/datastore/etcd` → `src/datastore/<driver>`; other parts are what they are. */
function generic(part: string): string {
  if (!part.startsWith('src/datastore/')) return part;
  return part.endsWith('/settings.ts') ? DRIVER_SETTINGS : DRIVER;
}

/** Is `other` named in a list of the table, for `part`? A driver's settings are for that driver alone among drivers. */
function matches(list: readonly string[] | undefined, other: string, part: string): boolean {
  if (generic(part) === DRIVER && generic(other) === DRIVER_SETTINGS && !other.startsWith(`${part}/`)) return false;
  return list !== undefined && (list.includes(other) || list.includes(generic(other)));
}

function refusal(what: string, part: string, rule: Rule): string {
  const allowed = [
    ...rule.imports,
    ...(rule.types ?? []).map((name) => `types of ${name}`),
    ...(rule.lazy ?? []).map((name) => `import() of ${name}`),
    ...(rule.packages ?? []),
    ...(rule.lazyPackages ?? []).map((name) => `import() of ${name}`),
    ...(rule.builtins === 'all' ? ['all of node:'] : (rule.builtins ?? [])),
    ...(rule.files ?? []),
  ];
  return `imports ${what}: not allowed (${part} may import ${allowed.length > 0 ? allowed.join(', ') : 'nothing but itself'})`;
}

/** The imports of a TypeScript file, in any spelling, and a problem for each one whose target cannot be known. */
function importsOf(file: string, text: string): { imports: Import[]; problems: string[] } {
  const { module, program, errors } = parseSync(file, text);
  const problems = errors.map((error) => `${file}: ${error.message}`);
  const imports: Import[] = [];
  const lineAt = lineCounter(text);
  for (const { entries, moduleRequest, start } of module.staticImports) {
    const type = entries.length > 0 && entries.every((entry) => entry.isType);
    imports.push({ target: moduleRequest.value, line: lineAt(start), how: type ? 'type' : 'value' });
  }
  for (const { entries, start } of module.staticExports) {
    const first = entries.find((entry) => entry.moduleRequest);
    if (!first?.moduleRequest) continue;
    const type = entries.every((entry) => entry.isType);
    imports.push({ target: first.moduleRequest.value, line: lineAt(start), how: type ? 'type' : 'value' });
  }
  new Visitor({
    ImportExpression({ source, start }) {
      if (source.type === 'Literal' && typeof source.value === 'string') {
        imports.push({ target: source.value, line: lineAt(start), how: 'lazy' });
      } else if (file.startsWith('src/')) {
        problems.push(
          `${file}:${lineAt(start)} import() of a computed name: neither this check nor the bundler can see it`,
        );
      }
    },
    TSImportType({ source, start }) {
      imports.push({ target: source.value, line: lineAt(start), how: 'type' });
    },
    TSImportEqualsDeclaration({ start }) {
      problems.push(`${file}:${lineAt(start)} import = require(): write an import declaration`);
    },
    CallExpression({ callee, arguments: [first], start }) {
      const isBuiltinAsked =
        callee.type === 'MemberExpression' &&
        callee.property.type === 'Identifier' &&
        callee.property.name === 'getBuiltinModule';
      if (isBuiltinAsked && first?.type === 'Literal' && typeof first.value === 'string')
        imports.push({ target: first.value, line: lineAt(start), how: 'lazy' });
      if (file.startsWith('src/') && callee.type === 'Identifier' && callee.name === 'require') {
        problems.push(`${file}:${lineAt(start)} require(): write an import`);
      }
    },
  }).visit(program);
  return { imports, problems };
}

/** Offset in `text` → line number, counted from 1. Offsets may come in any order. */
function lineCounter(text: string): (offset: number) => number {
  return (offset) => text.slice(0, offset).split('\n').length;
}

/** `node:fs` and `fs` → `node:fs`; undefined when it is not a module of the runtime. */
function builtinName(target: string): string | undefined {
  if (target.startsWith('node:') || target.startsWith('bun:')) return target;
  return isBuiltin(target) ? `node:${target}` : undefined;
}

/** `@oclif/core/flags` → `@oclif/core`. */
function packageName(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

function topFolder(file: string): string {
  return file.split('/').slice(0, 2).join('/');
}

/** The TypeScript and JavaScript files below `root/folder`, as `/` paths from `root`, sorted. */
function sources(root: string, folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !file.startsWith('test/fixtures/'))
    .sort();
}

if (process.argv[1] === import.meta.filename) {
  const { files, problems } = checkImports(resolve(process.argv[2] ?? join(dirname(import.meta.filename), '..')));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`check-imports: ${files} files keep to the import table`);
}
