import type { Random } from "../../core/random.ts";
import { type Policy, policyOf, type RecordSet } from "./record-set.ts";
import type { Viewer } from "./viewer.ts";

/** What a choice among record sets of a name and type depends on. */
export interface Choosing {
  readonly viewer: Viewer;
  readonly random: Pick<Random, "next">;
  isHealthy(set: RecordSet): boolean;
}

type Choose = (sets: readonly RecordSet[], by: Choosing) => readonly RecordSet[];

const MOST_VALUES = 8;

/**
 * The record sets that a question is answered with: one, or with multivalue answers up to eight.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-complex-configs.html: where none is healthy, all count as healthy.
 */
export const chosen = (sets: readonly RecordSet[], by: Choosing): readonly RecordSet[] => {
  const [first] = sets;
  return first ? POLICIES[policyOf(first)](sets, by) : [];
};

const healthyOf = (sets: readonly RecordSet[], { isHealthy }: Choosing): readonly RecordSet[] =>
  sets.filter(isHealthy);

const orAll = (some: readonly RecordSet[], all: readonly RecordSet[]) => (some.length > 0 ? some : all);

/** Those of weight 0 are asked for only where no other is healthy. */
function weighted(sets: readonly RecordSet[], by: Choosing): readonly RecordSet[] {
  const isWeighing = ({ Weight = 0 }: RecordSet) => Weight > 0;
  const healthy = healthyOf(sets, by);
  const weighing = healthy.filter(isWeighing);
  const all = orAll(orAll(weighing, healthy), orAll(sets.filter(isWeighing), sets));
  const total = all.reduce((sum, { Weight = 0 }) => sum + Weight, 0);
  if (total === 0) return all.slice(Math.floor(by.random.next() * all.length)).slice(0, 1);
  let left = by.random.next() * total;
  const one = all.find(({ Weight = 0 }) => {
    left -= Weight;
    return left < 0;
  });
  return one ? [one] : all.slice(-1);
}

function failover(sets: readonly RecordSet[], by: Choosing): readonly RecordSet[] {
  const primary = sets.filter(({ Failover }) => Failover === "PRIMARY");
  const secondary = sets.filter(({ Failover }) => Failover === "SECONDARY");
  return orAll(orAll(healthyOf(primary, by), healthyOf(secondary, by)), orAll(primary, secondary));
}

const nearest =
  (kmTo: (set: RecordSet, viewer: Viewer) => number): Choose =>
  (sets, by) =>
    [...orAll(healthyOf(sets, by), sets)].sort((a, b) => kmTo(a, by.viewer) - kmTo(b, by.viewer)).slice(0, 1);

/** A bias of 99 has a place's area grow to nearly all, one of -99 shrink to nearly nothing. */
function biasedKm({ GeoProximityLocation: place = {} }: RecordSet, viewer: Viewer): number {
  const { AWSRegion, Coordinates, Bias = 0 } = place;
  const km = Coordinates
    ? viewer.kmToPosition([Number(Coordinates.Latitude), Number(Coordinates.Longitude)])
    : viewer.kmTo(AWSRegion ?? "");
  return km * (Bias >= 0 ? 1 - Bias / 100 : 1 / (1 + Bias / 100));
}

/** From the smallest place to the default; who is nowhere of these and has no default has no answer. */
function geolocation(sets: readonly RecordSet[], by: Choosing): readonly RecordSet[] {
  const { viewer } = by;
  const found = [
    sets.filter(
      ({ GeoLocation: at }) =>
        at?.SubdivisionCode !== undefined &&
        at.CountryCode === viewer.country &&
        at.SubdivisionCode === viewer.subdivision,
    ),
    sets.filter(
      ({ GeoLocation: at }) =>
        at?.CountryCode !== undefined &&
        at.SubdivisionCode === undefined &&
        at.CountryCode === viewer.country,
    ),
    sets.filter(
      ({ GeoLocation: at }) => at?.ContinentCode !== undefined && at.ContinentCode === viewer.continent,
    ),
    sets.filter(({ GeoLocation: at }) => at?.CountryCode === "*"),
  ].flat();
  return orAll(healthyOf(found, by), found).slice(0, 1);
}

function multivalue(sets: readonly RecordSet[], by: Choosing): readonly RecordSet[] {
  const drawn = orAll(healthyOf(sets, by), sets).map((set) => ({ set, at: by.random.next() }));
  return drawn
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_VALUES)
    .map(({ set }) => set);
}

/** Of where a client is nothing is known but its region: the default location's is everybody's. */
const cidr: Choose = (sets) => sets.filter(({ CidrRoutingConfig: at }) => at?.LocationName === "*");

const POLICIES: Readonly<Record<Policy, Choose>> = {
  simple: (sets) => sets.slice(0, 1),
  weighted,
  failover,
  latency: nearest(({ Region = "" }, viewer) => viewer.kmTo(Region)),
  geoproximity: nearest(biasedKm),
  geolocation,
  multivalue,
  cidr,
};
