/** The lines that `show protocols all` prints about one BGP session (BIRD 1.6, and those of BIRD 2 that tell more). */
import type { RouteCounts, SessionDetails } from './session.ts';

/** What the lines tell; they may hold lines of any other meaning. */
export function readDetails(lines: readonly string[]): SessionDetails {
  const values = new Map<string, string>();
  let neighborRestarts = false;
  for (const line of lines) {
    const [, key, value = ''] = /^\s*([A-Z][A-Za-z ]*):\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined) values.set(key, value.trim());
    if (line.trim() === 'Neighbor graceful restart active') neighborRestarts = true;
  }
  const session = values.get('Session')?.split(' ');
  const internal = session === undefined ? null : session.includes('internal');
  const peerAs = numberOf(values.get('Neighbor AS'));
  return {
    peerAs,
    localAs: numberOf(values.get('Local AS')) ?? (internal === true ? peerAs : null),
    internal,
    rrClient: session === undefined ? null : session.includes('route-reflector'),
    sourceAddress: values.get('Source address') ?? null,
    neighborId: values.get('Neighbor ID') ?? null,
    routes: routesOf(values.get('Routes')),
    gracefulRestart: restartOf(values, neighborRestarts),
    lastError: values.get('Last error') ?? '',
    description: values.get('Description') ?? '',
  };
}

function numberOf(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

/** `2 imported, 1 filtered, 3 exported, 2 preferred`; a session that is down has none. */
function routesOf(text: string | undefined): RouteCounts | null {
  if (text === undefined) return null;
  const count = (what: string): number => Number(new RegExp(`(\\d+) ${what}\\b`).exec(text)?.[1] ?? 0);
  return { imported: count('imported'), exported: count('exported'), preferred: count('preferred') };
}

/** Own recovery after a restart (`GR recovery: pending waiting`), and the neighbour's with the seconds it has left. */
function restartOf(values: ReadonlyMap<string, string>, neighborRestarts: boolean): string {
  const own = values.get('GR recovery');
  const timer = /^(\d+)\//.exec(values.get('Restart timer') ?? '')?.[1];
  return [
    ...(own === undefined ? [] : [own]),
    ...(neighborRestarts ? [`neighbor restarts${timer === undefined ? '' : `, ${timer}s left`}`] : []),
  ].join('; ');
}
