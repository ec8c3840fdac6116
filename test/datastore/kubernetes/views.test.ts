import { expect, test } from 'vitest';
import { Unsupported } from '../../../src/datastore/errors.ts';
import { open } from '../../../src/datastore/kubernetes/driver.ts';
import { kinds } from '../../../src/kinds/all.ts';
import type { Kind, Verb } from '../../../src/kinds/kind.ts';
import { API_VERSION, refOf } from '../../../src/kinds/resource.ts';
import type { Resource } from '../../../src/kinds/resource.ts';
import { failure, options, settings } from './support.ts';

/** The verbs that the driver refuses without asking a server; `replace` stands for every way to change an object. */
async function refused(kind: Kind): Promise<readonly Verb[]> {
  const controller = new AbortController();
  const given = settings({ k8sAPIEndpoint: 'http://127.0.0.1:1', calicoAPIGroup: 'crd.projectcalico.org/v1' });
  const datastore = await open(given, options({ signal: controller.signal }));
  // Whatever is sent from now on ends at once.
  controller.abort(new Error('sent'));
  const resource: Resource = {
    kind: kind.name,
    apiVersion: API_VERSION,
    metadata: { name: 'n1-k8s-p-eth0', namespace: 'default', resourceVersion: '1' },
    spec: {},
  };
  const attempts = {
    create: () => datastore.create(resource),
    replace: () => datastore.update(resource),
    delete: () => datastore.delete(refOf(resource)),
  };
  const verbs: Verb[] = [];
  for (const verb of ['create', 'replace', 'delete'] as const)
    if ((await failure(attempts[verb]())) instanceof Unsupported) verbs.push(verb);
  await datastore.close();
  return verbs;
}

test.each(kinds)('the driver refuses for $name what the kind says', async (kind) => {
  const said = kind.kubernetesView?.refuses ?? [];
  expect(await refused(kind)).toEqual(said.filter((verb) => !['apply', 'patch', 'label'].includes(verb)));
  const changes = ['apply', 'replace', 'patch', 'label'] as const;
  expect([0, changes.length]).toContain(changes.filter((verb) => said.includes(verb)).length);
});
