/** What this machine is called in the datastore. */
import type { Context, Machine } from '../context.ts';

/** Written by calico-node on the machine it runs on (Calico's documentation, "Determining the node name"). */
const NAME_FILE = '/var/lib/calico/nodename';

/** The given name, else what calico-node was told (NODENAME), what it noted on this machine, or the host name in lower case. */
export async function nodeName(context: Context, machine: Machine, given: string | undefined): Promise<string> {
  const told = given ?? context.env['NODENAME'] ?? '';
  if (told !== '') return told;
  const noted = await context.files.read(NAME_FILE).catch(() => new Uint8Array());
  return new TextDecoder().decode(noted).trim() || machine.hostname.trim().toLowerCase();
}
