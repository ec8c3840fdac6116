/** The parts of Calico's IPAM protocol that deleting pools and nodes needs. */
import { Conflict, NotFound } from '../datastore/errors.ts';
import type { IpamStore, Stored } from '../datastore/ipam-store.ts';
import { isEmpty, ordinalOf, release } from '../ipam/block.ts';
import type { Affinity, Block } from '../ipam/model.ts';
import type { IpamView } from '../kinds/kind.ts';
import { contains, parseCIDR } from '../net/cidr.ts';
import { OperationError } from './errors.ts';
import type { Session } from './session.ts';

/** How often a concurrent change is met by reading again (as the Go client). */
const ATTEMPTS = 100;

/** IPAM of a session's datastore; does nothing where there is none or under dry run. */
export function ipamView(session: Session): IpamView {
  const { ipam } = session.datastore;
  if (ipam === undefined) {
    const nothing = (): Promise<void> => Promise.resolve();
    return { blocks: () => Promise.resolve([]), releaseAddresses: nothing, releaseHost: nothing, releasePool: nothing };
  }
  const writes = !session.dryRun;
  return {
    async blocks(version) {
      const stored = await ipam.blocks.list();
      return stored.map(({ value }) => value.cidr).filter((cidr) => cidr.includes(':') === (version === 6));
    },
    async releaseAddresses(addresses) {
      if (writes && addresses.length > 0) await releaseAddresses(session, ipam, addresses);
    },
    async releaseHost(host) {
      if (!writes) return;
      const affinities = await ipam.affinities.list();
      for (const { value } of affinities)
        if (value.host === host && value.type === 'host') await releaseAffinity(ipam, value);
      await ipam.deleteHostMarker(host);
    },
    async releasePool(cidr) {
      const pool = parseCIDR(cidr);
      if (!writes || pool === undefined) return;
      for (const { value } of await ipam.affinities.list()) {
        const block = parseCIDR(value.cidr);
        if (block !== undefined && contains(pool, block.network)) await releaseAffinity(ipam, value);
      }
    },
  };
}

/** Gives up one block: it is deleted when nothing is allocated in it, else it stays without an owner. */
async function releaseAffinity(ipam: IpamStore, wanted: Affinity): Promise<void> {
  await retried(`${wanted.host} ${wanted.cidr}`, async () => {
    let affinity = await ipam.affinities.get(wanted);
    if (affinity === undefined) return;
    const block = await ipam.blocks.get({ cidr: wanted.cidr });
    if (block?.value.affinity === `${wanted.type}:${wanted.host}`) {
      affinity = await ipam.affinities.update({ ...affinity, value: { ...affinity.value, state: 'pendingDeletion' } });
      if (isEmpty(block.value)) await ipam.blocks.delete(block);
      else await ipam.blocks.update(withoutOwner(block));
    }
    await ipam.affinities.delete(affinity);
  });
}

function withoutOwner(block: Stored<Block>): Stored<Block> {
  const { affinity: _owner, affinityClaimTime: _since, ...value } = block.value;
  return { ...block, value: { ...value, sequenceNumber: value.sequenceNumber + 1n } };
}

async function releaseAddresses(session: Session, ipam: IpamStore, addresses: readonly string[]): Promise<void> {
  const cooldown = await ipam.cooldownSeconds();
  for (const { value } of await ipam.blocks.list()) {
    const inBlock = addresses.filter((address) => ordinalOf(value, address) !== undefined);
    if (inBlock.length === 0) continue;
    await retried(value.cidr, async () => {
      const block = await ipam.blocks.get({ cidr: value.cidr });
      if (block === undefined) return;
      const ordinals = inBlock.flatMap((address) => ordinalOf(block.value, address) ?? []);
      const released = release(block.value, ordinals, session.context.now(), cooldown);
      if (released.count === 0) return;
      if (isEmpty(released.block) && released.block.affinity === undefined) await ipam.blocks.delete(block);
      else
        await ipam.blocks.update({
          ...block,
          value: { ...released.block, sequenceNumber: released.block.sequenceNumber + 1n },
        });
      for (const [handleID, count] of released.handles) await decrement(ipam, handleID, value.cidr, count);
    });
  }
}

/** Takes addresses of a block off a handle; a handle without addresses is deleted. */
async function decrement(ipam: IpamStore, handleID: string, cidr: string, count: number): Promise<void> {
  await retried(handleID, async () => {
    const handle = await ipam.handles.get({ handleID });
    if (handle === undefined) return;
    const { [cidr]: held = 0, ...others } = handle.value.block;
    const block = held > count ? { ...others, [cidr]: held - count } : others;
    if (Object.keys(block).length === 0) await ipam.handles.delete(handle);
    else await ipam.handles.update({ ...handle, value: { ...handle.value, block } });
  });
}

async function retried(what: string, step: () => Promise<void>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      await step();
      return;
    } catch (error) {
      if (!(error instanceof Conflict) && !(error instanceof NotFound)) throw error;
    }
  }
  throw new OperationError('Max retries hit - excessive concurrent IPAM requests', [`while releasing ${what}`]);
}
