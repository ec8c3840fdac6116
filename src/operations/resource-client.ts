/**
 * Objects with the rules of their kinds: defaults, checks, identity, and what deleting brings along. The counterpart of the Go client library's
 * `clientv3`; drivers below only store.
 */
import { AlreadyExists, Conflict, NotFound, Unsupported } from '../datastore/errors.ts';
import { clientProblems, schemaProblems, withSchemaDefaults } from '../kinds/check.ts';
import type { SchemaProblem } from '../kinds/check.ts';
import { requireKind } from '../kinds/index.ts';
import { Invalid } from '../kinds/invalid.ts';
import type { IpamView, Kind, Reading, StoreView, Verb } from '../kinds/kind.ts';
import { withSpec } from '../kinds/object.ts';
import { API_VERSION, refOf } from '../kinds/resource.ts';
import type { Ref, Resource, ResourceList } from '../kinds/resource.ts';
import { newMetadata } from './identity.ts';
import { OperationError } from './errors.ts';
import { initialise } from './initialise.ts';
import { ipamView } from './ipam-view.ts';
import { sameContent } from './same-content.ts';
import type { Session } from './session.ts';
import { sleep } from './sleep.ts';

export class ResourceClient implements StoreView {
  readonly session: Session;
  readonly ipam: IpamView;
  /** what lists left out because it cannot be read, by name */
  readonly unread = new Set<string>();
  /** what is stored for an object in which reading filled something in */
  private readonly asStored = new WeakMap<Resource, Resource>();

  constructor(session: Session) {
    this.session = session;
    this.ipam = ipamView(session);
  }

  get type(): StoreView['type'] {
    return this.session.datastore.type;
  }

  /** @throws {Invalid}, and the datastore's errors */
  async create(resource: Resource): Promise<Resource> {
    const kind = requireKind(resource.kind);
    const checked = await this.checkNew(resource);
    if (kind.initialises) await initialise(this.session);
    const fresh = { ...checked, metadata: newMetadata(checked.metadata, this.session.context.now()) };
    return this.read(kind, await this.session.datastore.create(fresh, { dryRun: this.session.dryRun }));
  }

  /** All that comes before an object is stored for the first time; returns what would be stored. @throws {Invalid}, and the datastore's errors */
  async checkNew(resource: Resource): Promise<Resource> {
    const kind = requireKind(resource.kind);
    refuse(kind, 'create');
    const builtIn = builtInOf(kind, resource.metadata.name);
    if (builtIn !== undefined) throw builtInExists(builtIn);
    const prepared = (await kind.client?.prepareCreate?.(resource, this)) ?? resource;
    const checked = this.check(kind, prepared);
    await kind.client?.checkCreate?.(checked, this);
    const { name = '', resourceVersion = '', generateName = '' } = checked.metadata;
    if (name === '') {
      const reason = `field must be set for a Create request${generateName === '' ? '' : ' (GenerateName is not supported)'}`;
      throw new Invalid([{ name: 'Metadata.Name', value: '', reason, path: 'metadata.name' }]);
    }
    if (resourceVersion !== '') {
      const reason = 'field must not be set for a Create request';
      throw new Invalid([
        { name: 'Metadata.ResourceVersion', value: resourceVersion, reason, path: 'metadata.resourceVersion' },
      ]);
    }
    return checked;
  }

  /**
   * Writes over the object as it was read. With `sparing` what would change nothing is not written; the answer is then the object as it was read.
   * @throws {Invalid}, and the datastore's errors
   */
  async update(resource: Resource, stored?: Resource, sparing = false): Promise<Resource> {
    const kind = requireKind(resource.kind);
    refuse(kind, 'replace');
    if (builtInOf(kind, resource.metadata.name) !== undefined) throw builtInFixed(resource, 'Update');
    let prepared = resource;
    const before = stored ?? (kind.client?.prepareUpdate === undefined ? undefined : await this.get(refOf(resource)));
    if (before !== undefined) prepared = (await kind.client?.prepareUpdate?.(resource, before, this)) ?? resource;
    const checked = this.check(kind, prepared, before);
    await kind.client?.checkUpdate?.(checked, this);
    if (sparing && before !== undefined && sameContent(this.asStored.get(before) ?? before, checked)) return before;
    return this.read(kind, await this.session.datastore.update(checked, { dryRun: this.session.dryRun }));
  }

  /**
   * Deletes the object with everything that its kind says goes with it.
   * @param present the object, if it was read before; it is only returned
   */
  async delete(ref: Ref, revision?: string, present?: Resource): Promise<Resource> {
    const kind = requireKind(ref.kind);
    refuse(kind, 'delete');
    const builtIn = builtInOf(kind, ref.name);
    if (builtIn !== undefined) throw builtInFixed(builtIn, 'Delete');
    const remove = (compare: string | undefined): Promise<Resource> => {
      const { dryRun } = this.session;
      return this.session.datastore.delete(ref, {
        dryRun,
        present,
        ...(compare !== undefined && { revision: compare }),
      });
    };
    return kind.client?.delete === undefined ? remove(revision) : kind.client.delete(ref, revision, this, remove);
  }

  async get(ref: Ref, revision?: string): Promise<Resource> {
    const kind = requireKind(ref.kind);
    return (
      builtInOf(kind, ref.name) ??
      this.read(kind, await this.session.datastore.get(ref, revision === undefined ? {} : { revision }))
    );
  }

  /** What {@link get} would make of an object that was read before. */
  asRead(resource: Resource): Resource {
    return this.read(requireKind(resource.kind), resource);
  }

  /** The object, or undefined when there is none. */
  async find(ref: Ref): Promise<Resource | undefined> {
    try {
      return await this.get(ref);
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async list(kind: string, namespace?: string): Promise<readonly Resource[]> {
    return (await this.listing(kind, namespace)).items;
  }

  /** All objects of a kind as the list object that `get` prints. */
  async listing(name: string, namespace?: string): Promise<ResourceList> {
    const kind = requireKind(name);
    const selector = namespace === undefined || namespace === '' ? { kind: name } : { kind: name, namespace };
    const { metadata, items, skipped = [] } = await this.session.datastore.list(selector);
    for (const left of skipped) this.unread.add(left);
    if (skipped.length > 0) this.warn(`stored, but not readable as ${name}, and left out: ${skipped.join(', ')}`);
    const read = items.map((item) => this.read(kind, item, 'list'));
    for (const builtIn of kind.builtIn ?? [])
      if (!read.some((item) => item.metadata.name === builtIn.metadata.name)) read.push(builtIn);
    if (kind.order !== undefined) read.sort(kind.order);
    return { kind: `${name}List`, apiVersion: API_VERSION, metadata, items: read };
  }

  async discard(ref: Ref): Promise<void> {
    try {
      await this.delete(ref);
    } catch (error) {
      if (!(error instanceof NotFound) && !(error instanceof Unsupported)) throw error;
    }
  }

  missing(ref: Ref, detail: string): Error {
    return new NotFound(ref, detail);
  }

  conflict(ref: Ref): Error {
    return new Conflict(ref);
  }

  warn(text: string): void {
    this.session.context.warn(text);
  }

  async sleep(milliseconds: number): Promise<void> {
    if (!this.session.dryRun) await sleep(milliseconds, this.session.context.signal);
  }

  private read(kind: Kind, resource: Resource, by: Reading['by'] = 'get'): Resource {
    const read = kind.client?.read?.(resource, { by, type: this.type }) ?? resource;
    if (read !== resource) this.asStored.set(read, resource);
    return read;
  }

  /** The general checks; returns the object with the schema's defaults where no server fills them. */
  private check(kind: Kind, resource: Resource, stored?: Resource): Resource {
    const { datastore } = this.session;
    const problems = clientProblems(kind, resource);
    const filled = kind.crd ? withSpec(kind, resource, withSchemaDefaults(kind.spec, resource.spec)) : resource;
    if (!datastore.serverValidates || datastore.invalid === undefined) {
      const all = [...problems, ...schemaProblems(kind, filled, { rangesOfInt32: true })];
      if (all.length > 0) throw new Invalid(all);
      return filled;
    }
    if (problems.length > 0) throw new Invalid(problems);
    const findings = schemaProblems(kind, filled, { rangesOfInt32: false }).filter(newFinding(kind, stored));
    if (findings.length > 0) {
      // The findings go along as the cause: whoever reports the error can say where each of them stands.
      throw Object.assign(datastore.invalid(refOf(resource), serverTexts(kind, findings)), {
        cause: new Invalid(findings),
      });
    }
    return resource;
  }
}

/** The API server does not hold against an update what was wrong before it (schema ratcheting). */
function newFinding(kind: Kind, stored: Resource | undefined): (finding: SchemaProblem) => boolean {
  if (stored === undefined) return () => true;
  const known = new Set(schemaProblems(kind, stored, { rangesOfInt32: false }).map(({ server }) => server));
  return ({ server }) => !known.has(server);
}

/** The findings as a Kubernetes API server lists them: each once, and CEL rules are not run after some of the others. */
function serverTexts(kind: Kind, findings: readonly SchemaProblem[]): readonly string[] {
  const stopped = findings.some(({ stopsRules }) => stopsRules);
  const texts = [...new Set(findings.filter(({ rule }) => !(stopped && rule)).map(({ server }) => server))];
  if (!stopped) return texts;
  if (!hasRules(kind)) return texts;
  const skipped =
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
  return [...texts, `<nil>: Invalid value: null: ${skipped}`];
}

function hasRules(kind: Kind): boolean {
  return kind.rules !== undefined || kind.celRules === true || (kind.spec.rules ?? []).length > 0;
}

function builtInOf(kind: Kind, name: string | undefined): Resource | undefined {
  return kind.builtIn?.find(({ metadata }) => metadata.name === name);
}

function builtInExists(resource: Resource): AlreadyExists {
  const { name = '' } = resource.metadata;
  const detail = `${name} already exists. The ${resource.kind.toLowerCase()} "${name}" is default provided by Calico`;
  return new AlreadyExists(refOf(resource), detail, name);
}

function builtInFixed({ kind, metadata: { name = '' } }: Resource, operation: 'Update' | 'Delete'): Unsupported {
  const reason = `The ${kind.toLowerCase()} "${name}" is a default provided by Calico and cannot be ${operation.toLowerCase()}d`;
  return new Unsupported(operation, name, reason);
}

function refuse(kind: Kind, verb: Verb): void {
  const text = kind.refuses?.[verb];
  if (text !== undefined) throw new OperationError(text);
}
