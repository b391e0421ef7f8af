import type { FaultRuleInput } from "../core/fault.ts";
import { batchOf } from "../faults/batches.ts";
import { hasToken } from "./operations.ts";
import type { Site } from "./sites.ts";

/** What a program owes under a fault: to end as if there had been none, or at least not to pretend. */
export type Expectation = "survived" | "clean";

/** One way in which a site can go wrong. */
export interface FaultKind {
  readonly name: string;
  /** For reports: what happens there. */
  readonly what: string;
  readonly expects: Expectation;
  /** Part of `--faults default`? */
  readonly isDefault: boolean;
  /** Why it has no meaning at a site; undefined where it has one. */
  pointlessAt(site: Site): string | undefined;
  rules(site: Site): FaultRuleInput[];
}

/** Patterns of more steps are refused; the last ones tell sites apart well enough. */
const MOST_STEPS = 8;

/** A pattern that only this site fits. */
export function patternOf({ steps }: Pick<Site, "steps">): string {
  const whole = steps.length <= MOST_STEPS;
  return `${whole ? "^" : ""}${steps.slice(-MOST_STEPS).join(" > ")}`;
}

/** A rule at the API for the calls of a site. */
function atSite(site: Site, rule: Omit<FaultRuleInput, "match">): FaultRuleInput {
  return {
    id: "explore",
    ...rule,
    match: { service: site.service, operation: site.operation, site: patternOf(site) },
  };
}

/** A rule at a point of a service, for what comes of the calls of a site. */
function below(site: Site, point: string, rule: Omit<FaultRuleInput, "match" | "point">): FaultRuleInput {
  return { id: "explore", ...rule, point, match: { parent: patternOf(site) } };
}

const ofClients = ({ isInternal, service }: Site): string | undefined =>
  isInternal ? `${service} is called by AWS itself, which tries again` : undefined;

const isFifo = ({ input }: Site): boolean =>
  [input["QueueUrl"], input["TopicArn"]].some((name) => typeof name === "string" && name.endsWith(".fifo"));

const isInvocation = ({ service, operation }: Site): boolean =>
  service === "lambda" && (operation === "Invoke" || operation === "InvokeAsync");

const ONCE = { times: 1 } as const;

const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: "transient",
    what: "the first attempt is answered with the service's 503",
    expects: "survived",
    isDefault: true,
    pointlessAt: ofClients,
    rules: (site) => [atSite(site, { effect: "error", params: { kind: "unavailable" }, ...ONCE })],
  },
  {
    name: "throttle",
    what: "the first attempt is throttled",
    expects: "survived",
    isDefault: true,
    pointlessAt: ofClients,
    rules: (site) => [atSite(site, { effect: "error", params: { kind: "throttle" }, ...ONCE })],
  },
  {
    name: "outage",
    what: "every attempt is answered with the service's 503",
    expects: "clean",
    isDefault: true,
    pointlessAt: ofClients,
    rules: (site) => [atSite(site, { effect: "error", params: { kind: "unavailable" } })],
  },
  {
    name: "lost-reply",
    what: "the call takes effect, and its answer is lost",
    expects: "survived",
    isDefault: true,
    pointlessAt(site) {
      if (site.isInternal) return ofClients(site);
      if (site.isRead) return "a read has no effect that could be doubled";
      return hasToken(site.input) ? "its token makes it safe to repeat" : undefined;
    },
    rules: (site) => [atSite(site, { effect: "lost-reply", ...ONCE })],
  },
  {
    name: "partial",
    what: "one entry of the batch fails inside a 200",
    expects: "survived",
    isDefault: true,
    pointlessAt: (site) =>
      ofClients(site) ?? (batchOf(site.service, site.operation) === undefined ? "it is no batch" : undefined),
    rules: (site) => [atSite(site, { effect: "partial", params: { entries: ["0"] }, ...ONCE })],
  },
  {
    name: "duplicate",
    what: "the message is delivered twice",
    expects: "survived",
    isDefault: true,
    pointlessAt(site) {
      if (site.service !== "sqs" || !/^SendMessage(?:Batch)?$/.test(site.operation))
        return "no message is sent";
      return isFifo(site) ? "a FIFO queue delivers once" : undefined;
    },
    rules: (site) => [below(site, "sqs:deliver", { effect: "duplicate", ...ONCE })],
  },
  {
    name: "function-error",
    what: "the function fails before it has done anything",
    expects: "survived",
    isDefault: true,
    pointlessAt: (site) => (isInvocation(site) ? undefined : "no function is invoked"),
    rules: (site) => [below(site, "lambda:invoke", { effect: "error", ...ONCE })],
  },
  {
    name: "late-function-error",
    what: "the function does its work, and then fails",
    expects: "survived",
    isDefault: true,
    pointlessAt: (site) => (isInvocation(site) ? undefined : "no function is invoked"),
    rules: (site) => [
      below(site, "lambda:invoke", { effect: "error", params: { preventExecution: false }, ...ONCE }),
    ],
  },
  {
    name: "throttled-for-good",
    what: "every attempt is throttled",
    expects: "clean",
    isDefault: false,
    pointlessAt: ofClients,
    rules: (site) => [atSite(site, { effect: "error", params: { kind: "throttle" } })],
  },
  {
    name: "internal",
    what: "the first attempt takes effect and is answered with the service's 500",
    expects: "survived",
    isDefault: false,
    pointlessAt: ofClients,
    rules: (site) => [
      atSite(site, { effect: "error", params: { kind: "internal", when: "after" }, ...ONCE }),
    ],
  },
  {
    name: "reset",
    what: "the connection of the first attempt is reset before it happens",
    expects: "survived",
    isDefault: false,
    pointlessAt: ofClients,
    rules: (site) => [atSite(site, { effect: "reset", ...ONCE })],
  },
];

/** `default`, `deep` (all), or names with commas. @throws Error that names the kinds that there are */
export function faultKinds(text: string): FaultKind[] {
  if (text === "deep") return [...FAULT_KINDS];
  if (text === "default") return FAULT_KINDS.filter(({ isDefault }) => isDefault);
  return text.split(",").map((name) => {
    const kind = FAULT_KINDS.find((one) => one.name === name.trim());
    if (!kind)
      throw new Error(
        `There is no fault "${name.trim()}". default, deep, or some of ${FAULT_KINDS.map((one) => one.name).join(", ")}.`,
      );
    return kind;
  });
}
