/**
 * Writes the files that are made from the commands and kinds: the table and help texts the program starts from, `oclif.manifest.json`, and
 * the pages in `docs/commands`, the table of kinds and their JSON Schemas.
 * Usage: `node scripts/generate.ts [--check]`; with `--check` nothing is written and a file that is not fresh is an error.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import packageJson from '../package.json' with { type: 'json' };
import type { CommandInfo, FlagInfo } from '../src/cli/argv.ts';
import { LINT_RULES } from '../src/bgp/lint-rules.ts';
import { globalFlags, OPTIONAL_VALUES } from '../src/cli/flags.ts';
import { commandLoaders } from '../src/commands/index.ts';
import { kindFiles } from './kind-files.ts';

const ROOT = join(import.meta.dirname, '..');

/** What a command class says of itself, as far as it is written down here. */
interface Described {
  readonly id: string;
  readonly summary: string;
  readonly description: string;
  readonly usage: string;
  readonly examples: readonly string[];
  readonly flags: Readonly<Record<string, DescribedFlag>>;
  readonly args: CommandInfo['args'];
  readonly hidden: boolean;
}

interface DescribedFlag {
  readonly type: 'boolean' | 'option';
  readonly char?: string | undefined;
  readonly summary?: string | undefined;
  readonly default?: unknown;
  readonly hidden?: boolean | undefined;
}

/** Short introductions of groups of commands, for their help. */
const TOPICS: Readonly<Record<string, string>> = {
  'bgp convert': 'Change from a full mesh to route reflectors, or back, without losing routes.',
  'bgp reflectors': 'See which route reflectors there are, and add or remove single ones without losing routes.',
  bgp: 'See which BGP sessions must exist and why, and what is wrong with them.',
  ippool: 'See how the traffic of IP pools is carried, and change it knowing what that means.',
  node: 'See how the nodes of Calico do.',
};

async function main(check: boolean): Promise<void> {
  const commands = await describeCommands();
  const files: Record<string, string> = {
    'src/cli/generated/command-table.ts': commandTable(commands),
    'src/cli/generated/help-texts.ts': helpTexts(commands),
    'oclif.manifest.json': manifest(commands),
    'docs/commands/README.md': commandIndex(commands),
    'docs/bgp-rules.md': bgpRules(),
    ...kindFiles(),
  };
  for (const command of commands)
    if (!command.hidden) files[`docs/commands/${fileName(command)}`] = commandPage(command);
  let stale = 0;
  for (const [path, text] of Object.entries(files)) {
    const full = join(ROOT, path);
    const pretty = await format(text, { ...(await resolveConfig(full)), filepath: full });
    if (check && read(full) !== pretty) {
      console.error(`${path} is not fresh`);
      stale++;
    } else if (!check) {
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, pretty);
    }
  }
  if (check) stale += orphans(files);
  if (stale > 0) process.exitCode = 1;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Pages of commands and schemas of kinds that do not exist any more. */
function orphans(files: Readonly<Record<string, string>>): number {
  const left = ['docs/commands', 'schemas']
    .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => `${folder}/${name}`))
    .filter((path) => !Object.hasOwn(files, path));
  for (const path of left) console.error(`${path} belongs to no command and no kind`);
  return left.length;
}

async function describeCommands(): Promise<readonly Described[]> {
  const described: Described[] = [];
  for (const [id, load] of Object.entries(commandLoaders)) {
    const { default: command } = await load();
    const { summary = '', description = '', usage = id, examples, flags, lineArgs, hidden } = command;
    described.push({
      id,
      summary,
      description,
      usage: Array.isArray(usage) ? usage.join('\n') : usage,
      examples: examples.map(String),
      flags: { ...flags, ...globalFlags },
      args: lineArgs,
      hidden,
    });
  }
  return described.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function flagInfo(name: string, { type, char }: DescribedFlag): FlagInfo {
  const bare = OPTIONAL_VALUES[name];
  const short = char === undefined ? {} : { char };
  if (type === 'boolean') return { type: 'boolean', ...short };
  return bare === undefined ? { type: 'string', ...short } : { type: 'optional', bare, ...short };
}

function infos(flags: Readonly<Record<string, DescribedFlag>>): Record<string, FlagInfo> {
  return Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, flagInfo(name, flag)]));
}

/** All words that come before the last of a command, `bgp` and `bgp convert`. */
const topicsOf = (commands: readonly Described[]): readonly string[] => [
  ...new Set(
    commands.flatMap(({ id }) => {
      const words = id.split(' ');
      return words.slice(1).map((_, index) => words.slice(0, index + 1).join(' '));
    }),
  ),
];

const GENERATED =
  '/* Made by scripts/generate.ts from the commands. Do not edit. Longer than other files because every flag of every command stands here. */';

function commandTable(commands: readonly Described[]): string {
  const table = {
    commands: commands.map(({ id, flags, args, usage, hidden }): CommandInfo => ({
      id,
      flags: infos(flags),
      ...(args === undefined ? {} : { args, usage }),
      ...(hidden ? { hidden } : {}),
    })),
    topics: topicsOf(commands),
    globalFlags: infos(globalFlags),
  };
  return `${GENERATED}\nimport type { CommandTable } from '../argv.ts';\n\n/** Every command with its flags. Longer than most files because the commands have many. */\nexport const commandTable: CommandTable = ${JSON.stringify(table)};\n`;
}

function helpTexts(commands: readonly Described[]): string {
  const texts: Record<string, string> = { '': rootHelp(commands) };
  for (const topic of topicsOf(commands)) texts[topic] = topicHelp(topic, commands);
  for (const command of commands) texts[command.id] = commandHelp(command);
  return `${GENERATED}\n\n/** Help by command; '' is the tool's own. */\nexport const helpTexts: Readonly<Record<string, string>> = ${JSON.stringify(texts)};\n`;
}

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length)) + 3;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}\n`).join('');
};

function flagRows(flags: Readonly<Record<string, DescribedFlag>>): readonly (readonly [string, string])[] {
  return Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => {
      const info = flagInfo(name, flag);
      const value = info.type === 'string' ? ' string' : info.type === 'optional' ? `[=${info.bare ?? ''}]` : '';
      const fallback = typeof flag.default === 'string' && flag.default !== '' ? ` (default "${flag.default}")` : '';
      return [
        `${flag.char === undefined ? '    ' : `-${flag.char}, `}--${name}${value}`,
        `${flag.summary ?? ''}${fallback}`,
      ] as const;
    });
}

function rootHelp(commands: readonly Described[]): string {
  const single = commands
    .filter(({ id, hidden }) => !id.includes(' ') && !hidden)
    .map(({ id, summary }): [string, string] => [id, summary]);
  const topics = topicsOf(commands)
    .filter((topic) => !topic.includes(' '))
    .map((topic): [string, string] => [topic, TOPICS[topic] ?? '']);
  const rows = [...single, ...topics, ['help', 'Show help of a command.'] as [string, string]].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return `Manage Calico: pools of addresses, nodes, BGP and network policy, in Kubernetes, in
etcd or in a folder of manifests.

Usage:
  calicoctl COMMAND [flags]

Commands:
${columns(rows)}
Flags of every command:
${columns(flagRows(globalFlags))}
Use "calicoctl COMMAND --help" for more about a command.
`;
}

function topicHelp(topic: string, commands: readonly Described[]): string {
  const rows = commands
    .filter(({ id }) => id.startsWith(`${topic} `))
    .map(({ id, summary }): [string, string] => [id.slice(topic.length + 1), summary]);
  return `${TOPICS[topic] ?? ''}

Usage:
  calicoctl ${topic} COMMAND [flags]

Commands:
${columns(rows)}
Use "calicoctl ${topic} COMMAND --help" for more about a command.
`;
}

function commandHelp({ description, usage, examples, flags }: Described): string {
  const own = Object.fromEntries(Object.entries(flags).filter(([name]) => !Object.hasOwn(globalFlags, name)));
  return `${wrapped(description)}

Usage:
  calicoctl ${usage} [flags]

Examples:
${examples.map((example) => `  ${example}\n`).join('')}${Object.keys(own).length === 0 ? '' : `\nFlags:\n${columns(flagRows(own))}`}
Flags of every command:
${columns(flagRows(globalFlags))}`;
}

function wrapped(text: string, width = 80): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}

/** The manifest in oclif's form, so that its tools know the commands. */
function manifest(commands: readonly Described[]): string {
  const entries = commands.map(({ id, summary, description, usage, examples, flags, hidden }) => {
    const listed = Object.entries(flags).map(
      ([name, { type, char, summary: text, default: fallback, hidden: secret }]): [string, object] => [
        name,
        {
          name,
          type,
          ...(char === undefined ? {} : { char }),
          ...(text === undefined ? {} : { summary: text }),
          ...(type === 'boolean' ? { allowNo: false } : { hasDynamicHelp: false, multiple: false }),
          ...(typeof fallback === 'string' ? { default: fallback } : {}),
          ...(secret === true ? { hidden: true } : {}),
        },
      ],
    );
    const entry = {
      aliases: [],
      args: {},
      description,
      examples,
      flags: Object.fromEntries(listed),
      hasDynamicHelp: false,
      hidden,
      hiddenAliases: [],
      id: id.replaceAll(' ', ':'),
      pluginAlias: 'calicoctl',
      pluginName: 'calicoctl',
      pluginType: 'core',
      strict: false,
      summary,
      usage,
    };
    return [entry.id, entry] as const;
  });
  const { version } = packageJson;
  return JSON.stringify({ commands: Object.fromEntries(entries), version });
}

const fileName = ({ id }: Described): string => `${id.replaceAll(' ', '-')}.md`;

function commandIndex(commands: readonly Described[]): string {
  const rows = commands
    .filter(({ hidden }) => !hidden)
    .map((command) => `| [\`${command.id}\`](${fileName(command)}) | ${command.summary} |`);
  return `# Commands\n\n| command | what it does |\n| --- | --- |\n${rows.join('\n')}\n`;
}

function commandPage(command: Described): string {
  const { id, description, usage, examples, flags } = command;
  const cell = (text: string): string => text.trim().replaceAll('|', '\\|');
  const rows = flagRows(flags).map(([flag, text]) => `| \`${cell(flag)}\` | ${cell(text)} |`);
  const list = examples.map((example) => example).join('\n');
  return `# calicoctl ${id}\n\n${description}\n\n\`\`\`text\ncalicoctl ${usage} [flags]\n\`\`\`\n\n## Examples\n\n\`\`\`sh\n${list}\n\`\`\`\n\n## Flags\n\n| flag | meaning |\n| --- | --- |\n${rows.join('\n')}\n`;
}

/** The rules of `bgp lint`. */
function bgpRules(): string {
  const rules = Object.values(LINT_RULES);
  const rows = rules.map(({ id, severity, title }) => `| [${id}](#${id.toLowerCase()}) | ${severity} | ${title} |`);
  const sections = rules.map(({ id, severity, title, help, cutsOff }) => {
    const guarded = cutsOff ? ' A write that brings it about is warned of, and refused under `--safe`.' : '';
    return `## ${id}\n\n**${title}** (${severity}).${guarded}\n\n${help}\n`;
  });
  const intro =
    'What [`calicoctl bgp lint`](commands/bgp-lint.md) holds the BGP configuration against. Errors make it end with exit code 1. The ids never change their meaning.';
  const guard = `Writes of a Node, a BGPPeer or a BGPConfiguration are held against ${rules
    .filter(({ cutsOff }) => cutsOff)
    .map(({ id }) => id)
    .join(
      ', ',
    )}: what they newly bring about is told in lines that begin with \`warning: \`. The datastore is read beside the first write; where it cannot be read, or has not answered 100 ms after the last write, or BGPPeers make more than 50,000 sessions, nothing is said. With \`--safe\` it is read first and such a write is refused; where it may not be listed the write is made. Of BGP024 a write is told and never refused. Of rules about sessions only those count that could come up before: the first end of a peering may be made before the second. Of the other errors none takes anything away by itself: what BGP002 costs is told as BGP004, BGP017 adds sessions, the selector of BGP020 is warned of, and refused under \`--safe\`, when the file is read, and that of BGP025 is not accepted at all.`;
  return `# Rules for BGP\n\n${intro}\n\n${guard}\n\n| rule | severity | what is found |\n| --- | --- | --- |\n${rows.join('\n')}\n\n${sections.join('\n')}`;
}

await main(process.argv.includes('--check'));
