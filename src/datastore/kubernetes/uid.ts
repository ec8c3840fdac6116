/** The uid that Calico shows for a custom resource of the group `crd.projectcalico.org`. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Converts between the uid of a custom resource and the one Calico shows: the bits of every byte are reversed, except in the bytes that hold the
 * UUID's version and variant (libcalico-go, backend/k8s/conversion). Twice gives the first again.
 * @throws {TypeError} when it is no UUID
 */
export function convertUID(uid: string): string {
  if (!UUID.test(uid)) throw new TypeError(`failed to parse UID for resource: ${fault(uid)}`);
  const bytes = Buffer.from(uid.replaceAll('-', ''), 'hex').map((byte, index) =>
    index === 6 || index === 8 ? byte : reverseBits(byte),
  );
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function reverseBits(byte: number): number {
  let out = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) out |= 0x80 >> bit;
  return out;
}

function fault(uid: string): string {
  return uid.length === 36 ? 'invalid UUID format' : `invalid UUID length: ${uid.length}`;
}
