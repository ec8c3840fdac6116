/** Reads the requests out of what an HTTP/1 client sends on one connection (RFC 9112), without changing it. */
export interface RequestReader {
  /** Takes the next bytes. Throws an Error if they cannot be HTTP/1; nothing may be pushed after that. */
  push(chunk: Buffer): void;
}

const endOfLine = '\r\n';
const endOfHead = '\r\n\r\n';
const headLimit = 64 * 1024;

/** Calls `found` with `METHOD TARGET` for every request whose head is complete. */
export function createRequestReader(found: (request: string) => void): RequestReader {
  /** Text that is being collected: a head or a line of the chunked coding. One character per byte. */
  let text = '';
  let reading: 'head' | 'bytes' | 'chunk size' | 'chunk end' | 'trailer' | 'upgraded' = 'head';
  let remaining = 0;
  let afterBytes: 'head' | 'chunk end' = 'head';

  /** Cuts `text` behind `mark` and gives what stood before it; undefined if it has not come yet. */
  const take = (mark: string) => {
    const at = text.indexOf(mark);
    if (at < 0) {
      if (text.length > headLimit) throw new Error('a line or a head of more than 64 KiB is not HTTP/1');
      return undefined;
    }
    const taken = text.slice(0, at);
    text = text.slice(at + mark.length);
    return taken;
  };

  const readHead = (head: string) => {
    const [requestLine = '', ...fields] = head.split(endOfLine);
    const [, request] = /^([A-Z]+ \S+) HTTP\/1\.[01]$/.exec(requestLine) ?? [];
    if (request === undefined) throw new Error(`not a request of HTTP/1: ${JSON.stringify(requestLine.slice(0, 80))}`);
    found(request);
    const field = (name: string) => {
      const line = fields.find((text_) => text_.toLowerCase().startsWith(`${name}:`));
      return line?.slice(name.length + 1).trim();
    };
    if (field('upgrade') !== undefined) reading = 'upgraded';
    else if (field('transfer-encoding')?.toLowerCase().endsWith('chunked') === true) reading = 'chunk size';
    else {
      remaining = Number(field('content-length') ?? 0);
      afterBytes = 'head';
      reading = remaining > 0 ? 'bytes' : 'head';
    }
  };

  /** Goes on by one element; false if more bytes are needed. */
  const step = (): boolean => {
    switch (reading) {
      case 'head': {
        const head = take(endOfHead);
        if (head !== undefined) readHead(head);
        return head !== undefined;
      }
      case 'bytes': {
        const taken = Math.min(remaining, text.length);
        text = text.slice(taken);
        remaining -= taken;
        if (remaining > 0) return false;
        reading = afterBytes;
        return true;
      }
      case 'chunk size': {
        const line = take(endOfLine);
        if (line === undefined) return false;
        remaining = Number.parseInt(line, 16);
        if (Number.isNaN(remaining)) throw new Error(`not the size of a chunk: ${JSON.stringify(line.slice(0, 80))}`);
        afterBytes = 'chunk end';
        reading = remaining > 0 ? 'bytes' : 'trailer';
        return true;
      }
      case 'chunk end': {
        const taken = take(endOfLine);
        if (taken !== undefined) reading = 'chunk size';
        return taken !== undefined;
      }
      case 'trailer': {
        const line = take(endOfLine);
        if (line === '') reading = 'head';
        return line !== undefined;
      }
      case 'upgraded':
        text = '';
        return false;
      default:
        return reading;
    }
  };

  return {
    push(chunk) {
      text += chunk.toString('latin1');
      for (let goesOn = true; goesOn;) goesOn = text !== '' && step();
    },
  };
}
