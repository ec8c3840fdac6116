/** Every kind, for what is about all of them. */
import { kindNames, requireKind } from './index.ts';
import type { Kind } from './kind.ts';

export const kinds: readonly Kind[] = kindNames.map(requireKind);
