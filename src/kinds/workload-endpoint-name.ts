/** The names of workload endpoints, which are made of what identifies the endpoint (libcalico-go `names`). */
import { Invalid } from './invalid.ts';
import type { FieldProblem } from './schema.ts';

/** What identifies an endpoint; which of the parts are needed depends on the orchestrator. */
export interface EndpointIdentity {
  readonly node?: string;
  readonly orchestrator?: string;
  readonly pod?: string;
  readonly containerID?: string;
  readonly workload?: string;
  readonly endpoint?: string;
}

/** The part that stands between orchestrator and endpoint. */
function workloadPart(orchestrator: string | undefined): 'pod' | 'containerID' | 'workload' {
  if (orchestrator === 'k8s') return 'pod';
  return orchestrator === 'cni' ? 'containerID' : 'workload';
}

/**
 * The name of an endpoint: `<node>-<orchestrator>-<pod, container or workload>-<endpoint>`, with every `-` inside a part doubled.
 * @throws {Invalid} when a part is missing, or begins or ends with `-`
 */
export function workloadEndpointName(identity: EndpointIdentity): string {
  const { node = '', orchestrator } = identity;
  if (node === '') throw refusal({ name: 'node', reason: 'field should be assigned', path: 'spec.node' });
  const middle = workloadPart(orchestrator);
  const parts =
    orchestrator === 'libnetwork'
      ? [escaped('node', node), orchestrator, orchestrator, escaped('endpoint', identity.endpoint)]
      : (['node', 'orchestrator', middle, 'endpoint'] as const).map((part) => escaped(part, identity[part]));
  return parts.join('-');
}

function escaped(part: keyof EndpointIdentity, value = ''): string {
  const problem = (reason: string) => refusal({ name: part, value, reason, path: `spec.${part}` });
  if (value === '') throw problem('field should be assigned');
  if (value.startsWith('-')) throw problem("field must not begin with a '-'");
  if (value.endsWith('-')) throw problem("field must not end with a '-'");
  return value.replaceAll('-', '--');
}

function refusal(problem: FieldProblem): Invalid {
  return new Invalid([problem]);
}

/** The parts of a name, as far as it has them: `node`, `orchestrator`, then the rest. The inverse of {@link workloadEndpointName}. */
export function endpointNameParts(name: string): readonly string[] {
  return name
    .replaceAll('--', '\0')
    .split('-')
    .map((part) => part.replaceAll('\0', '-'));
}
