import type { DnsAnswer, DnsCode, DnsQuestion, DnsRecord } from "../../core/dns.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import { isMachineName } from "./alias-target.ts";
import { isHealthy } from "./health.ts";
import { type ZoneRecord, zoneRecords } from "./hosted-zone.ts";
import { liesIn, normalName, parentOf, plainName, reversedName } from "./names.ts";
import { type RecordSet, recordSets } from "./record-set.ts";
import { type Choosing, chosen } from "./routing.ts";
import { Viewer } from "./viewer.ts";

/** Names that lead to names that lead to names: a loop ends here. */
const MOST_STEPS = 16;
/** Of an alias to one of AWS's resources: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html */
const ALIAS_TTL = 60;
const LOOPBACK = "127.0.0.1";
/** What may stand beside any other record of a name. */
const SOA = "SOA";

/** A zone and the store of its account. */
interface Place {
  readonly zone: ZoneRecord;
  readonly store: Store;
}

/** How the zones of an account are read for a question. */
interface Asking {
  readonly viewer: Viewer;
  /** The address of this machine, for what is AWS's. */
  readonly address: string;
}

/** What there is of a name and type. */
interface Found {
  readonly code: DnsCode;
  readonly records: readonly DnsRecord[];
  /** Those that have the name, where the zone has delegated it. */
  readonly servers?: readonly DnsRecord[];
}

/** Answers questions from the hosted zones of all accounts, as their name servers do. */
export class Answers {
  readonly #host: ServiceHost;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  /** Undefined for a name that lies in no zone. */
  answer({ name, type }: DnsQuestion, address: string): DnsAnswer | undefined {
    const place = this.zoneOf(normalName(name));
    return (
      place &&
      this.answerIn(place, normalName(name), type, {
        address,
        viewer: new Viewer(this.#host.setting<string>("viewer-region")),
      })
    );
  }

  /**
   * The first address of a name that lies in a zone, or is this machine's; the name that it leads to where that lies in no zone.
   * @returns null when the zone has nothing of it, undefined when somebody else has the name
   */
  addressOf(name: string): string | null | undefined {
    const found = this.answer({ name, type: "A" }, LOOPBACK);
    if (!found) return this.#machineRecords(name, name, "A", { address: LOOPBACK })[0]?.value;
    const { records, authority } = found;
    if (authority.some(({ type }) => type === "NS")) return undefined;
    const address = records.find(({ type }) => type === "A")?.value;
    const target = records.findLast(({ type }) => type === "CNAME")?.value;
    if (address !== undefined || target === undefined) return address ?? null;
    return this.zoneOf(normalName(target)) ? null : target.replace(/\.$/, "");
  }

  /** As one zone answers, whoever else has a part of it. */
  answerIn(place: Place, name: string, type: string, asking: Asking): DnsAnswer {
    const { servers, ...found } = this.#find(place, name, type, asking, 0);
    if (servers && found.records.length === 0) return { ...found, authority: servers };
    const isEmpty = found.records.every((record) => record.type === "CNAME" && type !== "CNAME");
    return { ...found, authority: isEmpty && found.code !== "SERVFAIL" ? authorityOf(place) : [] };
  }

  /** The zone that is nearest to a name; of several of a name a private one, as for whoever asks from within its VPC, then the oldest. */
  zoneOf(name: string): Place | undefined {
    const stores = this.#host.scopes().map(({ account, region }) => this.#host.store(account, region));
    for (let at: string | undefined = name; at !== undefined; at = parentOf(at)) {
      const [first] = stores.flatMap((store) => zonesNamed(at, store)).sort(byPrecedence);
      if (first) return first;
    }
    return undefined;
  }

  #find(place: Place, name: string, type: string, asking: Asking, steps: number): Found {
    if (steps > MOST_STEPS) return { code: "SERVFAIL", records: [] };
    const servers = delegated(place, name, type);
    if (servers) return { code: "NOERROR", records: [], servers };
    const { sets, exists } = setsOf(place, name);
    const canonical = type === "CNAME" ? [] : sets.filter(({ Type }) => Type === "CNAME");
    if (canonical.length > 0) return this.#follow(place, name, type, canonical, asking, steps);
    const records: DnsRecord[] = [];
    for (const set of this.#chosen(
      place,
      sets.filter(({ Type }) => Type === type),
      asking,
    )) {
      const found = this.#recordsOf(place, name, set, asking, steps);
      if (found.code === "SERVFAIL") return found;
      records.push(...found.records);
    }
    return { code: exists ? "NOERROR" : "NXDOMAIN", records };
  }

  /** A CNAME, and what there is where it leads, as far as that is known here. */
  #follow(
    place: Place,
    name: string,
    type: string,
    canonical: readonly RecordSet[],
    asking: Asking,
    steps: number,
  ): Found {
    const [first] = this.#chosen(place, canonical, asking).flatMap(
      (set) => this.#recordsOf(place, name, set, asking, steps).records,
    );
    if (!first) return { code: "NOERROR", records: [] };
    const target = normalName(first.value);
    const there = this.zoneOf(target);
    if (there) {
      const found = this.#find(there, target, type, asking, steps + 1);
      return { ...found, records: [first, ...found.records] };
    }
    return { code: "NOERROR", records: [first, ...this.#machineRecords(target, target, type, asking)] };
  }

  #recordsOf(place: Place, name: string, set: RecordSet, asking: Asking, steps: number): Found {
    const { Type, TTL = 0, ResourceRecords = [], AliasTarget } = set;
    if (!AliasTarget)
      return {
        code: "NOERROR",
        records: ResourceRecords.map(({ Value }) => ({ name, type: Type, ttlSeconds: TTL, value: Value })),
      };
    const { HostedZoneId, DNSName } = AliasTarget;
    if (HostedZoneId !== place.zone.id)
      return { code: "NOERROR", records: this.#machineRecords(name, DNSName, Type, asking) };
    const found = this.#find(place, DNSName, Type, asking, steps + 1);
    return {
      code: found.code === "SERVFAIL" ? "SERVFAIL" : "NOERROR",
      records: found.records.map((record) => ({ ...record, name })),
    };
  }

  #chosen(place: Place, sets: readonly RecordSet[], { viewer }: Asking): readonly RecordSet[] {
    const choosing: Choosing = {
      viewer,
      random: this.#host.random,
      isHealthy: (set) => this.#isSetHealthy(set, place, 0),
    };
    return chosen(sets, choosing);
  }

  /** A record set is as healthy as its check, and as its target where that is evaluated: healthy when any of it is. */
  #isSetHealthy({ HealthCheckId, AliasTarget, Type }: RecordSet, place: Place, steps: number): boolean {
    if (HealthCheckId !== undefined && !isHealthy(HealthCheckId, place.store)) return false;
    if (!AliasTarget?.EvaluateTargetHealth || steps > MOST_STEPS) return true;
    const { HostedZoneId, DNSName } = AliasTarget;
    if (HostedZoneId !== place.zone.id) return this.#resource(DNSName, Type)?.isHealthy ?? true;
    const targets = setsOf(place, DNSName).sets.filter((set) => set.Type === Type);
    return targets.length === 0 || targets.some((set) => this.#isSetHealthy(set, place, steps + 1));
  }

  /** What is AWS's is where its service says, or this machine, which has an address of version 4. */
  #machineRecords(
    name: string,
    target: string,
    type: string,
    { address }: Pick<Asking, "address">,
  ): readonly DnsRecord[] {
    if (type !== "A" || !isMachineName(target)) return [];
    const { records = [] } = this.#resource(target, type) ?? {};
    if (records.length > 0) return records.map((record) => ({ ...record, name, aliasOf: target }));
    return [{ name, type, ttlSeconds: ALIAS_TTL, value: address, aliasOf: target }];
  }

  /** What the service of one of AWS's names says of it: a load balancer's. */
  #resource(target: string, type: string): DnsAnswer | undefined {
    return this.zoneOf(normalName(target))
      ? undefined
      : this.#host.resolve({ name: target.replace(/\.$/, ""), type });
  }
}

function zonesNamed(name: string, store: Store): Place[] {
  const zones = store.collection(zoneRecords).by("name");
  return [...zones.values({ prefix: [reversedName(name)] })].map((zone) => ({ zone, store }));
}

function byPrecedence({ zone: a }: Place, { zone: b }: Place): number {
  const isPrivate = ({ vpcs }: ZoneRecord) => (vpcs ? 0 : 1);
  return isPrivate(a) - isPrivate(b) || a.createdMs - b.createdMs;
}

/** The record sets of a name, or of the wildcard that stands for it (RFC 4592). */
function setsOf(
  place: Place,
  name: string,
): { readonly sets: readonly RecordSet[]; readonly exists: boolean } {
  const { zone, store } = place;
  const exact = (at: string) => [
    ...store.collection(recordSets).values({ prefix: [zone.id, reversedName(at)] }),
  ];
  const sets = exact(name);
  if (sets.length > 0) return { sets, exists: true };
  if (hasBelow(place, name)) return { sets: [], exists: true };
  for (let at = parentOf(name); at !== undefined && liesIn(at, zone.name); at = parentOf(at)) {
    const wild = exact(`\\052.${at}`);
    if (wild.length > 0) return { sets: wild, exists: true };
    if (exact(at).length > 0 || hasBelow(place, at)) break;
  }
  return { sets: [], exists: false };
}

/** The name servers of a part of the zone that is delegated, for a name that lies in it; of its own name the zone itself answers NS and DS. */
function delegated({ zone, store }: Place, name: string, type: string): DnsRecord[] | undefined {
  for (let at: string | undefined = name; at !== undefined && at !== zone.name; at = parentOf(at)) {
    if (at === name && (type === "NS" || type === "DS")) continue;
    const [set] = store.collection(recordSets).values({ prefix: [zone.id, reversedName(at), "NS"] });
    const { TTL: ttlSeconds = 0, ResourceRecords = [] } = set ?? {};
    if (ResourceRecords.length > 0)
      return ResourceRecords.map(({ Value }) => ({
        name: plainName(at as string),
        type: "NS",
        ttlSeconds,
        value: Value,
      }));
  }
  return undefined;
}

/** Is there a name below this one? Then it is there, too, if only as a part of that. */
function hasBelow({ zone, store }: Place, name: string): boolean {
  const from = reversedName(name);
  const [next] = store.collection(recordSets).keys({ prefix: [zone.id], after: [zone.id, from], limit: 1 });
  return next !== undefined && String(next[1]).startsWith(from);
}

/** The zone's SOA: how long it is remembered that there is nothing. */
function authorityOf({ zone, store }: Place): DnsRecord[] {
  const [soa] = store.collection(recordSets).values({ prefix: [zone.id, reversedName(zone.name), SOA] });
  const value = soa?.ResourceRecords?.[0]?.Value;
  return value === undefined
    ? []
    : [{ name: plainName(zone.name), type: SOA, ttlSeconds: soa?.TTL ?? 0, value }];
}
