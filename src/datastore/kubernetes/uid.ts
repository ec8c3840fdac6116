/** The uid that Calico shows for a custom resource of the group `crd.projectcalico.org`. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Converts between the uid of a custom resource and the one Calico shows: the bits of every byte are reversed, except in the bytes that hold the
 * UUID's version and variant (libcalico-go, backend/k8s/conversion). Twice gives the first again.
 * @throws {TypeError} when it is no UUID
 */
export function convertUID(uid: string): string {
  if (!UUID.test(uid)) throw new TypeError(`failed to parse UID for resource: ${fault(uid)}`);
  let out = '';
  for (let at = 0; at < uid.length; at += 2) {
    if (uid.charAt(at) === '-') out += uid.charAt(at++);
    const byte = uid.slice(at, at + 2).toLowerCase();
    out += at === VERSION || at === VARIANT ? byte : REVERSED.get(byte);
  }
  return out;
}

/** where the bytes with version and variant stand in the text */
const VERSION = 14;
const VARIANT = 19;

/** Every byte in hexadecimal with the one of the same bits from behind. */
const REVERSED: ReadonlyMap<string, string> = new Map(
  Array.from({ length: 256 }, (_, byte) => [hexadecimal(byte), hexadecimal(reverseBits(byte))]),
);

function hexadecimal(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function reverseBits(byte: number): number {
  let out = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) out |= 0x80 >> bit;
  return out;
}

function fault(uid: string): string {
  return uid.length === 36 ? 'invalid UUID format' : `invalid UUID length: ${uid.length}`;
}
