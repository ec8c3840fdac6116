/**
 * Reads a command line as cobra and pflag do, the libraries of the Go calicoctl: flags before or after the command, glued short flags, `-o=json`,
 * `--flag=false`, the last of repeated flags. oclif knows none of these spellings, so it is handed a canonical command line afterwards.
 */
import { editDistance, nearestName } from '../manifests/nearest.ts';
import { FlagValues } from './flag-values.ts';

/** `optional`: the value may be left out (`--dry-run`), and is then the given one. */
export type FlagType = 'boolean' | 'string' | 'optional';

export interface FlagInfo {
  readonly type: FlagType;
  readonly char?: string;
  /** value of an optional flag that was given without one */
  readonly bare?: string;
}

export interface CommandInfo {
  /** words of the command, `node status` */
  readonly id: string;
  readonly flags: Readonly<Record<string, FlagInfo>>;
  /** how many arguments there may be: `exactly` or `atLeast` */
  readonly args?: { readonly exactly: number } | { readonly atLeast: number };
  /** the command with its arguments, where their number is checked: `bgp explain NODE PEER` */
  readonly usage?: string;
  readonly hidden?: boolean;
}

export interface CommandTable {
  readonly commands: readonly CommandInfo[];
  /** groups of commands, such as `node` */
  readonly topics: readonly string[];
  /** flags that may stand before the command */
  readonly globalFlags: Readonly<Record<string, FlagInfo>>;
}

/** A command line that cannot be understood. The message is cobra's. */
export class UsageError extends Error {
  override readonly name = 'UsageError' as const;
  /** lines printed as `hint: …` */
  readonly hints: readonly string[];
  constructor(message: string, hints: readonly string[] = []) {
    super(message);
    this.hints = hints;
  }
}

/** Groups of commands that the Go tool has too: it shows their help when it does not know the word after them, and ends with 0. */
const GO_GROUPS = ['node'];

/** Commands of the Go tool that this one does not have. */
const NOT_HERE = ['ipam', 'datastore', 'cluster', 'completion', 'convert'];

export type ParsedLine =
  | { readonly type: 'help'; readonly id: string; readonly hints?: readonly string[] }
  | {
      readonly type: 'command';
      readonly id: string;
      readonly values: ReadonlyMap<string, string>;
      readonly args: readonly string[];
      /** what of the line does not count, a sentence each */
      readonly doubts: readonly string[];
    };

/**
 * What a command line asks for.
 * @param program the name in `unknown command "x" for "calicoctl"`
 * @throws {UsageError}
 */
export function parseLine(argv: readonly string[], table: CommandTable, program: string): ParsedLine {
  const asked = helpTopic(argv, table);
  if (asked !== undefined) return asked;
  const found = findCommand(argv, table, program);
  const command = found.command;
  if (command === undefined) refuseMistyped(found, table, program);
  const { values, args } = parseFlags(found.rest, command?.flags ?? table.globalFlags, `${program} ${found.id}`.trim());
  if (command === undefined) {
    const [unknown] = args;
    if (unknown === undefined) return { type: 'help', id: found.id };
    return { type: 'help', id: found.id, hints: noCommand(unknown, table, found.id) };
  }
  if (values.get('help') === 'true') return { type: 'help', id: found.id };
  const wanted = command.args;
  if (wanted !== undefined && 'exactly' in wanted && args.length !== wanted.exactly)
    throw new UsageError(`accepts ${wanted.exactly} arg(s), received ${args.length}`, usageHints(command, program));
  if (wanted !== undefined && 'atLeast' in wanted && args.length < wanted.atLeast)
    throw new UsageError(
      `requires at least ${wanted.atLeast} arg(s), only received ${args.length}`,
      usageHints(command, program),
    );
  return { type: 'command', id: command.id, values, args, doubts: values.doubts(command.flags) };
}

function usageHints({ id, usage = id, flags, args }: CommandInfo, program: string): readonly string[] {
  const isFileForgotten = args !== undefined && 'exactly' in args && args.exactly === 0 && 'filename' in flags;
  return [
    `usage: ${program} ${usage}`,
    ...(isFileForgotten ? ['a file or directory is named with --filename (-f)'] : []),
  ];
}

/** What `help [command]` asks about; undefined for any other command line. */
function helpTopic(argv: readonly string[], table: CommandTable): ParsedLine | undefined {
  const index = nextWord(argv, table.globalFlags);
  if (index === undefined || argv[index] !== 'help') return undefined;
  const words = plainWords(argv.slice(index + 1), table.globalFlags);
  const ids = [...table.commands.map(({ id }) => id), ...table.topics];
  for (let count = words.length; count > 0; count--) {
    const id = words.slice(0, count).join(' ');
    if (!ids.includes(id)) continue;
    const unknown = table.topics.includes(id) ? words[count] : undefined;
    return unknown === undefined ? { type: 'help', id } : { type: 'help', id, hints: noCommand(unknown, table, id) };
  }
  const [unknown] = words;
  return unknown === undefined
    ? { type: 'help', id: '' }
    : { type: 'help', id: '', hints: noCommand(unknown, table, '') };
}

interface Found {
  /** the command, or undefined for the root and for a group of commands */
  readonly command: CommandInfo | undefined;
  readonly id: string;
  /** everything but the command's own words */
  readonly rest: readonly string[];
}

function findCommand(argv: readonly string[], table: CommandTable, program: string): Found {
  const rest = [...argv];
  const words: string[] = [];
  for (;;) {
    const index = nextWord(rest, table.globalFlags);
    const word = index === undefined ? undefined : rest[index];
    if (word === undefined || index === undefined) break;
    const id = [...words, word].join(' ');
    const command = table.commands.find((known) => known.id === id);
    if (command === undefined && !table.topics.includes(id)) {
      if (words.length > 0) break;
      const hints = NOT_HERE.includes(word) ? [`${word} is not part of this tool; see docs/differences.md`] : [];
      throw new UsageError(unknownCommand(word, table, program), hints);
    }
    words.push(word);
    rest.splice(index, 1);
    if (command !== undefined) return { command, id, rest };
  }
  return { command: undefined, id: words.join(' '), rest };
}

/** The place of the first word that is neither a flag nor the value of one. A flag that is not known is taken to have a value. */
function nextWord(argv: readonly string[], known: Readonly<Record<string, FlagInfo>>): number | undefined {
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    if (word === '--') return undefined;
    if (!word.startsWith('-') || word === '-') return word === '' ? undefined : index;
    if (word.includes('=')) continue;
    const flag = word.startsWith('--')
      ? known[word.slice(2)]
      : word.length === 2
        ? flagOfChar(known, word.slice(1))?.[1]
        : undefined;
    if (word.startsWith('--') || word.length === 2) if (flag === undefined || flag.type === 'string') index++;
  }
  return undefined;
}

/** The words that are neither flags nor their values. */
function plainWords(argv: readonly string[], known: Readonly<Record<string, FlagInfo>>): readonly string[] {
  const index = nextWord(argv, known);
  return index === undefined ? [] : [argv[index] ?? '', ...plainWords(argv.slice(index + 1), known)];
}

function flagOfChar(flags: Readonly<Record<string, FlagInfo>>, char: string): readonly [string, FlagInfo] | undefined {
  return Object.entries(flags).find(([, flag]) => flag.char === char);
}

/**
 * A script must not go on after a word that is mistyped. The groups of the Go tool answer with their help, as there.
 * @throws {UsageError} for a word behind a group of this tool, whatever flags go with it
 */
function refuseMistyped({ id, rest }: Found, table: CommandTable, program: string): void {
  const index = nextWord(rest, table.globalFlags);
  const word = index === undefined ? undefined : rest[index];
  if (word === undefined || id === '' || GO_GROUPS.includes(id)) return;
  const near = nearCommand(word, table, id);
  throw new UsageError(`unknown command "${word}" for "${program} ${id}"`, [
    near === undefined ? `its commands are shown by: ${program} ${id} --help` : `did you mean ${near}?`,
  ]);
}

/** Words that may stand behind those of a group; '' for none. */
function wordsAfter(group: string, table: CommandTable): readonly string[] {
  const start = group === '' ? '' : `${group} `;
  const visible = table.commands.filter(({ hidden }) => hidden !== true).map(({ id }) => id);
  const ids = [...visible, ...table.topics].filter((id) => id.startsWith(start));
  return [...new Set(ids.map((id) => id.slice(start.length).split(' ')[0] ?? id))];
}

/** The command of a group that a word probably means, with the words before it. */
function nearCommand(word: string, table: CommandTable, group: string): string | undefined {
  const words = wordsAfter(group, table);
  const near = nearestName(word, words) ?? words.find((known) => known.startsWith(word.toLowerCase()));
  return near === undefined ? undefined : `${group} ${near}`.trim();
}

function noCommand(word: string, table: CommandTable, group: string): readonly string[] {
  const near = nearCommand(word, table, group);
  return [`there is no command ${`${group} ${word}`.trim()}${near === undefined ? '' : `: did you mean ${near}?`}`];
}

/** Cobra's words. */
function unknownCommand(word: string, table: CommandTable, program: string): string {
  const near = wordsAfter('', table)
    .filter(
      (name) =>
        editDistance(word.toLowerCase(), name.toLowerCase(), 3) <= 2 ||
        name.toLowerCase().startsWith(word.toLowerCase()),
    )
    .sort();
  const suggestion = near.length === 0 ? '' : `\n\nDid you mean this?\n${near.map((name) => `\t${name}\n`).join('')}`;
  return `unknown command "${word}" for "${program}"${suggestion}`;
}

interface ParsedFlags {
  readonly values: FlagValues;
  readonly args: string[];
}

/** @param command what has these flags, for hints */
function parseFlags(argv: readonly string[], flags: Readonly<Record<string, FlagInfo>>, command: string): ParsedFlags {
  const values = new FlagValues();
  const args: string[] = [];
  const words = [...argv];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '--') {
      args.push(...words);
      break;
    }
    if (word.startsWith('--')) longFlag(word, words, flags, values, command);
    else if (word.startsWith('-') && word !== '-') shortFlags(word, words, flags, values, command);
    else args.push(word);
  }
  return { values, args };
}

function longFlag(
  word: string,
  words: string[],
  flags: Readonly<Record<string, FlagInfo>>,
  values: Map<string, string>,
  command: string,
): void {
  const [, name = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  if (name === '' || name.startsWith('-')) throw new UsageError(`bad flag syntax: ${word}`);
  const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (flag === undefined) {
    const near = nearestName(name, Object.keys(flags));
    throw new UsageError(`unknown flag: --${name}`, [
      near === undefined ? listed(command, `--${name}`) : `did you mean --${near}?`,
    ]);
  }
  if (value !== undefined) set(name, flag, value, values);
  else if (flag.type !== 'string') values.set(name, flag.bare ?? 'true');
  else {
    const next = words.shift();
    if (next === undefined) throw new UsageError(`flag needs an argument: --${name}`);
    values.set(name, next);
  }
}

function shortFlags(
  word: string,
  words: string[],
  flags: Readonly<Record<string, FlagInfo>>,
  values: Map<string, string>,
  command: string,
): void {
  for (let rest = word.slice(1); rest !== '';) {
    const char = rest.slice(0, 1);
    rest = rest.slice(1);
    const [name, flag] = flagOfChar(flags, char) ?? [];
    if (name === undefined || flag === undefined)
      throw new UsageError(`unknown shorthand flag: '${char}' in ${word}`, [listed(command, `-${char}`)]);
    if (rest.startsWith('=') && (rest.length > 1 || flag.type === 'string')) {
      set(name, flag, rest.slice(1), values);
      return;
    }
    if (flag.type !== 'string') {
      values.set(name, flag.bare ?? 'true');
      continue;
    }
    const value = rest === '' ? words.shift() : rest;
    if (value === undefined) throw new UsageError(`flag needs an argument: '${char}' in ${word}`);
    values.set(name, value);
    return;
  }
}

/** @param flag with its dashes */
function listed(command: string, flag: string): string {
  const isVersion = !command.includes(' ') && (flag === '--version' || flag === '-v');
  return isVersion ? `the version is shown by: ${command} version` : `its flags are shown by: ${command} --help`;
}

const TRUE = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

function set(name: string, flag: FlagInfo, value: string, values: Map<string, string>): void {
  if (flag.type !== 'boolean') values.set(name, value);
  else if (TRUE.includes(value)) values.set(name, 'true');
  else if (FALSE.includes(value)) values.set(name, 'false');
  else {
    const shown = flag.char === undefined ? `--${name}` : `-${flag.char}, --${name}`;
    throw new UsageError(
      `invalid argument "${value}" for "${shown}" flag: strconv.ParseBool: parsing "${value}": invalid syntax`,
    );
  }
}

/** The command line in the one spelling that oclif understands. */
export function canonicalLine(
  values: ReadonlyMap<string, string>,
  args: readonly string[],
  flags: Readonly<Record<string, FlagInfo>>,
): string[] {
  const words: string[] = [];
  for (const [name, value] of values) {
    if (flags[name]?.type !== 'boolean') words.push(`--${name}=${value}`);
    else if (value === 'true') words.push(`--${name}`);
  }
  return args.length === 0 ? words : [...words, '--', ...args];
}
