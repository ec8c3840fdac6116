/** Errors of the command line itself. */

/** Ends the command with an exit code and texts that are printed as they are. */
export class Exit extends Error {
  override readonly name = 'Exit' as const;
  readonly exitCode: number;
  /** printed on standard output, as the Go tool does for a few failures */
  readonly stdout: string;
  /** printed on standard error */
  readonly stderr: string;
  constructor(exitCode: number, texts: { readonly stdout?: string; readonly stderr?: string } = {}, cause?: unknown) {
    super(texts.stderr ?? texts.stdout ?? '', { cause });
    this.exitCode = exitCode;
    this.stdout = texts.stdout ?? '';
    this.stderr = texts.stderr ?? '';
  }
}
