/** The target of a BGPPeer as it is written. */
import { formatIP, parseIP } from '../net/ip.ts';

/**
 * Address and port of a peerIP. `text` is the address as typed, which confd compares with nodes' addresses; `ip` its normal spelling. The port is
 * read as C reads integers, so that a leading zero makes it octal; one that cannot be read so makes the peer vanish.
 */
export function splitPeer(
  peerIP: string,
): { readonly text: string; readonly ip: string; readonly port: number | undefined } | undefined {
  const withPort = /^\[(.*)\]:(\d+)$/.exec(peerIP) ?? /^([^:]*):(\d+)$/.exec(peerIP);
  const text = withPort?.[1] ?? peerIP;
  const ip = parseIP(text);
  if (ip === undefined) return undefined;
  const digits = withPort?.[2];
  if (digits === undefined) return { text, ip: formatIP(ip), port: undefined };
  const port = /^0[0-7]+$/.test(digits)
    ? Number.parseInt(digits, 8)
    : /^(0|[1-9]\d*)$/.test(digits)
      ? Number(digits)
      : undefined;
  return port === undefined ? undefined : { text, ip: formatIP(ip), port };
}
