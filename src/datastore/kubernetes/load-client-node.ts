/** Credentials could not be had. The message is the Go client's and names no secret. */
export class CredentialsError extends Error {
  override readonly name = 'CredentialsError' as const;
}

/**
 * Loads what `@kubernetes/client-node` does for this driver.
 * @throws {CredentialsError} on an early release of Node 22, which the library does not run on
 */
export async function loadClientNode() {
  try {
    return await import('./client-node.ts');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CredentialsError(`proxies and auth providers need a later release of Node than this one (${why})`, {
      cause,
    });
  }
}
