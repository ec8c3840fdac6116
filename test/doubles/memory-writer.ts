import type { FileWriter, LineLog, LogHolder } from '../../src/context.ts';

/** A writer that keeps in memory what it is given. */
export interface MemoryWriter extends FileWriter {
  readonly files: Record<string, string>;
  /** lines of the logs by path */
  readonly logs: Record<string, string[]>;
  /** another process that has a log open is one that cannot be looked up */
  foreign: boolean;
  /** what happens instead of adding a line, as when the process is killed; by the number of the line in its log, from 1 */
  fault: ((number: number) => Error | undefined) | undefined;
}

export function memoryWriter(): MemoryWriter {
  const open = new Set<string>();
  const writer: MemoryWriter = {
    files: {},
    logs: {},
    fault: undefined,
    foreign: false,
    replace(path, content) {
      writer.files[path] = content;
      return Promise.resolve();
    },
    openLog(path): Promise<LineLog | LogHolder> {
      if (open.has(path)) return Promise.resolve({ lock: `.${path}.lock`, foreign: writer.foreign });
      open.add(path);
      writer.logs[path] ??= [];
      const lines = writer.logs[path];
      return Promise.resolve({
        lines: [...lines],
        append(line) {
          const error = writer.fault?.(lines.length + 1);
          if (error !== undefined) return Promise.reject(error);
          lines.push(line);
          return Promise.resolve();
        },
        close() {
          open.delete(path);
          return Promise.resolve();
        },
      });
    },
  };
  return writer;
}
