/** Folders for the tests of the local driver. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Datastore } from '../../../src/datastore/datastore.ts';
import { open } from '../../../src/datastore/local/driver.ts';
import { UNSET_SPEC } from '../../../src/datastore/settings.ts';
import type { ConnectionSettings, ConnectionSpec, OpenOptions } from '../../../src/datastore/settings.ts';

/** The object that the processes of the tests write to. */
export const COUNTER = { kind: 'BGPPeer', name: 'counter' };

export function settingsFor(localDir: string): ConnectionSettings {
  const spec: ConnectionSpec = { ...UNSET_SPEC, datastoreType: 'local', localDir };
  return { spec, origin: () => 'CALICO_LOCAL_DIR' };
}

/** A folder of manifests in a place of its own, and the datastore on it. */
export class TestFolder {
  readonly path: string;
  /** what the driver told a person */
  readonly warnings: string[] = [];

  constructor() {
    this.path = join(mkdtempSync(join(tmpdir(), 'calicoctl-local-')), 'net');
  }

  open(options: Partial<OpenOptions> = {}): Promise<Datastore> {
    const warn = (message: string) => this.warnings.push(message.replaceAll(this.path, 'net'));
    const defaults = {
      signal: new AbortController().signal,
      requestTimeout: 30_000,
      env: {},
      log: () => undefined,
      warn,
    };
    return open(settingsFor(this.path), { ...defaults, ...options });
  }

  /** Makes the folder, empty. */
  make(): void {
    mkdirSync(this.path, { recursive: true });
  }

  at(...parts: readonly string[]): string {
    return join(this.path, ...parts);
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), content);
  }

  read(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  /** every file and link below, sorted */
  files(): readonly string[] {
    return readdirSync(this.path, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.path.length + 1))
      .sort();
  }

  /** everything below, folders too */
  all(): readonly string[] {
    return readdirSync(this.path, { recursive: true, encoding: 'utf8' }).sort();
  }

  clear(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  remove(): void {
    rmSync(dirname(this.path), { recursive: true, force: true });
  }
}
