import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate and its private key, both PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate is asked to say. */
export interface CertificateRequest {
  readonly commonName: string;
  /** Groups of a user, for Kubernetes. */
  readonly organizations?: readonly string[];
  /** What the key may be used for; both by default. */
  readonly usages?: readonly ('server' | 'client')[];
  /** DNS names and IPv4 addresses a server answers on; `localhost` and `127.0.0.1` by default. */
  readonly hosts?: readonly string[];
  /** From a day ago to ten years ahead by default. */
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

/** A certificate authority that lives as long as the test that made it. */
export interface Authority {
  /** The authority's own certificate, PEM. */
  readonly certificate: string;
  /** Makes a key pair and certifies it. */
  issue(request: CertificateRequest): Identity;
}

const day = 24 * 3600 * 1000;
const tenYears = 3650 * day;

/** Makes a certificate authority with an ECDSA P-256 key. */
export function createAuthority(commonName: string): Authority {
  const keys = newKeys();
  const authorityName = distinguishedName(commonName, []);
  const authorityKeyId = keyId(keys.publicKey);
  const signer = createPrivateKey(keys.privateKey);
  const validity = { from: new Date(Date.now() - day), to: new Date(Date.now() + tenYears) };
  const certificate = certify({
    issuer: authorityName,
    signer,
    subject: authorityName,
    publicKey: keys.publicKey,
    validity,
    extensions: [
      extension(oids.basicConstraints, sequence(boolean(true)), true),
      extension(oids.keyUsage, bits(keyUsage.certSign | keyUsage.crlSign, 1), true),
      extension(oids.subjectKeyId, octets(authorityKeyId)),
    ],
  });
  return {
    certificate,
    issue(request) {
      const { publicKey, privateKey } = newKeys();
      const usages = request.usages ?? ['server', 'client'];
      return {
        key: privateKey,
        certificate: certify({
          issuer: authorityName,
          signer,
          subject: distinguishedName(request.commonName, request.organizations ?? []),
          publicKey,
          validity: { from: request.validFrom ?? validity.from, to: request.validTo ?? validity.to },
          extensions: [
            extension(oids.keyUsage, bits(keyUsage.digitalSignature, 7), true),
            extension(oids.extendedKeyUsage, sequence(...usages.map((usage) => oid(oids[usage])))),
            extension(oids.subjectAlternativeName, sequence(...(request.hosts ?? defaultHosts).map(generalName))),
            extension(oids.authorityKeyId, sequence(tagged(0x80, authorityKeyId))),
          ],
        }),
      };
    },
  };
}

const defaultHosts = ['localhost', '127.0.0.1'];

// The structures of RFC 5280 (certificates) and the encoding rules of X.690 (DER), as far as they are needed here.

const oids = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

/** The bits of the first (and only) octet of KeyUsage. */
const keyUsage = { digitalSignature: 0x80, certSign: 0x04, crlSign: 0x02 } as const;

interface Contents {
  readonly issuer: Buffer;
  readonly signer: KeyObject;
  readonly subject: Buffer;
  readonly publicKey: Buffer;
  readonly validity: { readonly from: Date; readonly to: Date };
  readonly extensions: readonly Buffer[];
}

function certify(contents: Contents): string {
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const serial = randomBytes(16);
  serial.writeUInt8(0x40 | (serial.readUInt8() & 0x3f)); // positive, and no leading zero
  const toBeSigned = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))), // version 3
    tagged(0x02, serial),
    algorithm,
    contents.issuer,
    sequence(time(contents.validity.from), time(contents.validity.to)),
    contents.subject,
    contents.publicKey,
    tagged(0xa3, sequence(...contents.extensions)),
  );
  const der = sequence(toBeSigned, algorithm, bits(sign('sha256', toBeSigned, contents.signer), 0));
  return new X509Certificate(der).toString();
}

function newKeys(): { readonly publicKey: Buffer; readonly privateKey: string } {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/** RFC 5280 4.2.1.2 leaves the way open; a hash over the whole key information does as well as one over its last field. */
function keyId(publicKey: Buffer): Buffer {
  return createHash('sha256').update(publicKey).digest().subarray(0, 20);
}

function distinguishedName(commonName: string, organizations: readonly string[]): Buffer {
  const attribute = (type: string, value: string) =>
    tagged(0x31, sequence(oid(type), tagged(0x0c, Buffer.from(value, 'utf8'))));
  return sequence(
    ...organizations.map((name) => attribute(oids.organization, name)),
    attribute(oids.commonName, commonName),
  );
}

function generalName(host: string): Buffer {
  if (isIP(host) === 4) return tagged(0x87, Buffer.from(host.split('.').map(Number)));
  return tagged(0x82, Buffer.from(host, 'latin1'));
}

function extension(type: string, value: Buffer, critical = false): Buffer {
  return critical ? sequence(oid(type), boolean(true), octets(value)) : sequence(oid(type), octets(value));
}

function time(at: Date): Buffer {
  const digits = at
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:T]/g, '');
  // Up to 2049 the form with two digits of the year is prescribed.
  return at.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2), 'latin1'))
    : tagged(0x18, Buffer.from(digits, 'latin1'));
}

function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = [40 * first + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) groups.unshift(0x80 | (left & 0x7f));
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

function octets(value: Buffer): Buffer {
  return tagged(0x04, value);
}

function boolean(value: boolean): Buffer {
  return tagged(0x01, Buffer.from([value ? 0xff : 0]));
}

/** A bit string: one octet of flags, or whole octets; `unused` low bits of the last octet do not count. */
function bits(value: number | Buffer, unused: number): Buffer {
  return tagged(0x03, Buffer.concat([Buffer.from([unused]), typeof value === 'number' ? Buffer.from([value]) : value]));
}

function tagged(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const header = [tag];
  if (length < 0x80) header.push(length);
  else if (length < 0x100) header.push(0x81, length);
  else header.push(0x82, length >> 8, length & 0xff);
  return Buffer.concat([Buffer.from(header), value]);
}
