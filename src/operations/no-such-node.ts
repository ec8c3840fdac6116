/** A node that was named on the command line and is not in the datastore. */
import type { Failure } from '../bgp/convert/plan.ts';
import { nearestName } from '../manifests/nearest.ts';
import { OperationError } from './errors.ts';

/** @param more what follows the words `does not exist` */
export function noSuchNode(nodes: readonly { readonly name: string }[], name: string, more = ''): OperationError {
  return new OperationError(`node ${name} does not exist${more}`, nodeMeant(nodes, name));
}

/** `did you mean …?` for a name that no node has; empty where none comes near. */
export function nodeMeant(nodes: readonly { readonly name: string }[], name: string): readonly string[] {
  const near = nearestName(
    name,
    nodes.map((node) => node.name),
  );
  return near === undefined ? [] : [`did you mean ${near}?`];
}

/** Names given with a flag that no node has, each in a sentence. */
export function strangers(
  nodes: readonly { readonly name: string }[],
  flag: string,
  names: readonly string[],
): readonly string[] {
  const known = new Set(nodes.map(({ name }) => name));
  return names
    .filter((name) => !known.has(name))
    .map((name) => [`node ${name} of ${flag} does not exist`, ...nodeMeant(nodes, name)].join(': '));
}

/** The reasons, those about nodes that do not exist with the node that was probably meant. */
export function withNodeMeant(
  failures: readonly Failure[],
  nodes: readonly { readonly name: string }[],
): readonly Failure[] {
  return failures.map((failure) => {
    const [hint] = failure.missing === undefined ? [] : nodeMeant(nodes, failure.missing);
    return hint === undefined ? failure : { ...failure, hint };
  });
}
