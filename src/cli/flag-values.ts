import type { FlagInfo } from './argv.ts';

/** What the flags of a command line are set to. The last of repeated ones counts, as for pflag; what it takes away is remembered. */
export class FlagValues extends Map<string, string> {
  private readonly lost = new Map<string, Set<string>>();

  override set(name: string, value: string): this {
    const before = this.get(name);
    if (before !== undefined) this.lost.set(name, (this.lost.get(name) ?? new Set()).add(before));
    return super.set(name, value);
  }

  /** A sentence for each flag that takes one value and was given several. Only files are named: other values may be long, or secret. */
  doubts(flags: Readonly<Record<string, FlagInfo>>): readonly string[] {
    return [...this.lost].flatMap(([name, values]) => {
      const others = [...values].filter((value) => value !== '' && value !== this.get(name));
      if (others.length === 0 || flags[name]?.type === 'boolean') return [];
      const files = name === 'filename' ? `; not read: ${others.join(', ')} (a directory can be named)` : '';
      return [`--${name} was given more than once, the last one counts${files}`];
    });
  }
}
