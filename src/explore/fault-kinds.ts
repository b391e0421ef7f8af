import type { FaultRuleInput } from "../core/fault.ts";
import { batchOf } from "../faults/batches.ts";
import { declaredErrors } from "../models/model.ts";
import { hasToken, isControl } from "./operations.ts";
import { nameOfStep, type Site } from "./sites.ts";

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
  /** An SDK that tries it again by itself does so for all its calls: seen once is seen for all. */
  readonly isAbsorbed?: true;
  /** Why it has no meaning at a site; undefined where it has one. @param run all sites of the fault-free run, in order */
  pointlessAt(site: Site, run: readonly Site[]): string | undefined;
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
  const steps = isOfBatch(site)
    ? [...site.steps.slice(0, -1), nameOfStep(site.steps.at(-1) ?? "")]
    : site.steps;
  return { id: "explore", ...rule, point, match: { parent: patternOf({ steps }) } };
}

/** What a batch of several messages leads to: to what comes of it all such calls are one, without an ordinal. */
function isOfBatch({ attempts: [first] }: Site): boolean {
  const above = first?.site.split(" > ").slice(1, -1) ?? [];
  return above.length > 0 && above.every((step) => !step.includes("#"));
}

/** Calls of AWS itself are tried again by AWS; but for a state machine's tasks, which are tried again only as it says. */
const ofClients = (site: Site): string | undefined =>
  site.isInternal && !isTask(site) ? `${site.service} is called by AWS itself, which tries again` : undefined;

/** A state machine's own call of a service. */
const isTask = ({ isInternal, steps }: Site): boolean =>
  isInternal && /^stepfunctions\.Start(?:Sync)?Execution\b/.test(steps.at(-2) ?? "");

const isFifo = ({ input }: Site): boolean =>
  [input["QueueUrl"], input["TopicArn"]].some((name) => typeof name === "string" && name.endsWith(".fifo"));

/** Why nothing can happen to a message on its way: there is none, nobody takes it, or its queue keeps it from that. */
function noMessage(site: Site, run: readonly Site[]): string | undefined {
  if (site.service !== "sqs" || !/^SendMessage(?:Batch)?$/.test(site.operation)) return "no message is sent";
  if (isFifo(site)) return "a FIFO queue delivers once, and in order";
  const queue = queueOf(site);
  return run.some((other) => other.operation === "ReceiveMessage" && queueOf(other) === queue)
    ? undefined
    : "nobody receives from that queue";
}

/** Whether it is named by its URL or its ARN. */
const queueOf = ({ input }: Site): string => String(input["QueueUrl"]).split(/[/:]/).at(-1) ?? "";

/** Do two calls of DynamoDB work with one table? */
function shareTable(a: Site, b: Site): boolean {
  const ofA = tablesOf(a);
  return tablesOf(b).some((table) => ofA.includes(table));
}

const writesItems = ({ isRead, operation }: Site): boolean => !isRead && !isControl(operation);

function tablesOf({ service, input }: Site): string[] {
  if (service !== "dynamodb") return [];
  const items = (input["TransactItems"] ?? []) as readonly Readonly<Record<string, { TableName?: string }>>[];
  return [
    input["TableName"],
    ...Object.keys(input["RequestItems"] ?? {}),
    ...items.flatMap((item) => Object.values(item).map((action) => action?.TableName)),
  ]
    .filter((name) => typeof name === "string")
    .map((name) => name.slice(name.lastIndexOf("/") + 1));
}

const TRANSACTIONS = /^(?:TransactWriteItems|TransactGetItems|ExecuteTransaction)$/;

const isInvocation = ({ service, operation }: Site): boolean =>
  service === "lambda" && (operation === "Invoke" || operation === "InvokeAsync");

const ONCE = { times: 1 } as const;

const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: "transient",
    what: "the first attempt is answered with the service's 503",
    expects: "survived",
    isDefault: true,
    isAbsorbed: true,
    pointlessAt: ofClients,
    rules: (site) => [atSite(site, { effect: "error", params: { kind: "unavailable" }, ...ONCE })],
  },
  {
    name: "throttle",
    what: "the first attempt is throttled",
    expects: "survived",
    isDefault: true,
    isAbsorbed: true,
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
      if (site.isInternal) return "AWS itself waits for the answer";
      if (site.isRead) return "a read has no effect that could be doubled";
      // A program that tries again by itself may make a new token each time.
      const triesAgain = site.attempts[0]?.mostAttempts !== 1;
      return hasToken(site.input) && triesAgain ? "its token makes it safe to repeat" : undefined;
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
    pointlessAt: noMessage,
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
    name: "double-invoke",
    what: "the event is handed to the function twice",
    expects: "survived",
    isDefault: true,
    pointlessAt: (site) =>
      isInvocation(site) && site.input["InvocationType"] === "Event" ? undefined : "no event is handed on",
    rules: (site) => [below(site, "lambda:invoke", { effect: "duplicate", ...ONCE })],
  },
  {
    name: "conflict",
    what: "another transaction is at work on its first item",
    expects: "clean",
    isDefault: true,
    pointlessAt: (site) =>
      site.service === "dynamodb" && TRANSACTIONS.test(site.operation) ? undefined : "it is no transaction",
    rules: (site) => [below(site, "dynamodb:transaction", { effect: "conflict", ...ONCE })],
  },
  {
    name: "race",
    what: "somebody else's write came first, and its condition does not hold any more",
    expects: "clean",
    isDefault: true,
    pointlessAt({ service, input }) {
      const condition = input["ConditionExpression"];
      if (service !== "dynamodb" || typeof condition !== "string") return "it has no condition";
      // The other's write would be there, so that to go on would be right.
      return /^\s*attribute_not_exists\s*\([^)]*\)\s*$/i.test(condition)
        ? "it makes what nobody has made: whoever was first has made it"
        : undefined;
    },
    rules: (site) => [below(site, "dynamodb:condition", { effect: "race", ...ONCE })],
  },
  {
    name: "stale-read",
    what: "the read shows items as they were before their last write",
    expects: "survived",
    isDefault: true,
    pointlessAt(site, run) {
      const { service, operation, input } = site;
      if (service !== "dynamodb" || !/^(?:GetItem|Query|Scan|BatchGetItem)$/.test(operation))
        return "it reads no items";
      if (JSON.stringify(input).includes('"ConsistentRead":true')) return "it reads consistently";
      const before = run.slice(0, run.indexOf(site));
      return before.some((other) => writesItems(other) && shareTable(site, other))
        ? undefined
        : "nothing was written there before";
    },
    rules: (site) => [below(site, "dynamodb:read", { effect: "stale-read", ...ONCE })],
  },
  {
    name: "index-lag",
    what: "the table's global secondary indexes show every write a minute later",
    expects: "survived",
    isDefault: true,
    pointlessAt(site, run) {
      if (site.service !== "dynamodb" || site.isRead) return "it changes no index";
      const there = run.filter((other) => shareTable(site, other));
      if (!there.some(({ input }) => input["IndexName"] !== undefined))
        return "nobody reads an index of that table";
      return there.find(writesItems) === site ? undefined : "the table's indexes lag from its first write on";
    },
    rules: (site) => [
      {
        id: "explore",
        point: "dynamodb:index",
        effect: "lag",
        params: { ms: 60_000 },
        match: { resource: tablesOf(site).map((table) => `table/${table}`) },
      },
    ],
  },
  {
    name: "expired-iterator",
    what: "the shard iterator has expired",
    expects: "survived",
    isDefault: true,
    pointlessAt: (site) =>
      ofClients(site) ?? (site.operation === "GetRecords" ? undefined : "it has no shard iterator"),
    rules: (site) => [
      atSite(site, { effect: "error", params: { code: "ExpiredIteratorException" }, ...ONCE }),
    ],
  },
  {
    name: "late-message",
    what: "the message comes half a minute later",
    expects: "survived",
    isDefault: false,
    pointlessAt: noMessage,
    rules: (site) => [below(site, "sqs:deliver", { effect: "delay", params: { delay: 30_000 }, ...ONCE })],
  },
  {
    name: "reordered",
    what: "the message comes after those that were sent behind it",
    expects: "survived",
    isDefault: false,
    pointlessAt: noMessage,
    rules: (site) => [below(site, "sqs:deliver", { effect: "reorder", ...ONCE })],
  },
  {
    name: "function-timeout",
    what: "the function does its work, and runs out of time",
    expects: "survived",
    isDefault: false,
    pointlessAt: (site) => (isInvocation(site) ? undefined : "no function is invoked"),
    rules: (site) => [below(site, "lambda:invoke", { effect: "timeout", ...ONCE })],
  },
  {
    name: "slow",
    what: "the first attempt takes ten seconds, and happens all the same when its client does not wait",
    expects: "survived",
    isDefault: false,
    pointlessAt: ofClients,
    rules: (site) => [atSite(site, { effect: "latency", params: { ms: 10_000 }, ...ONCE })],
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
    isAbsorbed: true,
    pointlessAt: ofClients,
    rules: (site) => [atSite(site, { effect: "reset", ...ONCE })],
  },
];

/** What SDKs try again, for which `transient`, `throttle` and `internal` stand, and what has a kind of its own. */
const HAVE_KINDS =
  /Throttl|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded|SlowDown|Internal(?:Server|Service)?(?:Error|Failure)|InternalException|ServiceException|Unavailable|RequestTimeout|ConditionalCheckFailed|TransactionConflict|ExpiredIterator/;

/** Each error that a client's call among the sites declares, by its code: one kind a code. */
export function declaredKinds(sites: readonly Site[]): FaultKind[] {
  const found = new Map<string, Set<string>>();
  for (const { service, operation, isInternal } of sites) {
    if (isInternal) continue;
    for (const code of declaredErrors(service, operation)) {
      if (HAVE_KINDS.test(code)) continue;
      const of = found.get(code) ?? new Set();
      found.set(code, of.add(`${service}.${operation}`));
    }
  }
  return [...found].map(([code, operations]) => ({
    name: code,
    what: `the call is answered with ${code}`,
    expects: "clean",
    isDefault: false,
    pointlessAt: (site) =>
      ofClients(site) ??
      (operations.has(`${site.service}.${site.operation}`) ? undefined : "it does not declare that error"),
    rules: (site) => [atSite(site, { effect: "error", params: { code } })],
  }));
}

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
