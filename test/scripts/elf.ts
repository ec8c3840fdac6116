/** Reads what an executable of Linux needs (elf(5); 64 bits, little-endian). */

const PT_LOAD = 1n;
const PT_DYNAMIC = 2n;
const DT_NEEDED = 1n;
const DT_STRTAB = 5n;

/** The shared libraries that the loader is told to find, in the order of the file. Throws when it is no such executable. */
export function neededLibraries(file: Buffer): readonly string[] {
  if (file.toString('latin1', 0, 4) !== '\x7fELF' || file[4] !== 2 || file[5] !== 1) throw new TypeError('no ELF file');
  const number = (at: number): number => Number(file.readBigUInt64LE(at));
  const [headers, size, count] = [number(32), file.readUInt16LE(54), file.readUInt16LE(56)];
  const segments = Array.from({ length: count }, (_, index) => {
    const at = headers + index * size;
    const [type, offset, address, length] = [
      BigInt(file.readUInt32LE(at)),
      number(at + 8),
      number(at + 16),
      number(at + 32),
    ];
    return { type, offset, address, length };
  });
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (dynamic === undefined) return [];
  const entries = Array.from({ length: dynamic.length / 16 }, (_, index) => {
    const at = dynamic.offset + index * 16;
    return { tag: file.readBigUInt64LE(at), value: number(at + 8) };
  });
  const table = entries.find(({ tag }) => tag === DT_STRTAB)?.value ?? 0;
  const home = segments.find(
    ({ type, address, length }) => type === PT_LOAD && address <= table && table < address + length,
  );
  if (home === undefined) throw new TypeError('the table of names is nowhere');
  const names = table - home.address + home.offset;
  return entries
    .filter(({ tag }) => tag === DT_NEEDED)
    .map(({ value }) => file.toString('latin1', names + value, file.indexOf(0, names + value)));
}
