import { afterAll } from 'vitest';
import { describeDatastore } from '../../conformance/datastore.ts';
import { TestFolder } from './support.ts';

const folder = new TestFolder();
afterAll(() => folder.remove());

describeDatastore(
  'the local driver',
  async (signal) => {
    const datastore = await folder.open({ signal });
    return {
      datastore,
      wipe: async () => folder.clear(),
      close: () => datastore.close(),
      plantUnreadable: async (name) => folder.write(`bgppeers/${name}.yaml`, 'kind: [BGPPeer\n'),
    };
  },
  { checksRevisionOnDelete: true, historicalReads: false, unchangedUpdateKeepsRevision: true },
);
