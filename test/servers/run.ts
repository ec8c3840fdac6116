import { spawn } from 'node:child_process';

/** What {@link run} needs besides the command. */
export interface RunOptions {
  /** The whole environment of the program; without it, that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Text for standard input, which is empty otherwise. */
  readonly stdin?: string;
}

/** A program could not be started, or ended with something other than exit code 0. */
export class RunError extends Error {
  override readonly name = 'RunError';
  /** The exit code; undefined if the program could not be started or a signal ended it. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;

  constructor(message: string, exitCode: number | undefined, stdout: string, stderr: string) {
    super(message);
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

/** Runs a program to its end and gives what it wrote to standard output. Throws {@link RunError}. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await runBoth(program, args, options)).stdout;
}

/** Like {@link run}, for programs that say something on standard error too. */
export async function runBoth(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.env && { env: options.env }),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A program may end without reading its input: its exit code says whether that was a fault.
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin ?? '');
  const command = [program, ...args].join(' ');
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new RunError(`${command}: ${cause.message}`, undefined, stdout, stderr));
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve({ stdout, stderr });
      else {
        const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
        reject(new RunError(`${command}: ${how}\n${stderr}`, code ?? undefined, stdout, stderr));
      }
    });
  });
}
