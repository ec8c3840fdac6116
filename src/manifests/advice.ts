/** What is said about input that cannot be read, beside the Go tool's words. */
import { kindNames } from '../kinds/index.ts';
import type { InputMap, Position } from '../kinds/node.ts';
import { API_VERSION } from '../kinds/resource.ts';
import { nearestName } from './nearest.ts';

/** Words about one place; `fix` is the line to write instead. */
export interface Advice {
  readonly at: Position;
  readonly problem: string;
  readonly fix?: string | undefined;
}

/** An object that does not say what kind it is. */
export function kindAdvice(node: InputMap): Advice {
  const miscased = node.entries.find(({ key }) => key !== 'kind' && key.toLowerCase() === 'kind');
  if (miscased !== undefined) {
    const { key, keyAt, value } = miscased;
    const fix = 'text' in value ? `kind: ${value.text}` : 'kind:';
    return { at: keyAt, problem: `"${key}" must be written "kind"`, fix };
  }
  const [kind, apiVersion] = ['kind', 'apiVersion'].map((name) => node.entries.find(({ key }) => key === name)?.value);
  if (kind?.type === 'string' && kind.text !== '' && apiVersion !== undefined)
    return { at: apiVersion.at, problem: 'this is no API version', fix: `apiVersion: ${API_VERSION}` };
  if (kind !== undefined) return { at: kind.at, problem: 'kind must be the name of a kind, such as IPPool' };
  return apiVersion === undefined
    ? { at: node.at, problem: 'apiVersion and kind are needed', fix: `apiVersion: ${API_VERSION}` }
    : { at: node.at, problem: 'kind is missing' };
}

/** A kind or an API version that is not Calico's. */
export function typeAdvice(kind: string, apiVersion: string, at: Position): Advice {
  if (apiVersion === 'crd.projectcalico.org/v1') {
    const problem =
      'crd.projectcalico.org/v1 is how Calico stores objects in Kubernetes; calicoctl reads and writes projectcalico.org/v3';
    return { at, problem, fix: `apiVersion: ${API_VERSION}` };
  }
  if (kind === 'List') {
    const problem =
      apiVersion === API_VERSION
        ? 'a List is not read; write the kind of its items, such as IPPoolList, or put them into documents separated by ---'
        : 'a Kubernetes List (kubectl get -o yaml) is not read; take the objects from calicoctl get -o yaml, or put them into documents separated by ---';
    return { at, problem };
  }
  const near = nearestName(kind, kindNames);
  if (apiVersion === API_VERSION) {
    const kinds = near === undefined ? `; kinds: ${[...kindNames].sort().join(', ')}` : '';
    return {
      at,
      problem: `no kind is called "${kind}"${kinds}`,
      fix: near === undefined ? undefined : `kind: ${near}`,
    };
  }
  if (apiVersion === '') return { at, problem: 'apiVersion is missing', fix: `apiVersion: ${API_VERSION}` };
  if (KUBERNETES_API.test(apiVersion) && /^[a-z]/.test(kind))
    return {
      at,
      problem: `Calico's old form ${apiVersion} is not read; the fields of ${API_VERSION} have other names`,
    };
  // Where both have a kind of that name, only one in a group of Kubernetes is certainly meant for it.
  if (KUBERNETES_API.test(apiVersion) && (near !== kind || apiVersion.includes('/'))) {
    const calico = near === kind ? `; a ${kind} of Calico has apiVersion: ${API_VERSION} and other fields` : '';
    return { at, problem: `${kind} of ${apiVersion} belongs to Kubernetes: apply it with kubectl${calico}` };
  }
  return { at, problem: `unknown API version "${apiVersion}"`, fix: `apiVersion: ${API_VERSION}` };
}

/** The API groups of Kubernetes itself, such as `v1`, `apps/v1` and `networking.k8s.io/v1`. */
const KUBERNETES_API =
  /^(?:v1|(?:apps|autoscaling|batch|extensions|policy|[a-z.]+\.k8s\.io)\/v\d+(?:(?:alpha|beta)\d+)?)$/;
