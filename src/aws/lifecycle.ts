import { parseDuration } from "../core/clock.ts";
import type { FaultPoint, Hit } from "../core/fault.ts";
import type { Context, ServiceHost } from "../core/service.ts";
import { sure } from "../core/sure.ts";
import type { Place } from "./arn-template.ts";

/** One state that a resource is in only for a time: `CREATING`, until it is `ACTIVE`. */
export interface Stage {
  /** Where it leads; absent: the resource is gone, or as it was. */
  readonly next?: string;
  /** How long AWS takes, about, in milliseconds. Only `real` timings wait for it. */
  readonly takesMs: number;
  /** By which share of it the time varies, either way (0 to 1). Default 0.25. */
  readonly jitter?: number;
  /** The state that it ends in when it fails; without it a rule cannot fail it. */
  readonly failed?: string;
}

/** The states of a type of resource that do not last, by name. Everything else about a state is its service's. */
export interface Lifecycle {
  /** The fault point of its stages: `dynamodb:table-state`. */
  readonly point: string;
  /** Of what: "a table". */
  readonly of: string;
  readonly stages: Readonly<Record<string, Stage>>;
}

/** A stage under way, as a record keeps it: JSON. */
export interface Transition<State extends string = string> {
  readonly status: State;
  /** Epoch milliseconds of the clock at which it is over. */
  readonly untilMs: number;
  /** A rule that holds it: it is not over while the rule is there. */
  readonly heldBy?: string;
  /** It ends in the stage's `failed` state, for this reason. */
  readonly failure?: string;
}

export const defineLifecycle = <const L extends Lifecycle>(lifecycle: L): L => lifecycle;

const FAILURE = "The operation failed because a fault was injected.";

/** The fault point of a lifecycle, for its service's declaration. */
export function lifecyclePoint({ point, of, stages }: Lifecycle): Readonly<Record<string, FaultPoint>> {
  const names = Object.keys(stages);
  const failing = Object.values(stages).flatMap(({ failed }) => failed ?? []);
  return {
    [point]: {
      description: `The states of ${of} that do not last: ${names.join(", ")}. \`operation\` is the state, \`resource\` the ARN.`,
      operations: names,
      effects: {
        hold: {
          description: "The state lasts: for a time, or until the rule is gone.",
          parameters: { ms: { type: "duration", description: "How much longer", unit: "ms", min: 1 } },
        },
        ...(failing.length > 0 && {
          fail: {
            description: `The state ends in failure: ${failing.join(", ")}.`,
            parameters: { reason: { type: "string", description: "The reason given", default: FAILURE } },
          },
        }),
      },
    },
  };
}

/** What begins a stage: the call at hand, or the service by itself. */
type Beginner = Pick<Context, "hits" | "host" | "clock" | "random"> | ServiceHost;

/**
 * Begins a stage. Under `instant` timings it is over at once, unless a rule holds or fails it.
 * @param timings how long stages last; default: the cloud's
 * @returns what to keep with the resource; undefined when the stage is over
 */
export function begin<L extends Lifecycle, S extends keyof L["stages"] & string>(
  lifecycle: L,
  status: S,
  resource: string,
  place: Place,
  by: Beginner,
  timings: "real" | "instant" = ("host" in by ? by.host : by).timings,
): Transition<S> | undefined {
  const stage = sure(lifecycle.stages[status]);
  const subject = { resource, operation: status };
  const hits = "host" in by ? by.hits(lifecycle.point, subject) : by.hits(lifecycle.point, subject, place);
  const takesMs = timings === "real" ? varied(stage, by.random.next()) : 0;
  if (takesMs === 0 && hits.length === 0) return undefined;
  const bent = bentBy(hits, stage);
  return { status, untilMs: by.clock.now() + takesMs + bent.longerMs, ...bent.held, ...bent.failed };
}

/** Is a stage over? What a rule holds is not, while the rule is there. */
export function isOver(transition: Transition | undefined, { clock, faults }: ServiceHost): boolean {
  if (transition === undefined) return false;
  if (transition.heldBy !== undefined && faults.get(transition.heldBy) !== undefined) return false;
  return transition.untilMs <= clock.now();
}

/** Has something gone, now that its last stage is over? */
export const hasLeft = (
  transition: Transition | undefined,
  host: ServiceHost,
  leaving = "DELETING",
): boolean => transition?.status === leaving && transition.failure === undefined && isOver(transition, host);

/** The state that a resource is in. @param settled the one that it has when nothing is under way, or has been */
export function stateOf(
  { stages }: Lifecycle,
  transition: Transition | undefined,
  settled: string,
  host: ServiceHost,
): string {
  if (transition === undefined) return settled;
  if (!isOver(transition, host)) return transition.status;
  // A state file may hold a stage that a later edition has no more.
  const { next, failed } = stages[transition.status] ?? {};
  return (transition.failure === undefined ? next : failed) ?? settled;
}

/**
 * Resolves when a stage is over, or its service has been stopped; at once without one.
 * @returns why it failed, if it did
 */
export async function whenOver(
  transition: Transition | undefined,
  host: ServiceHost,
  stopped: AbortSignal,
): Promise<string | undefined> {
  while (transition !== undefined && !isOver(transition, host) && !stopped.aborted) {
    await new Promise<void>((resolve) => {
      const leftMs = transition.untilMs - host.clock.now();
      // A rule that holds it lets go of it by itself, or with its last removal.
      const timer = leftMs > 0 ? host.clock.setTimer(leftMs, done) : undefined;
      const unsubscribe = host.bus.subscribe("fault.rule", done);
      stopped.addEventListener("abort", done);
      function done(): void {
        timer?.cancel();
        unsubscribe();
        stopped.removeEventListener("abort", done);
        resolve();
      }
    });
  }
  return transition?.failure;
}

function varied({ takesMs, jitter = 0.25 }: Stage, draw: number): number {
  return Math.round(takesMs * (1 + jitter * (draw * 2 - 1)));
}

function bentBy(hits: readonly Hit[], stage: Stage) {
  let longerMs = 0;
  let held: { heldBy: string } | undefined;
  let failed: { failure: string } | undefined;
  for (const { effect, params, rule } of hits) {
    if (effect === "fail" && stage.failed !== undefined) {
      failed = { failure: String(params["reason"] ?? FAILURE) };
    } else if (effect === "hold") {
      const ms = parseDuration(params["ms"]);
      if (ms === undefined) held = { heldBy: rule.id };
      else longerMs += ms;
    }
  }
  return { longerMs, held, failed };
}
