/** Which namespace an object is in: what its manifest says against `--namespace` and `--all-namespaces` (the Go calicoctl's rules). */
import type { Kind } from '../kinds/kind.ts';
import { OperationError } from './errors.ts';

export interface NamespaceFlags {
  readonly namespace: string;
  readonly allNamespaces: boolean;
}

/**
 * The namespace to use; undefined for cluster-wide kinds, empty for all namespaces.
 * @throws {OperationError}
 */
export function resolveNamespace(kind: Kind, given: string, named: boolean, flags: NamespaceFlags): string | undefined {
  const { namespace, allNamespaces } = flags;
  if (kind.scope === 'cluster') {
    if (given !== '') {
      const rule = 'namespace should not be specified for a non-namespaced resource';
      throw new OperationError(`${rule}. ${kind.name} is not a namespaced resource`);
    }
    if (namespace !== '' || allNamespaces) throw new OperationError(`${kind.name} is not namespaced`);
    return undefined;
  }
  if (allNamespaces) {
    if (namespace !== '')
      throw new OperationError('cannot use both --namespace and --all-namespaces flags at the same time');
    if (named) throw new OperationError('cannot use --all-namespace flag for getting a single resource');
    return '';
  }
  if (given === '') return namespace === '' ? 'default' : namespace;
  if (namespace !== '' && namespace !== given)
    throw new OperationError(`resource namespace does not match client namespace. ${given} != ${namespace}`);
  return given;
}
