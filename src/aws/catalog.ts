import { parseArn, partsOf } from "../core/arn.ts";
import type { FaultPoint } from "../core/fault.ts";
import type { Key } from "../core/key.ts";
import type { KeptResource } from "../core/service.ts";
import type { Storage, Store } from "../core/storage.ts";
import type { Names, Place } from "./arn-template.ts";
import type { DataPlaneDeclaration, ServiceDeclaration } from "./declaration.ts";
import { NamedAlone } from "./named-alone.ts";
import { compileResource, type ResourceType } from "./resource.ts";

/** A resource that is there, as it is kept. */
export interface CatalogEntry {
  readonly arn: string;
  readonly type: ResourceType;
  readonly tags: Readonly<Record<string, string>>;
  readonly place: Place;
  readonly record: unknown;
}

/** An entry as services see it that look across services. */
export function keptResource({ arn, type, tags, place }: CatalogEntry): KeptResource {
  const { tags: tagged, cfn, fis } = type;
  return {
    arn,
    service: type.service,
    type: type.name,
    ...(cfn && { cloudFormationType: cfn }),
    ...(fis && { fisType: fis }),
    account: place.account,
    region: place.region,
    tags,
    ...(tagged && {
      tagging: {
        add: (given) => ({ operation: tagged.add.operation, input: tagged.add.input(arn, given, tags) }),
        remove: (keys) => ({
          operation: tagged.remove.operation,
          input: tagged.remove.input(arn, keys, tags),
        }),
      },
    }),
  };
}

/** Everything that services declare, to be asked by name, by ARN, by type. Cold and warm are the same: no service is loaded for it. */
export class Catalog {
  readonly #declarations: ReadonlyMap<string, ServiceDeclaration>;
  /** The services that have data planes of another name than their own, by that name. */
  readonly #planes = new Map<string, string>();
  readonly #types = new Map<string, readonly ResourceType[]>();
  readonly #alone = new WeakMap<readonly ResourceType[], NamedAlone>();
  readonly #storage: Storage | undefined;

  constructor(declarations: Iterable<ServiceDeclaration>, storage?: Storage) {
    this.#declarations = new Map([...declarations].map((declaration) => [declaration.name, declaration]));
    for (const { name, dataPlane } of this.#declarations.values())
      if (dataPlane && !this.#declarations.has(dataPlane.name)) this.#planes.set(dataPlane.name, name);
    this.#storage = storage;
  }

  get(service: string): ServiceDeclaration | undefined {
    return this.#declarations.get(service);
  }

  all(): Iterable<ServiceDeclaration> {
    return this.#declarations.values();
  }

  /** The resource types of a service, compiled when first asked for. A data plane's are those of the service that serves it. */
  types(service: string): readonly ResourceType[] {
    const owner = this.#planes.get(service);
    if (owner !== undefined) return this.types(owner);
    let types = this.#types.get(service);
    if (!types) {
      const declared = this.#declarations.get(service)?.resources ?? {};
      types = Object.entries(declared).map(([name, resource]) => compileResource(service, name, resource));
      // A service's name can come from a request: only what is declared is remembered.
      if (this.#declarations.has(service)) this.#types.set(service, types);
    }
    return types;
  }

  /** The resource types of all services. */
  *allTypes(): Iterable<ResourceType> {
    for (const name of this.#declarations.keys()) yield* this.types(name);
  }

  /** The type that FIS calls so. */
  byFisType(type: string): ResourceType | undefined {
    for (const candidate of this.allTypes())
      if (candidate.fis === type || (candidate.fisAlso && Object.hasOwn(candidate.fisAlso, type)))
        return candidate;
    return undefined;
  }

  /** The type that an ARN is of. */
  byArn(arn: string): { type: ResourceType; names: Names } | undefined {
    const service = parseArn(arn)?.service;
    if (service === undefined) return undefined;
    let named: { type: ResourceType; names: Names } | undefined;
    for (const type of this.allTypes()) {
      if (!type.arn.text.includes(`:${service}:`)) continue;
      const names = type.arn.read(arn);
      // One that is only named (EC2's instances) stands behind one that is kept (the machines of Systems Manager).
      if (names && type.collection) return { type, names };
      if (names) named ??= { type, names };
    }
    return named;
  }

  faultPoints(): Readonly<Record<string, FaultPoint>> {
    return Object.assign({}, ...[...this.all()].map(({ faultPoints = {} }) => faultPoints));
  }

  dataPlanes(): readonly DataPlaneDeclaration[] {
    return [...this.all()].flatMap(({ dataPlane }) => (dataPlane ? [dataPlane] : []));
  }

  /**
   * ARNs of the resources that a call's input names: those that its service declares, and every ARN that stands in it.
   * @param maySayArn false when it is known that no ARN stands in it
   */
  arnsOf(
    service: string,
    input: Readonly<Record<string, unknown>>,
    place: Place,
    maySayArn = true,
  ): readonly string[] {
    const types = this.types(service);
    let alone = this.#alone.get(types);
    if (alone === undefined) {
      alone = new NamedAlone(types);
      this.#alone.set(types, alone);
    }
    const declared = () => this.#declaredIn(types, input, place).all;
    const named = alone.of(input, place, declared) ?? declared();
    if (!maySayArn) return named;
    const said: string[] = [];
    collectArns(input, 0, said);
    if (said.length === 0) return named;
    const found = new Distinct(named);
    for (const arn of said) found.add(arn);
    return found.all;
  }

  #declaredIn(
    types: readonly ResourceType[],
    input: Readonly<Record<string, unknown>>,
    place: Place,
  ): Distinct {
    const found = new Distinct();
    for (const type of types) {
      for (const arn of type.named(input, place)) found.add(this.#keptArn(type, arn, place) ?? arn);
    }
    return found;
  }

  /** The resources that an input names, by type, as a service declares them. */
  *named(
    service: string,
    input: Readonly<Record<string, unknown>>,
    place: Place,
  ): Iterable<{ type: ResourceType; arns: string[] }> {
    for (const type of this.types(service)) {
      const arns = type.named(input, place).map((arn) => this.#keptArn(type, arn, place) ?? arn);
      if (arns.length > 0) yield { type, arns };
    }
  }

  /** The resources of a type that are kept in an account and region. */
  *list(type: ResourceType, place: Place): Iterable<CatalogEntry> {
    const store = type.collection && this.storeOf(type, place);
    if (!type.collection || !store) return;
    const collection = store.collection(type.collection);
    for (const { key, value } of collection.entries()) {
      const arn = this.arnOf(type, value, key, place);
      if (arn !== undefined) yield { arn, type, tags: type.tags?.of(value) ?? {}, place, record: value };
    }
  }

  /** The ARN of what is kept under a key; undefined for an entry that is no resource of the type. */
  arnOf(type: ResourceType, record: unknown, key: Key, place: Place): string | undefined {
    const name = nameOf(type, record, key);
    return typeof name === "string" && name.startsWith("arn:") ? name : this.#fill(type, name, place);
  }

  /** Every resource that is kept, of every service, each once: by service, type, account and region, then by key. */
  *everything(wants: (type: ResourceType) => boolean = () => true): Iterable<CatalogEntry> {
    for (const type of this.allTypes()) {
      if (!type.collection || !wants(type)) continue;
      for (const place of this.places(type)) {
        for (const resource of this.list(type, place)) if (this.#isFirst(resource)) yield resource;
      }
    }
  }

  /** Accounts and regions in which anything of a type's service is kept. */
  places(type: ResourceType): Place[] {
    const places = this.#storage?.scopes(this.storeName(type.service)) ?? [];
    return type.keptIn === undefined ? places : places.filter(({ region }) => region === type.keptIn);
  }

  /** What is kept under an ARN. */
  find(arn: string): CatalogEntry | undefined {
    const found = this.byArn(arn);
    if (!found) return undefined;
    const { type, names } = found;
    const parsed = partsOf(arn);
    const places = parsed.account
      ? [{ account: parsed.account, region: parsed.region || "us-east-1" }]
      : this.places(type);
    for (const place of places) {
      const record = this.#record(type, names, place);
      if (record !== undefined) return { arn, type, tags: type.tags?.of(record) ?? {}, place, record };
      if (!type.keyOf && type.nameOf)
        for (const kept of this.list(type, place)) if (kept.arn === arn) return kept;
    }
    return undefined;
  }

  /** A global table is a table, too: the type that is declared first has it. */
  #isFirst({ arn, type }: CatalogEntry): boolean {
    return (
      this.types(type.service).find(({ arn: form, collection }) => collection && form.read(arn)) === type
    );
  }

  /** Whose store a service uses. */
  storeName(service: string): string {
    return this.#declarations.get(service)?.storeName ?? service;
  }

  /** Where what is kept of a type is, in an account and region; undefined without a storage. */
  storeOf(type: ResourceType, { account, region }: Place): Store | undefined {
    const scope = this.#declarations.get(type.service)?.scope;
    return this.#storage?.store(
      this.storeName(type.service),
      account,
      scope === "global" ? "global" : (type.keptIn ?? region),
    );
  }

  #record(type: ResourceType, names: Names, place: Place): unknown {
    const store = type.collection && this.storeOf(type, place);
    if (!type.collection || !store) return undefined;
    if (!type.keyOf && type.nameOf) return undefined;
    const key = type.keyOf
      ? type.keyOf(names)
      : type.arn.placeholders.map((placeholder) => names[placeholder] ?? "");
    return key && store.collection(type.collection).get(key);
  }

  /** The ARN that a kept resource really has, where an input says less than it. */
  #keptArn(type: ResourceType, arn: string, place: Place): string | undefined {
    if (!type.keyOf || !type.nameOf) return undefined;
    const names = type.arn.read(arn);
    const key = names && type.keyOf(names);
    const record = key && this.#record(type, names, place);
    if (!key || record === undefined) return undefined;
    return this.arnOf(type, record, key, place);
  }

  #fill(type: ResourceType, name: string | Names | undefined, place: Place): string | undefined {
    if (name === undefined) return undefined;
    const [placeholder = ""] = type.arn.placeholders;
    const names = typeof name === "string" ? { [placeholder]: name } : name;
    return type.arn.fill({ ...type.defaults, ...names }, place);
  }
}

function nameOf(type: ResourceType, record: unknown, key: readonly (string | number)[]) {
  if (type.nameOf) return type.nameOf(record, key);
  return Object.fromEntries(type.arn.placeholders.map((placeholder, at) => [placeholder, String(key[at])]));
}

/** Texts, each once. There is one in most cases: a set is only made of many. */
class Distinct {
  readonly all: string[];
  #set: Set<string> | undefined;

  /** @param from some that are each there once */
  constructor(from: readonly string[] = []) {
    this.all = [...from];
    if (this.all.length > MOST_LOOKED_THROUGH) this.#set = new Set(this.all);
  }

  add(text: string): void {
    if (this.#set?.has(text) ?? this.all.includes(text)) return;
    this.all.push(text);
    if (this.#set) this.#set.add(text);
    else if (this.all.length > MOST_LOOKED_THROUGH) this.#set = new Set(this.all);
  }
}

const MOST_LOOKED_THROUGH = 8;

/** Inputs deeper than this name no resources. */
const DEEPEST = 5;

function collectArns(value: unknown, depth: number, found: string[]): void {
  if (typeof value === "string") {
    if (value.startsWith("arn:")) found.push(value);
    return;
  }
  if (typeof value !== "object" || value === null || value instanceof Uint8Array || depth >= DEEPEST) return;
  for (const name in value) collectArns((value as Record<string, unknown>)[name], depth + 1, found);
}
