/** What tests of node status share: a context without a process, a machine that is made up, and objects of a small cluster. */
import type { Context, Machine, Streams } from '../../src/context.ts';
import type { Datastore } from '../../src/datastore/datastore.ts';
import type { Resource } from '../../src/kinds/resource.ts';
import { memoryFiles } from '../config/memory-files.ts';

export interface TestContext extends Context {
  readonly printed: { out: string; err: string };
  readonly warnings: string[];
}

export interface TestContextOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly io?: Partial<Streams>;
  /** none when absent: asking for it is an error of the settings */
  readonly datastore?: () => Promise<Datastore>;
  readonly now?: () => Date;
}

export function testContext(options: TestContextOptions = {}): TestContext {
  const printed = { out: '', err: '' };
  const warnings: string[] = [];
  return {
    printed,
    warnings,
    io: {
      readInput: () => Promise.resolve(new Uint8Array()),
      out: (text) => void (printed.out += text),
      err: (text) => void (printed.err += text),
      width: 80,
      outIsTTY: false,
      errIsTTY: false,
      colour: false,
      ...options.io,
    },
    env: options.env ?? {},
    files: memoryFiles(options.files ?? {}),
    signal: options.signal ?? new AbortController().signal,
    now: options.now ?? (() => new Date()),
    warn: (text) => void warnings.push(text),
    datastore: options.datastore ?? (() => Promise.reject(new Error('no datastore was expected to be opened'))),
  };
}

export function machine(given: Partial<Machine> & { readonly running?: readonly (readonly string[])[] } = {}): Machine {
  const { running = [['calico-felix'], ['bird'], ['bird6']], ...rest } = given;
  return { platform: 'linux', userId: 0, hostname: 'host', processes: () => Promise.resolve(running), ...rest };
}

/** A Node with an address for BGP. */
export function node(name: string, ipv4Address: string, bgp: Readonly<Record<string, string | number>> = {}): Resource {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'Node',
    metadata: { name },
    spec: { bgp: { ipv4Address: `${ipv4Address}/24`, ...bgp } },
  };
}

export const OPTIONS = { allowVersionMismatch: false, dryRun: false, safe: false } as const;
