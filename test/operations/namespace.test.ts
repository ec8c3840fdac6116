import { describe, expect, it } from 'vitest';
import { requireKind } from '../../src/kinds/index.ts';
import { resolveNamespace } from '../../src/operations/namespace.ts';

const NAMED = true;
const UNNAMED = false;

function resolved(kind: string, given: string, named: boolean, namespace = '', allNamespaces = false): unknown {
  try {
    return resolveNamespace(requireKind(kind), given, named, { namespace, allNamespaces });
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : error;
  }
}

describe('resolveNamespace() of a namespaced kind', () => {
  it.each([
    ['', '', 'default'],
    ['', 'ns', 'ns'],
    ['ns', '', 'ns'],
    ['ns', 'ns', 'ns'],
    ['a', 'b', 'OperationError: resource namespace does not match client namespace. a != b'],
  ])('with %j in the manifest and %j by flag gives %j', (given, flag, expected) => {
    expect(resolved('NetworkPolicy', given, NAMED, flag)).toBe(expected);
  });

  it('with --all-namespaces means all of them, whatever the manifest says', () => {
    expect(resolved('NetworkSet', '', UNNAMED, '', true)).toBe('');
    expect(resolved('NetworkSet', 'ns', UNNAMED, '', true)).toBe('');
  });

  it('with --all-namespaces and a name is refused', () => {
    expect(resolved('NetworkSet', '', NAMED, '', true)).toBe(
      'OperationError: cannot use --all-namespace flag for getting a single resource',
    );
  });

  it('with --all-namespaces and --namespace is refused', () => {
    expect(resolved('NetworkSet', '', UNNAMED, 'ns', true)).toBe(
      'OperationError: cannot use both --namespace and --all-namespaces flags at the same time',
    );
  });
});

describe('resolveNamespace() of a cluster-wide kind', () => {
  it('gives none', () => {
    expect(resolved('IPPool', '', NAMED)).toBeUndefined();
  });

  it.each([
    ['', 'default', false, 'OperationError: IPPool is not namespaced'],
    ['', '', true, 'OperationError: IPPool is not namespaced'],
    [
      'ns',
      '',
      false,
      'OperationError: namespace should not be specified for a non-namespaced resource. IPPool is not a namespaced resource',
    ],
    [
      'ns',
      'ns',
      true,
      'OperationError: namespace should not be specified for a non-namespaced resource. IPPool is not a namespaced resource',
    ],
  ])('refuses %j in the manifest, %j and %j by flag', (given, flag, all, expected) => {
    expect(resolved('IPPool', given, NAMED, flag, all)).toBe(expected);
  });
});
