import type { CallRecord } from "../core/bus.ts";
import { sure } from "../core/sure.ts";
import { isControl, isObserving, isRead, makesResource } from "./operations.ts";

/** One logical call of the fault-free run: where a fault can strike. */
export interface Site {
  /** The whole path, from who acts: `test > sns.Publish@orders~99aa01#1 > sqs.SendMessage@jobs#1`. */
  readonly path: string;
  readonly steps: readonly string[];
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Of one service at another, not of a client's SDK. */
  readonly isInternal: boolean;
  readonly isRead: boolean;
  readonly region: string;
  /** In the order of their beginning. */
  readonly attempts: readonly CallRecord[];
  /** What it says differs from run to run, so it goes by its name: all calls of that name are meant. */
  readonly isCoarse?: true;
  /** Why it is not struck: it belongs to the set-up or the tear-down, or only looks on. */
  readonly passedOver?: string;
}

/**
 * The sites of a run, in the order of their beginning.
 * @param markedAt sequence number of the last call of the set-up, when the command has said so
 */
export function sitesOf(calls: readonly CallRecord[], markedAt?: number): Site[] {
  const byPath = new Map<string, CallRecord[]>();
  for (const call of calls) {
    const path = pathOf(call);
    const attempts = byPath.get(path);
    if (attempts) attempts.push(call);
    else byPath.set(path, [call]);
  }
  const all = [...byPath].map(([path, attempts]): Site => {
    const first = sure(attempts[0]);
    const { service, operation, input, region } = first;
    return {
      path,
      steps: path.split(" > "),
      service,
      operation,
      input,
      isInternal: first.isInternal ?? false,
      isRead: isRead(operation),
      region,
      attempts,
    };
  });
  return withPhases(all, markedAt);
}

/** Set-up is what comes before the mark, or without one the calls on resources before any on what is in them; tear-down likewise, at the end. */
function withPhases(sites: readonly Site[], markedAt: number | undefined): Site[] {
  const isAct = ({ service, operation, isInternal }: Site) =>
    !isInternal && !isObserving(service) && !isControl(operation);
  const first = sites.findIndex(isAct);
  const last = sites.findLastIndex(isAct);
  return sites.map((site, at) => {
    // A second test makes its resources after the first one's calls.
    const makes = first > 0 && site.steps.length === 2 && makesResource(site.service, site.operation);
    const reason = reasonToPass(site, {
      isSetUp:
        markedAt !== undefined
          ? sure(site.attempts[0]).sequence <= markedAt
          : at < first || first < 0 || (makes && !site.isInternal),
      isTearDown: at > last && isControl(site.operation),
    });
    return reason === undefined ? site : { ...site, passedOver: reason };
  });
}

function reasonToPass(
  { service, operation, input }: Site,
  { isSetUp, isTearDown }: { isSetUp: boolean; isTearDown: boolean },
): string | undefined {
  if (isSetUp) return "set-up";
  if (isTearDown && !/^(?:Invoke|SendMessage|Publish)/.test(operation)) return "tear-down";
  if (isObserving(service)) return `${service} only looks on`;
  if (isAnnouncement(input)) return "AWS announces what has happened";
  return undefined;
}

/** Events of AWS's own, such as the status of an execution. */
function isAnnouncement({ Entries }: Site["input"]): boolean {
  if (!Array.isArray(Entries)) return false;
  const sources = (Entries as { Source?: unknown }[]).map((entry) => entry?.Source);
  return (
    sources.length > 0 && sources.every((source) => typeof source === "string" && source.startsWith("aws."))
  );
}

/**
 * The path of a call as exploration tells calls apart: messages and events that are handed on at the same time come in any
 * order, so the steps on the way that services made have no ordinals. What the last step says tells their calls apart.
 */
export function pathOf({ site }: Pick<CallRecord, "site">): string {
  const steps = site.split(" > ");
  return steps.map((step, at) => (at === steps.length - 1 ? step : withoutOrder(step))).join(" > ");
}

/** The calls of a run that are a site's. */
export function callsAt<C extends Pick<CallRecord, "site">>(
  { steps }: Pick<Site, "steps">,
  calls: readonly C[],
): C[] {
  return calls.filter((call) => {
    const own = pathOf(call).split(" > ");
    return own.length === steps.length && own.every((step, at) => isStep(sure(steps[at]), step));
  });
}

/** A step of a coarse site has no digest and no ordinal. */
const isStep = (wanted: string, step: string): boolean => wanted === step || wanted === nameOfStep(step);

/** Only a client's call has a digest. */
const withoutOrder = (step: string): string => (step.includes("~") ? step : step.replace(/#\d+$/, ""));

/** A step without its digest and its ordinal: what the loops of a program have in common. */
export const nameOfStep = (step: string): string => step.replace(/(?:~[0-9a-f*]+)?(?:#\d+)?$/, "");
