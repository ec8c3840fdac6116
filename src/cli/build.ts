/** What this build is. The bundler puts the values in; from source they say so. */
declare const __BUILD_VERSION__: string | undefined;
declare const __BUILD_COMMIT__: string | undefined;

export const BUILD = {
  /** version of the package */
  version: typeof __BUILD_VERSION__ === 'string' ? __BUILD_VERSION__ : 'development',
  /** git commit it was built from */
  commit: typeof __BUILD_COMMIT__ === 'string' ? __BUILD_COMMIT__ : 'unknown',
} as const;
