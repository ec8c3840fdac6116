/** What an operation may use of the world. Interfaces only: nothing runs on import. */
import type { Datastore } from './datastore/datastore.ts';

/** Standard streams. Writes resolve when the text is handed over; a reader that went away is not an error. */
export interface Streams {
  /** all of standard input */
  readInput(): Promise<Uint8Array>;
  out(text: string): void;
  err(text: string): void;
  /** columns of the terminal, 80 when there is none */
  readonly width: number;
  readonly outIsTTY: boolean;
  readonly errIsTTY: boolean;
  /** whether colour may be used on standard output */
  readonly colour: boolean;
}

export interface FileEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link-to-file' | 'link-to-directory' | 'other';
}

/** Reading files. Errors carry a Node `code` such as ENOENT, and a message that names the file. */
export interface Files {
  read(path: string): Promise<Uint8Array>;
  /** entries in bytewise order */
  list(directory: string): Promise<readonly FileEntry[]>;
  /** follows links; throws like `read` when missing */
  stat(path: string): Promise<'file' | 'directory' | 'other'>;
  /** whether the path itself is a symbolic link */
  isLink(path: string): Promise<boolean>;
}

/** Writing files. Errors carry a Node `code` such as ENOENT, and a message that names the file. */
export interface FileWriter {
  /** makes the file, or replaces it whole: a reader sees all of it or nothing of it */
  replace(path: string, content: string): Promise<void>;
  /** opens a file that grows line by line, and makes it with the first line if there is none */
  openLog(path: string): Promise<LineLog | LogHolder>;
}

/** Another process that has a file open. */
export interface LogHolder {
  /** the file by which it says so */
  readonly lock: string;
  /** it runs on another machine or in another container, so that nobody here can tell whether it still runs */
  readonly foreign: boolean;
}

/** A file that grows line by line. */
export interface LineLog {
  /** those that were there when it was opened; one that was cut off while it was written is not among them */
  readonly lines: readonly string[];
  /** adds a line without its end; resolves when it would survive a crash of the machine */
  append(line: string): Promise<void>;
  /** lets other processes open it */
  close(): Promise<void>;
}

/** The machine that the program runs on. */
export interface Machine {
  /** as Node names it: `linux`, `darwin`, `win32` */
  readonly platform: string;
  /** undefined where the system has no such number */
  readonly userId: number | undefined;
  readonly hostname: string;
  /** command lines of all processes, word by word; those that may not be seen are left out */
  processes(): Promise<readonly (readonly string[])[]>;
}

export interface Context {
  readonly io: Streams;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  /** aborted by Ctrl-C and by a command's own time limit */
  readonly signal: AbortSignal;
  now(): Date;
  /** says on standard error, in a line that begins with `warning: ` after the command's own words, what a person should see; each text once */
  warn(text: string): void;
  /** opens the datastore on first use and keeps it */
  datastore(): Promise<Datastore>;
}
