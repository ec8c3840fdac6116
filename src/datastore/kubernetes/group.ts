/**
 * Which of Calico's two API groups a cluster keeps its objects in: `crd.projectcalico.org/v1`, or `projectcalico.org/v3` as CustomResourceDefinitions.
 */
import { isJsonObject } from '../../kinds/schema.ts';
import type { Json } from '../../kinds/schema.ts';
import { parseJson } from '../../kinds/go-json.ts';
import { DatastoreError } from '../errors.ts';
import type { Transport } from './transport.ts';

export interface CalicoGroup {
  readonly version: 'v1' | 'v3';
  readonly group: string;
  /** of the stored objects */
  readonly apiVersion: string;
}

export const V1: CalicoGroup = {
  version: 'v1',
  group: 'crd.projectcalico.org',
  apiVersion: 'crd.projectcalico.org/v1',
};
export const V3: CalicoGroup = { version: 'v3', group: 'projectcalico.org', apiVersion: 'projectcalico.org/v3' };

/** The group a setting asks for; undefined when it is empty. */
export function configuredGroup(setting: string): CalicoGroup | undefined {
  if (setting === '') return undefined;
  return setting.toLowerCase() === V3.apiVersion ? V3 : V1;
}

/**
 * Asks the server which groups it has: V3 when it knows `projectcalico.org` and not `crd.projectcalico.org`. With both, an aggregated API
 * server stands in front of the V1 objects. Whatever fails means V1, and shows again in the request that follows.
 * @throws the reason of a cancelled command
 */
export async function discoverGroup(transport: Transport): Promise<CalicoGroup> {
  let text: string;
  try {
    const response = await transport.send({ method: 'GET', path: '/apis' });
    if (response.status !== 200) return V1;
    ({ text } = response);
  } catch (error) {
    if (error instanceof DatastoreError) return V1;
    throw error;
  }
  const names = groupNames(text);
  return names.has(V3.group) && !names.has(V1.group) ? V3 : V1;
}

function groupNames(text: string): ReadonlySet<Json | undefined> {
  let list: Json;
  try {
    list = parseJson(text);
  } catch {
    return new Set();
  }
  const groups: unknown = isJsonObject(list) ? list['groups'] : undefined;
  const found: readonly unknown[] = Array.isArray(groups) ? groups : [];
  return new Set(found.filter(isJsonObject).map((group) => group['name']));
}
