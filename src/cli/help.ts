/** Help: text made when the program is built, printed without loading anything else. */
import { helpTexts } from './generated/help-texts.ts';

/** The help of a command, a group of commands, or the whole tool (''). `program` replaces the tool's name in usage lines. */
export function helpText(id: string, program: string): string {
  const text = helpTexts[id] ?? helpTexts[''] ?? '';
  return program === 'calicoctl' ? text : text.replaceAll(/^( {2}|Use "|Usage: )calicoctl\b/gm, `$1${program}`);
}
