import type { Store } from "../../core/storage.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { aliasComplaints, normalAlias } from "./alias-target.ts";
import { invalidChangeBatch, noSuchHealthCheck } from "./errors.ts";
import { healthCheckRecords } from "./health-check.ts";
import type { ZoneRecord } from "./hosted-zone.ts";
import { liesIn, normalName, problemOf, reversedName } from "./names.ts";
import { keyOf, policyOf, type RecordSet, recordSets } from "./record-set.ts";
import { checkShape } from "./record-shape.ts";
import { complaintOf } from "./record-values.ts";

const MOST_VALUES = 400;

/**
 * Makes the changes of a batch in their order: all of them, or none. https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html
 * @throws InvalidInput, NoSuchHealthCheck, InvalidChangeBatch with all that is wrong
 */
export function makeChanges(changes: readonly Route53.Change[], zone: ZoneRecord, store: Store): void {
  for (const change of changes) checkShape(change);
  const batch = new Batch(zone, store);
  for (const { Action, ResourceRecordSet } of changes) batch.make(Action, normalSet(ResourceRecordSet));
  batch.end();
}

/** As it is kept and listed: names are normal, of a default nothing is kept. */
function normalSet({ AliasTarget, MultiValueAnswer, ...set }: RecordSet): RecordSet {
  return {
    ...set,
    Name: normalName(set.Name),
    ...(MultiValueAnswer && { MultiValueAnswer }),
    ...(AliasTarget && { AliasTarget: normalAlias(AliasTarget) }),
  };
}

class Batch {
  readonly #zone: ZoneRecord;
  readonly #store: Store;
  readonly #complaints: string[] = [];
  readonly #written: RecordSet[] = [];

  constructor(zone: ZoneRecord, store: Store) {
    this.#zone = zone;
    this.#store = store;
  }

  make(action: Route53.ChangeAction, set: RecordSet): void {
    const complaints = action === "DELETE" ? this.#delete(set) : this.#put(action, set);
    this.#complaints.push(...complaints);
  }

  /** @throws InvalidChangeBatch for what was wrong, and for what is wrong once all is done */
  end(): void {
    for (const set of this.#written) this.#complaints.push(...this.#aliasOf(set), ...this.#conflictsOf(set));
    this.#complaints.push(...this.#missing());
    if (this.#complaints.length > 0) throw invalidChangeBatch([...new Set(this.#complaints)]);
  }

  #delete(set: RecordSet): string[] {
    const sets = this.#sets;
    const there = sets.get(keyOf(this.#zone.id, set));
    if (!there) return [`Tried to delete resource record set ${said(set)} but it was not found`];
    if (comparable(there) !== comparable(set))
      return [
        `Tried to delete resource record set ${said(set)} but the values provided do not match the current values`,
      ];
    sets.delete(keyOf(this.#zone.id, set));
    return [];
  }

  #put(action: Route53.ChangeAction, set: RecordSet): string[] {
    const wrong = this.#complaintsOf(set);
    if (wrong.length > 0) return wrong;
    const sets = this.#sets;
    const key = keyOf(this.#zone.id, set);
    if (action === "CREATE" && sets.has(key))
      return [`Tried to create resource record set ${said(set)} but it already exists`];
    sets.put(key, set);
    this.#written.push(set);
    return [];
  }

  /** What is wrong with a record set by itself. */
  #complaintsOf(set: RecordSet): string[] {
    const { Name, Type, ResourceRecords = [], HealthCheckId } = set;
    const problem = problemOf(Name);
    if (problem !== undefined) return [problem];
    if (!liesIn(Name, this.#zone.name))
      return [`RRSet with DNS name ${Name} is not permitted in zone ${this.#zone.name}`];
    if (Type === "CNAME" && Name === this.#zone.name)
      return [
        `RRSet of type CNAME with DNS name ${Name} is not permitted at apex in zone ${this.#zone.name}`,
      ];
    if (HealthCheckId !== undefined && !this.#store.collection(healthCheckRecords).has([HealthCheckId]))
      throw noSuchHealthCheck(HealthCheckId);
    return valueComplaints(
      Type,
      ResourceRecords.map(({ Value }) => Value),
    );
  }

  #aliasOf(set: RecordSet): string[] {
    return set.AliasTarget && this.#isThere(set)
      ? aliasComplaints(set.AliasTarget, set.Type, this.#zone, this.#store)
      : [];
  }

  /** What a record set that was written cannot stand beside. */
  #conflictsOf(set: RecordSet): string[] {
    if (!this.#isThere(set)) return [];
    const { Name, Type, SetIdentifier } = set;
    const others = [...this.#sets.values({ prefix: [this.#zone.id, reversedName(Name)] })].filter(
      (other) => other.Type !== Type || other.SetIdentifier !== SetIdentifier,
    );
    const ofType = others.filter((other) => other.Type === Type);
    if (Type === "CNAME" && ofType.length < others.length)
      return [
        `RRSet of type CNAME with DNS name ${Name} is not permitted as it conflicts with other records with the same DNS name in zone ${this.#zone.name}`,
      ];
    if (Type !== "CNAME" && others.some((other) => other.Type === "CNAME"))
      return [
        `RRSet of type ${Type} with DNS name ${Name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone ${this.#zone.name}`,
      ];
    return policyConflict(set, ofType);
  }

  #isThere(set: RecordSet): boolean {
    return this.#sets.has(keyOf(this.#zone.id, set));
  }

  *#missing(): Iterable<string> {
    const { id, name } = this.#zone;
    const count = (type: string) => this.#sets.count({ prefix: [id, reversedName(name), type] });
    if (count("NS") === 0) yield "A HostedZone must contain at least one NS record for the zone itself.";
    if (count("SOA") !== 1) yield "A HostedZone must contain exactly one SOA record.";
  }

  get #sets() {
    return this.#store.collection(recordSets);
  }
}

/** A record set as messages name it. */
const said = ({ Name, Type, SetIdentifier }: RecordSet): string =>
  `[name='${Name}', type='${Type}'${SetIdentifier === undefined ? "" : `, set identifier='${SetIdentifier}'`}]`;

/** Two record sets that are to be the same: the order of values does not count. */
function comparable({ ResourceRecords, ...set }: RecordSet): string {
  const values = ResourceRecords?.map(({ Value }) => Value).sort();
  const members = Object.entries({ ...set, values }).filter(([, value]) => value !== undefined);
  return JSON.stringify(members.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The text of a second value is inferred. */
function valueComplaints(type: string, values: readonly string[]): string[] {
  const complaints = values.flatMap((value) => complaintOf(type, value) ?? []);
  const twice = values.filter((value, at) => values.indexOf(value) < at);
  complaints.push(...twice.map((value) => `Duplicate Resource Record: '${value}'`));
  if (type === "CNAME" && values.length > 1)
    complaints.push("Number of Resource Records exceeds the maximum of 1 for a CNAME record");
  if (values.length > MOST_VALUES)
    complaints.push(`Number of Resource Records exceeds the maximum of ${MOST_VALUES}`);
  return complaints;
}

/** Record sets of one name and type are all of one policy. Of the others than simple and latency the texts are inferred. */
function policyConflict(set: RecordSet, others: readonly RecordSet[]): string[] {
  const { Name, Type, SetIdentifier, Region, Failover } = set;
  const policy = policyOf(set);
  if (others.length === 0) return [];
  const named = `RRSet with DNS name ${Name}, type ${Type}`;
  if (policy === "simple")
    return [`${named} cannot be created as other RRSets exist with the same name and type.`];
  const one = `${named}, SetIdentifier ${SetIdentifier}${Region === undefined ? "" : `, and Region Name=${Region}`}`;
  if (others.some((other) => policyOf(other) !== policy))
    return [
      `${one} cannot be created because a non-${policy} RRSet with the same name and type already exists.`,
    ];
  const isSame = (other: RecordSet) =>
    (Region !== undefined && other.Region === Region) ||
    (Failover !== undefined && other.Failover === Failover) ||
    (set.GeoLocation !== undefined &&
      JSON.stringify(sortedPlace(other.GeoLocation)) === JSON.stringify(sortedPlace(set.GeoLocation)));
  return others.some(isSame)
    ? [`${one} cannot be created because another ${policy} RRSet with the same name, type and value exists.`]
    : [];
}

const sortedPlace = ({ ContinentCode, CountryCode, SubdivisionCode }: Route53.GeoLocation = {}) => [
  ContinentCode,
  CountryCode,
  SubdivisionCode,
];
