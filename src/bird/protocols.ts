/** Answers to `show protocols` and `show protocols all` of BIRD 1.6, which Calico runs. */
import { readProtocolName } from './protocol-name.ts';
import { BirdError } from './reply.ts';
import type { ReplyReader } from './reply.ts';
import { readDetails } from './session-details.ts';
import type { BirdSession, Family } from './session.ts';

const HEADINGS = 'name proto table state since info';

const BGP_STATES = ['Idle', 'Connect', 'Active', 'OpenSent', 'OpenConfirm', 'Established', 'Close', 'Passive'];

/**
 * Reads the list of protocols as the Go calicoctl does and keeps Calico's BGP sessions. With `all` the lines about each protocol are read too.
 * Codes: 0001 greeting, 2002 headings, 1002 a protocol, 1006 details, 0000 the end; a line that begins with a blank has the code of the one before.
 */
export class ProtocolsReader implements ReplyReader {
  readonly #family: Family;
  readonly #all: boolean;
  readonly #sessions: BirdSession[] = [];
  /** the session that details are read for; its lines so far */
  #current: BirdSession | undefined;
  #details: string[] = [];
  #inDetails = false;

  constructor(family: Family, all: boolean) {
    this.#family = family;
    this.#all = all;
  }

  /** The sessions of the lines so far, in BIRD's order. */
  sessions(): readonly BirdSession[] {
    this.#finish();
    return this.#sessions;
  }

  line(text: string): boolean {
    const code = text.slice(0, 4);
    if (code === '0000') return true;
    if (code === '0001') return false;
    if (code === '2002') {
      if (fieldsOf(text.slice(5)).join(' ') !== HEADINGS) throw new BirdError('unknown BIRD table output format', text);
    } else if (code === '1002') {
      this.#inDetails = false;
      this.#row(text.slice(5));
    } else if (this.#all && code === '1006') {
      this.#inDetails = true;
      this.#details.push(text.slice(5));
    } else if (text.startsWith(' ')) {
      if (this.#inDetails) this.#details.push(text.slice(1));
      else this.#row(text.slice(1));
    } else throw new BirdError('unexpected output line from BIRD', text);
    return false;
  }

  #row(text: string): void {
    this.#finish();
    this.#current = readRow(text, this.#family);
  }

  #finish(): void {
    if (this.#current !== undefined)
      this.#sessions.push(this.#all ? { ...this.#current, details: readDetails(this.#details) } : this.#current);
    this.#current = undefined;
    this.#details = [];
  }
}

const fieldsOf = (text: string): string[] => text.split(/\s+/).filter((field) => field !== '');

/** A session from its row; undefined for protocols that are no BGP session of Calico's. */
function readRow(text: string, family: Family): BirdSession | undefined {
  const fields = fieldsOf(text);
  const [protocol = '', proto] = fields;
  const [state = '', since = '', ...rest] = fields.slice(3);
  const peer = proto === 'BGP' ? readProtocolName(protocol, family) : undefined;
  if (peer === undefined || since === '') return undefined;
  const [first = '', ...more] = rest;
  const bgpState = state !== 'down' && BGP_STATES.includes(first) ? first : null;
  return {
    protocol,
    ...peer,
    state,
    since,
    info: rest.join(' '),
    bgpState,
    error: (bgpState === null ? rest : more).join(' '),
    details: null,
  };
}
