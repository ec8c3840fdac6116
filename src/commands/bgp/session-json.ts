import type { Json } from '../../kinds/schema.ts';
import type { Session } from '../../operations/bgp-sessions.ts';

/** A session as commands print it. */
export function sessionJson({ secret, reason, rivals, ...session }: Session): Json {
  return {
    ...session,
    secret: secret === null ? null : { ...secret },
    reason: { ...reason },
    ...(rivals.length === 0 ? {} : { rivals: [...rivals] }),
  };
}
