import type { FaultRuleInput } from "../core/fault.ts";
import { sure } from "../core/sure.ts";
import type { Expectation, FaultKind } from "./fault-kinds.ts";
import { nameOfStep, type Site } from "./sites.ts";

/** One fault at one site; of a pair, two. */
export interface Strike {
  readonly site: Site;
  readonly kind: FaultKind;
}

/** One run to be made. */
export interface Experiment {
  readonly strikes: readonly Strike[];
  readonly rules: readonly FaultRuleInput[];
  readonly expects: Expectation;
  /** The first call of the loop of which the struck one is the last. */
  readonly like?: Site;
}

/** What is not tried, and why not. */
export interface PassedOver {
  readonly site: string;
  /** Absent: none of the faults is tried there. */
  readonly fault?: string;
  readonly reason: string;
}

export interface Plan {
  readonly experiments: readonly Experiment[];
  readonly passedOver: readonly PassedOver[];
  readonly sites: readonly Site[];
  readonly struck: number;
}

/**
 * What is worth a run: each fault alone, at each site where it means something, once for each way to get there.
 * Mutations come first, then what is invoked and delivered, then reads; `isNew` sites before known ones, and the last
 * calls of loops after their first ones, which may say enough.
 */
export function planSingles(
  sites: readonly Site[],
  kinds: readonly FaultKind[],
  isNew: (site: Site, kind: FaultKind) => boolean = () => true,
): Plan {
  const passedOver: PassedOver[] = [];
  const { kept: struck, firsts } = withoutRepetitions(
    sites.filter((site) => {
      if (site.passedOver !== undefined) passedOver.push({ site: site.path, reason: site.passedOver });
      return site.passedOver === undefined;
    }),
    passedOver,
  );
  const experiments: Experiment[] = [];
  const withFaults = new Set<Site>();
  for (const kind of kinds) {
    for (const site of struck) {
      const reason = kind.pointlessAt(site, sites);
      if (reason !== undefined) {
        passedOver.push({ site: site.path, fault: kind.name, reason });
        continue;
      }
      withFaults.add(site);
      const like = firsts.get(site);
      experiments.push({ ...single(site, kind), ...(like && { like }) });
    }
  }
  const rank = ({ strikes: [strike], like }: Experiment) =>
    (isNew(sure(strike).site, sure(strike).kind) ? 0 : 10) + (like ? 5 : 0) + rankOf(sure(strike).site);
  return {
    experiments: experiments.sort((a, b) => rank(a) - rank(b)),
    passedOver,
    sites,
    struck: withFaults.size,
  };
}

export function single(site: Site, kind: FaultKind): Experiment {
  return { strikes: [{ site, kind }], rules: kind.rules(site), expects: kind.expects };
}

/** Both faults in one run. What is owed is what the milder of the two is owed. */
export function pair(a: Strike, b: Strike): Experiment {
  const rules = [a, b].flatMap(({ site, kind }, at) =>
    kind.rules(site).map((rule) => ({ ...rule, id: `explore-${at + 1}` })),
  );
  const expects = a.kind.expects === "survived" && b.kind.expects === "survived" ? "survived" : "clean";
  return { strikes: [a, b], rules, expects };
}

function rankOf({ isRead, service, isInternal }: Site): number {
  if (service === "lambda" || isInternal) return 1;
  return isRead ? 2 : 0;
}

/**
 * Of a loop the first and the last; of a function that is invoked with the same input by several the first. What was seen
 * once says what it would do again.
 */
function withoutRepetitions(
  sites: readonly Site[],
  passedOver: PassedOver[],
): { readonly kept: Site[]; readonly firsts: ReadonlyMap<Site, Site> } {
  const loops = new Map<string, Site[]>();
  const subtrees = new Map<string, string>();
  const kept: Site[] = [];
  for (const site of sites) {
    const seen = subtreeOf(site);
    const before = seen && subtrees.get(seen.key);
    if (seen && before !== undefined && before !== seen.above) {
      passedOver.push({ site: site.path, reason: "the same function did the same before" });
      continue;
    }
    if (seen) subtrees.set(seen.key, seen.above);
    const key = [
      ...site.steps.slice(0, -1).map(nameOfStep),
      nameOfStep(sure(site.steps.at(-1))),
      shapeOf(site.input),
    ].join(" > ");
    const loop = loops.get(key);
    if (loop) loop.push(site);
    else loops.set(key, [site]);
    kept.push(site);
  }
  const inner = new Set<Site>();
  const firsts = new Map<Site, Site>();
  for (const loop of loops.values()) {
    if (loop.length > 1) firsts.set(sure(loop.at(-1)), sure(loop[0]));
    for (const site of loop.slice(1, -1)) {
      inner.add(site);
      passedOver.push({ site: site.path, reason: "in the middle of a loop: its first and last are tried" });
    }
  }
  return { kept: kept.filter((site) => !inner.has(site)), firsts };
}

/** A call in a function, by what led to it from the invocation on. Messages are told apart by what is in them. */
function subtreeOf({ steps }: Site): { key: string; above: string } | undefined {
  const invoke = steps.findLastIndex((step) => step.startsWith("lambda.Invoke"));
  if (invoke < 0 || invoke === steps.length - 1) return undefined;
  const own = steps.slice(invoke).map((step, at) => (at === 0 ? nameOfStep(step) : step));
  return { key: own.join(" > "), above: steps.slice(0, invoke + 1).join(" > ") };
}

/** The names of the members of an input, two levels deep. */
function shapeOf(input: Readonly<Record<string, unknown>>): string {
  return Object.keys(input)
    .sort()
    .map((name) => {
      const value = input[name];
      const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
      return isRecord ? `${name}(${Object.keys(value).sort().join()})` : name;
    })
    .join();
}
