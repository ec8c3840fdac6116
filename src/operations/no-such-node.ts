/** A node that was named on the command line and is not in the datastore. */
import { nearestName } from '../manifests/nearest.ts';
import { OperationError } from './errors.ts';

/** @param more what follows the words `does not exist` */
export function noSuchNode(nodes: readonly { readonly name: string }[], name: string, more = ''): OperationError {
  const near = nearestName(
    name,
    nodes.map((node) => node.name),
  );
  return new OperationError(`node ${name} does not exist${more}`, near === undefined ? [] : [`did you mean ${near}?`]);
}
