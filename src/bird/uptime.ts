/** How long ago something happened, from the times that BIRD prints. */

const DAY = 86_400;

/**
 * Seconds between BIRD's `since` and its own clock (`show status`), so that time zones do not matter; null when only the day is told,
 * which BIRD does after twenty hours.
 */
export function secondsSince(since: string, serverTime: string | null): number | null {
  const then = /^(\d\d):(\d\d):(\d\d)/.exec(since);
  const now = /^\d{4}-\d\d-\d\d (\d\d):(\d\d):(\d\d)/.exec(serverTime ?? '');
  if (then === null || now === null) return null;
  const seconds = secondsOfDay(now) - secondsOfDay(then);
  return seconds < 0 ? seconds + DAY : seconds;
}

function secondsOfDay([, hours, minutes, seconds]: RegExpExecArray): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** Days between the dates of both; null when `since` tells none. */
function daysSince(since: string, serverTime: string | null): number | null {
  const [then, now] = [since, serverTime ?? ''].map((text) => /^\d{4}-\d\d-\d\d/.exec(text)?.[0]);
  if (then === undefined || now === undefined) return null;
  return Math.round((Date.parse(then) - Date.parse(now)) / -1000 / DAY);
}

/** `42s`, `5m12s`, `3h20m`, `16d`; `unknown` where the times do not tell. */
export function uptime(since: string, serverTime: string | null): string {
  const seconds = secondsSince(since, serverTime);
  if (seconds === null) {
    const days = daysSince(since, serverTime);
    return days === null ? 'unknown' : `${days}d`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${seconds}s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds % 60}s` : `${hours}h${minutes % 60}m`;
}
