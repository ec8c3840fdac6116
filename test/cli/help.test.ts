import { describe, expect, it } from 'vitest';
import { commandTable } from '../../src/cli/generated/command-table.ts';
import { helpText } from '../../src/cli/help.ts';

const shown = commandTable.commands.filter(({ hidden }) => hidden !== true);

describe('helpText()', () => {
  it('of the tool lists every command that there is, and no other', () => {
    const section = /\n(?:Available )?[Cc]ommands:\n((?: +.*\n)+)/.exec(helpText('', 'calicoctl'))?.[1] ?? '';
    const listed = section.split('\n').flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []);
    const first = new Set([...shown.map(({ id }) => id.split(' ')[0] ?? id), 'help']);
    expect(new Set(listed)).toEqual(first);
  });

  it.each(shown.map(({ id }) => id))('of %s shows its usage and all its flags', (id) => {
    const text = helpText(id, 'calicoctl');
    expect(text).toContain(`calicoctl ${id}`);
    const flags = Object.keys(shown.find((command) => command.id === id)?.flags ?? {});
    expect(flags.filter((flag) => flag !== 'all-namespaces-a' && !text.includes(`--${flag}`))).toEqual([]);
  });

  it.each(commandTable.topics)('of %s lists its commands', (topic) => {
    const own = shown.filter(({ id }) => id.startsWith(`${topic} `)).map(({ id }) => id.slice(topic.length + 1));
    const text = helpText(topic, 'calicoctl');
    expect([own.length > 0, own.filter((word) => !new RegExp(`^ +${word}\\b`, 'm').test(text))]).toEqual([true, []]);
  });

  it('calls the program by its name in what can be typed', () => {
    const plain = helpText('get', 'calicoctl');
    expect(helpText('get', 'kubectl-calico')).toBe(plain.replaceAll('  calicoctl get', '  kubectl-calico get'));
    expect(helpText('', 'kubectl-calico')).toBe(
      helpText('', 'calicoctl').replaceAll(/calicoctl COMMAND/g, 'kubectl-calico COMMAND'),
    );
  });

  it('of nothing known is that of the tool', () => {
    expect(helpText('no such command', 'calicoctl')).toBe(helpText('', 'calicoctl'));
  });
});
