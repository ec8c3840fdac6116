/** What is asked of the Kubernetes API, as paths and queries of a URL. */
import { quote } from '../../net/quote.ts';
import { ServerError } from '../errors.ts';

/** A resource type of the API. */
export interface ApiResource {
  /** empty for the core group */
  readonly group: string;
  readonly version: string;
  /** `ippools`, as in paths */
  readonly plural: string;
  /** `IPPools`, as client-go's own texts have it */
  readonly goPlural: string;
}

/** One object, or with an empty namespace a cluster-scoped one. */
export interface ObjectName {
  readonly name: string;
  readonly namespace?: string | undefined;
}

/** The query of a URL. */
export type Query = Readonly<Record<string, string>>;

/** `/apis/GROUP/VERSION[/namespaces/NAMESPACE]/PLURAL` */
export function collectionPath({ group, version, plural }: ApiResource, namespace: string | undefined): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  if (namespace === undefined || namespace === '') return `${root}/${plural}`;
  checkSegment('namespace', namespace);
  return `${root}/namespaces/${encodeSegment(namespace)}/${plural}`;
}

/** @throws {ServerError} for a name that client-go does not send */
export function namedPath(resource: ApiResource, { name, namespace }: ObjectName): string {
  if (name === '') throw new ServerError('resource name may not be empty');
  checkSegment('resource name', name);
  return `${collectionPath(resource, namespace)}/${encodeSegment(name)}`;
}

/** What client-go does not accept as a part of a path. */
function checkSegment(what: string, text: string): void {
  const faults =
    text === '.' || text === '..'
      ? [`may not be '${text}'`]
      : ['/', '%'].filter((sign) => text.includes(sign)).map((sign) => `may not contain '${sign}'`);
  if (faults.length > 0) throw new ServerError(`invalid ${what} ${quote(text)}: [${faults.join(' ')}]`);
}

/** Escapes as Go's net/url does in a path; this is what messages show. */
function encodeSegment(text: string): string {
  return encodeURIComponent(text)
    .replace(/%(24|26|2B|2C|3A|3B|3D|40)/g, (escaped) => decodeURIComponent(escaped))
    .replace(/[!'()*]/g, escapeByte);
}

/** Keys in order, as Go's url.Values has them. */
export function encodeQuery(query: Query): string {
  const parts = Object.keys(query)
    .sort()
    .map((key) => `${encodeValue(key)}=${encodeValue(query[key] ?? '')}`);
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function encodeValue(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, escapeByte)
    .replaceAll('%20', '+');
}

function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
