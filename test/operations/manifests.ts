/** Manifests for the tests of verbs. */
import type { CommonOptions, Selection } from '../../src/operations/input.ts';

/** A BGPPeer. `more` is text inside its spec, `metadata` inside its metadata. */
export function peerText(name: string, more = '', metadata = ''): string {
  return `apiVersion: projectcalico.org/v3
kind: BGPPeer
metadata: {name: ${name}${metadata === '' ? '' : `, ${metadata}`}}
spec: {peerIP: 192.0.2.1, asNumber: 64512${more === '' ? '' : `, ${more}`}}
`;
}

/** An IPPool. */
export function poolText(name: string, cidr: string, more = ''): string {
  return `apiVersion: projectcalico.org/v3
kind: IPPool
metadata: {name: ${name}}
spec: {cidr: ${cidr}${more === '' ? '' : `, ${more}`}}
`;
}

/** A NetworkSet. */
export function setText(name: string, namespace = ''): string {
  return `apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata: {name: ${name}${namespace === '' ? '' : `, namespace: ${namespace}`}}
spec: {nets: [192.0.2.0/24]}
`;
}

/** Documents of one file. */
export function documents(...texts: readonly string[]): string {
  return texts.join('---\n');
}

/** A command line that says nothing. */
export const NOTHING_GIVEN: Selection & CommonOptions = {
  filename: undefined,
  recursive: false,
  skipEmpty: false,
  kind: undefined,
  names: [],
  namespace: '',
  allNamespaces: false,
  allowVersionMismatch: false,
  dryRun: false,
  safe: false,
};

/** What a command line says of a file and of options. */
export function fromFile(filename: string, more: Partial<Selection & CommonOptions> = {}): Selection & CommonOptions {
  return { ...NOTHING_GIVEN, filename, ...more };
}

/** What a command line says that has a kind and names. */
export function named(
  kind: string,
  names: readonly string[] = [],
  more: Partial<Selection & CommonOptions> = {},
): Selection & CommonOptions {
  return { ...NOTHING_GIVEN, kind, names, ...more };
}
