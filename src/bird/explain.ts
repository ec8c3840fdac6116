/** Why a session is not up, for people. */
import { isDisabled, isUp } from './session.ts';
import type { BirdSession } from './session.ts';
import type { BirdDaemon } from './daemon.ts';

/** What BIRD's errors usually mean. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/Connection refused/, 'nothing listens there'],
  [/Connection (?:reset|closed)/, 'the other end knows no session with this node, or ended it'],
  [/No route to host|Network is unreachable/, 'no path to the address'],
  [/Bad peer AS/, 'the two ends name different AS numbers'],
  [/Hold timer expired/, 'the other end went silent'],
  [/No listening socket/, 'the port for BGP could not be opened on this node'],
];

/**
 * The state of a session that is not up, with what it means; '' for one that is.
 * @param others the sessions of the same daemon: of those with one address and port BIRD runs only one at a time
 */
export function whyNotUp(session: BirdSession, others: readonly BirdSession[], daemon: BirdDaemon | null): string {
  if (isUp(session)) return '';
  if (isDisabled(session)) return 'disabled in BIRD';
  const { state, bgpState, error } = session;
  if (bgpState === 'Established') return `${state}: ${connectedBut(session, daemon)}`;
  const said = [state, bgpState ?? '', error].filter((part) => part !== '').join(', ');
  const meaning = meaningOf(session, others);
  return meaning === '' ? said : `${said}: ${meaning}`;
}

function connectedBut({ state }: BirdSession, daemon: BirdDaemon | null): string {
  if (state !== 'wait') return state === 'feed' ? 'connected, routes are being sent' : 'connected, and about to end';
  const left = daemon?.gracefulRestart?.secondsLeft ?? null;
  return `connected, but routes wait until a graceful restart ends${left === null ? '' : `, at most ${left}s`}`;
}

function meaningOf(session: BirdSession, others: readonly BirdSession[]): string {
  const { bgpState, error } = session;
  if (error !== '') return MEANINGS.find(([pattern]) => pattern.test(error))?.[1] ?? '';
  if (bgpState === 'Passive') return 'waits for the other end to connect';
  if (bgpState === 'Connect' || bgpState === 'Active')
    return 'no answer yet: the address is out of reach, filtered, or has another password';
  if (bgpState !== 'Idle') return '';
  const holder = others.find((other) => other !== session && sharesPlace(other, session) && other.bgpState !== 'Idle');
  return holder === undefined ? '' : `waits behind ${holder.protocol}, which has the same address and port`;
}

function sharesPlace(a: BirdSession, b: BirdSession): boolean {
  return a.address === b.address && (a.port ?? 179) === (b.port ?? 179);
}
