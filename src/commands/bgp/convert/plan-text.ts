/** A plan for people. */
import type { Failure, Plan, Step, Write } from '../../../operations/convert/make-plan.ts';
import { pointerOf } from '../../../operations/convert/make-plan.ts';
import type { Json } from '../../../kinds/schema.ts';
import { formatYaml } from '../../../output/yaml.ts';

/** The steps with their writes, risks and gates. */
export function planText(plan: Plan): string {
  const { to, reflectors, nodes, before, steps, warnings } = plan;
  const names = reflectors.join(', ');
  const title =
    to === 'reflectors'
      ? `From a full mesh to route reflectors ${names}`
      : `From route reflectors ${names} to a full mesh`;
  const last = steps.at(-1)?.after ?? before;
  return [
    `${title}: ${nodes} nodes, ${steps.length} step${steps.length === 1 ? '' : 's'}\n`,
    `Sessions: ${countText(before)} now, ${countText(last)} then\n`,
    ...steps.map((step, index) => stepText(step, index + 1, steps[index - 1]?.after ?? before)),
    ...(warnings.length === 0 ? [] : ['\n', ...warnings.map((text) => `Note: ${text}\n`)]),
  ].join('');
}

function countText({ sessions, most }: Plan['before']): string {
  const families = sessions.ipv6 === 0 ? `${sessions.ipv4}` : `${sessions.ipv4} IPv4 and ${sessions.ipv6} IPv6`;
  return `${families} (${most} on the busiest node)`;
}

function stepText({ does, risk, gate, writes, after }: Step, number: number, before: Plan['before']): string {
  return [
    `\n${number}. ${capital(does)}\n`,
    `   Risk:     ${risk}\n`,
    `   Waits:    until ${gate}\n`,
    `   Sessions: ${countText(before)} before, ${countText(after)} after\n`,
    ...writes.flatMap(writeLines).map((line) => `   ${line}\n`),
  ].join('');
}

/** A write as a diff. */
function writeLines(write: Write): readonly string[] {
  const { action, kind, name } = write;
  const title = `  ${action} ${kind}(${name})`;
  if (write.action === 'update')
    return [
      title,
      ...write.changes.flatMap(({ path, before, after }) => [
        ...(before === null ? [] : valueLines('-', path, before)),
        ...(after === null ? [] : valueLines('+', path, after)),
      ]),
    ];
  const sign = action === 'create' ? '+' : '-';
  const { labels, annotations, spec } = write.object;
  const parts = {
    ...(Object.keys(labels).length + Object.keys(annotations).length === 0 ? {} : { labels, annotations }),
    spec,
  };
  return [title, ...yamlLines(parts).map((line) => `${sign}   ${line}`)];
}

function valueLines(sign: string, path: readonly string[], value: Json): readonly string[] {
  const lines = yamlLines(value);
  const [first = ''] = lines;
  if (lines.length === 1 && (typeof value !== 'object' || value === null))
    return [`${sign}   ${pointerOf(path)}: ${first}`];
  return [`${sign}   ${pointerOf(path)}:`, ...lines.map((line) => `${sign}     ${line}`)];
}

const yamlLines = (value: Json): readonly string[] => formatYaml(value).trimEnd().split('\n');

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Why a plan may not be carried out, one line for each reason, with what helps behind it. */
export function failureLines(failures: readonly Failure[]): readonly string[] {
  return failures.map(({ message, hint }) => (hint === '' ? message : `${message} (${hint})`));
}
