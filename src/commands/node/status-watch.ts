/** The state of a node's BGP sessions as it changes. */
import type { Context } from '../../context.ts';
import type { Json } from '../../kinds/schema.ts';
import { sleep } from '../../operations/sleep.ts';
import type { ProbeResult, StatusProbe } from '../../operations/status-probe.ts';
import { formatYaml } from '../../output/yaml.ts';
import { statusJson } from './status-json.ts';
import { checkText, statusText, TYPE_NAMES } from './status-text.ts';

const INTERVAL = 2000;
const FAMILIES = ['ipv4', 'ipv6'] as const;

// ECMA-48 control sequences.
const CLEAR = '\x1b[2J';
const HOME = '\x1b[H';
const ERASE_LINE_END = '\x1b[K';
const ERASE_BELOW = '\x1b[J';

export type StatusFormat = 'ps' | 'wide' | 'json' | 'yaml';

/**
 * Shows the state until the command is ended. Tables are redrawn in place on a terminal; elsewhere every change is a line, or a document.
 * @param interval milliseconds between two looks
 */
export async function watchStatus(
  context: Context,
  probe: Pick<StatusProbe, 'look'>,
  format: StatusFormat,
  interval = INTERVAL,
): Promise<never> {
  const show =
    format === 'json' || format === 'yaml'
      ? documents(context, format)
      : context.io.outIsTTY
        ? redrawn(context, format === 'wide')
        : changes(context);
  let warned = '';
  for (;;) {
    const result = await probe.look();
    await show(result);
    const warning = result.warnings.join('\n');
    if (warning !== '' && warning !== warned) context.warn(warning);
    warned = warning;
    await sleep(interval, context.signal);
  }
}

type Show = (result: ProbeResult) => void | Promise<void>;

function redrawn({ io }: Context, wide: boolean): Show {
  let begin = CLEAR;
  return async (result) => {
    const { stdout, stderr } = await statusText(result, { wide, colour: io.colour });
    const text = `${stdout}${stderr}${result.check === undefined ? '' : checkText(result.check)}`;
    io.out(`${begin}${HOME}${text.replaceAll('\n', `${ERASE_LINE_END}\n`)}${ERASE_BELOW}`);
    begin = '';
  };
}

/** A line for every session that changed, appeared or is gone, and for daemons and the check. */
function changes(context: Context): Show {
  let before = new Map<string, string>();
  return (result) => {
    const now = facts(result);
    const time = `${context.now().toISOString().slice(0, 19)}Z`;
    const lines: string[] = [];
    for (const [what, state] of now) {
      const old = before.get(what);
      if (old !== state) lines.push(`${time} ${what}: ${old === undefined ? '' : `${old} -> `}${state}\n`);
    }
    for (const [what, old] of before) if (!now.has(what)) lines.push(`${time} ${what}: ${old} -> gone\n`);
    before = now;
    context.io.out(lines.join(''));
  };
}

function facts({ felix, daemons, check }: ProbeResult): Map<string, string> {
  const known = new Map<string, string>();
  if (felix !== 'not-checked') known.set('felix', felix);
  for (const family of FAMILIES) {
    const { outcome, problem, sessions } = daemons[family];
    known.set(`${family} BIRD`, problem === '' ? outcome : `${outcome}, ${problem}`);
    for (const { protocol, address, type, state, info } of sessions)
      known.set(`${family} ${address} ${TYPE_NAMES[type]} ${protocol}`, `${state} ${info}`.trim());
  }
  if (check !== undefined) known.set('check', checkText(check).split('\n')[0] ?? '');
  return known;
}

/** A document whenever something but the clock changed; JSON without line breaks. */
function documents({ io }: Context, format: 'json' | 'yaml'): Show {
  let before = '';
  return (result) => {
    const document = statusJson(result);
    const text = JSON.stringify(document, (key, value: Json) => (CLOCKS.includes(key) ? undefined : value));
    if (text === before) return;
    io.out(format === 'json' ? `${JSON.stringify(document)}\n` : `---\n${formatYaml(document)}`);
    before = text;
  };
}

const CLOCKS = ['serverTime', 'secondsInState', 'secondsLeft'];
