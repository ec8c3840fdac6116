/** Kinds that a word on the command line may stand for which is no name of one. */
import { kindAliases } from '../kinds/generated/aliases.ts';
import { kindNames } from '../kinds/index.ts';
import { nearestName } from '../manifests/nearest.ts';

/** More names than these help nobody. */
const FEW = 4;

/** A shorter word is not looked for inside names. */
const LONG = 4;

/**
 * What the command line calls them, the likeliest first: kinds of those initials (`ns`), kinds whose name begins so (`ip`), else one that is spelled
 * nearly so, else kinds with the word in their name (`endpoints`). Empty when it could be anything.
 */
export function kindsMeant(word: string): readonly string[] {
  const lower = word.toLowerCase();
  if (lower === '') return [];
  const named = (test: (name: string) => boolean): readonly string[] =>
    kindNames.map((name) => name.toLowerCase()).filter(test);
  const ofInitials = kindNames.filter((name) => initials(name) === lower).map((name) => name.toLowerCase());
  const abbreviated = [...new Set([...ofInitials, ...named((name) => name.startsWith(lower))])];
  if (abbreviated.length > 0) return abbreviated.length <= FEW ? abbreviated : ofInitials;
  const near = nearestName(lower, Object.keys(kindAliases));
  if (near !== undefined) return [near];
  const part = lower.replace(/s$/, '');
  const holding = part.length < LONG ? [] : named((name) => name.includes(part));
  return holding.length <= FEW ? holding : [];
}

/** `gns` of GlobalNetworkSet, `ip` of IPPool. */
function initials(name: string): string {
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z][a-z]+/g) ?? [];
  return words.map((part) => part.slice(0, 1).toLowerCase()).join('');
}
