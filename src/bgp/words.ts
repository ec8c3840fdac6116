/** Words that texts about BGP share. */
import type { Family } from './model.ts';

/** `IPv4` or `IPv6`. */
export function familyName(family: Family): string {
  return family === 'ipv4' ? 'IPv4' : 'IPv6';
}

/** `1 session`, `2 sessions`. */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The names, shortened when there are more than four: `a, b, c and 7 more`. */
export function someNames(names: readonly string[]): string {
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

/** `node a`, or `3 nodes (a, b, c)`. */
export function nodesNamed(names: readonly string[]): string {
  return names.length === 1 ? `node ${names[0] ?? ''}` : `${names.length} nodes (${someNames(names)})`;
}
