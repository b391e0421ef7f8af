import type { ResourceDigest } from "../aws/digest.ts";
import type { Bus, CallRecord } from "../core/bus.ts";
import { type Clock, parseDuration } from "../core/clock.ts";
import type { FaultPoint, FaultRule, FaultRuleInput } from "../core/fault.ts";
import { type HttpRequest, type HttpResponse, json, longJson } from "../core/http.ts";
import { route } from "../core/route.ts";
import type { AdminRoute, AskedBy, Setting } from "../core/service.ts";
import type { FaultEngine } from "../faults/engine.ts";
import { glob } from "../faults/glob.ts";
import { didYouMean } from "../faults/nearest.ts";
import { sitePattern } from "../faults/site-pattern.ts";
import type { Recorder } from "../gateway/record.ts";
import type { Settled } from "../gateway/settle.ts";
import type { AdminRequest } from "./admin.ts";
import { type CallOperation, callRoute } from "./call-route.ts";
import { serverSentEvents } from "./events.ts";
import { BadRequest, readJson } from "./router.ts";

/** https://www.rfc-editor.org/rfc/rfc4918#section-11.5 */
const INSUFFICIENT_STORAGE = 507;

/** What Squall's own admin routes work on. */
export interface Controls {
  readonly version: string;
  readonly seed: string;
  readonly startedAtMs: number;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly faults: FaultEngine;
  readonly recorder: Recorder;
  /** How often rules have matched and fired: here, or in the whole fleet. */
  counts(): Promise<(id: string) => RuleCounts | undefined>;
  /** A rule from outside, checked and in its full form. @throws RuleError */
  checkRule(given: unknown): Promise<FaultRuleInput>;
  services(): { name: string; state: "available" | "running" }[];
  /** What is implemented, by service. */
  coverage(): Promise<ServiceCoverage[]>;
  /** Empties everything, or one service; rules and remembered calls go with everything. */
  reset(service?: string): Promise<void>;
  /** In the default account and region, unless the options say others. */
  readonly call: CallOperation;
  /** Engages or disengages the FIS safety lever, where FIS is served: its experiments end, or may begin again. */
  pullLever(isEngaged: boolean, reason: string): Promise<void>;
  /** With pauses. */
  digest(wants: (service: string) => boolean): Promise<ResourceDigest[]>;
  settle(withinMs: number): Promise<Settled>;
  /** Gives back the names that an account has taken from all others (its buckets); how many they were. */
  release(account: string): number;
  /** Ends the process, where this cloud is all of it. */
  readonly shutdown?: () => void;
  /** The whole state as one file's bytes. */
  save(): Promise<AsyncIterable<Uint8Array>>;
  /** Replaces everything with a state file's content. @throws Error that says what is wrong with it */
  load(state: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface RuleCounts {
  readonly matched: number;
  readonly fired: number;
}

/** The operations of a service, as far as they are there. */
export interface ServiceCoverage {
  readonly service: string;
  readonly implemented: readonly string[];
  readonly missing: readonly string[];
  readonly faultPoints: Readonly<Record<string, FaultPoint>>;
  readonly settings: Readonly<Record<string, Setting>>;
}

const MOST_CALLS = 10_000;

/** Squall's own admin API, `/_squall/…`. */
export function squallRoutes(controls: Controls): AdminRoute[] {
  const { faults, clock, recorder, bus } = controls;
  return [
    open("/_squall/health", () =>
      json(200, { status: "running", version: controls.version, services: services(controls) }),
    ),
    route("GET", "/_squall/info", (request) =>
      json(200, {
        version: controls.version,
        seed: controls.seed,
        pid: process.pid,
        now: new Date(clock.now()).toISOString(),
        uptimeSeconds: Math.floor(process.uptime()),
        memoryBytes: process.memoryUsage().rss,
        rules: faults.list().length,
        calls: recorder.last,
        mayChange: (request as AskedBy).asker?.mayChange ?? true,
      }),
    ),

    route("POST", "/_squall/shutdown", () => {
      const { shutdown } = controls;
      if (!shutdown) throw new BadRequest("This squall is part of another program, and ends with it.", 409);
      // The answer is on its way first.
      setImmediate(shutdown);
      return json(202, { pid: process.pid });
    }),

    route("GET", "/_squall/services", async () => json(200, { services: await controls.coverage() })),

    route("GET", "/_squall/faults", async (request) => {
      const owner = new URLSearchParams(request.query).get("owner") ?? undefined;
      const counts = await controls.counts();
      return json(200, {
        seed: controls.seed,
        rules: faults.list(owner).map((rule) => ({ ...rule, ...counts(rule.id) })),
      });
    }),
    route("POST", "/_squall/faults", async (request) => {
      const given = readJson(request);
      // All or none: every rule is checked before the first is added.
      const inputs = await Promise.all(
        (Array.isArray(given) ? given : [given]).map((rule) => controls.checkRule(rule)),
      );
      const added = inputs.map((input) => withCounts(faults, faults.add(input)));
      return json(201, Array.isArray(given) ? added : added[0]);
    }),
    route("DELETE", "/_squall/faults", (request) => {
      const owner = new URLSearchParams(request.query).get("owner");
      return json(200, { removed: owner === null ? faults.clear() : faults.removeOwner(owner) });
    }),
    route("GET", "/_squall/faults/:id", async (_request, { id }) => {
      const rule = existing(faults, id);
      return json(200, { ...rule, ...(await controls.counts())(id) });
    }),
    route("PATCH", "/_squall/faults/:id", (request, { id }) => {
      existing(faults, id);
      faults.update(id, readJson(request) as Record<string, unknown>);
      return json(200, existing(faults, id));
    }),
    route("DELETE", "/_squall/faults/:id", (_request, { id }) => {
      const rule = existing(faults, id);
      faults.remove(id);
      return json(200, rule);
    }),

    route("GET", "/_squall/stop-all", () => json(200, stopped(faults))),
    route("POST", "/_squall/stop-all", async (request) => {
      const { reason = "somebody said so" } = readJson(request) as { reason?: unknown };
      const removed = faults.stopAll(String(reason));
      await controls.pullLever(true, String(reason));
      return json(200, { ...stopped(faults), removed });
    }),
    route("DELETE", "/_squall/stop-all", async () => {
      faults.release();
      await controls.pullLever(false, "released");
      return json(200, stopped(faults));
    }),

    route("GET", "/_squall/digest", async (request) => {
      const service = new URLSearchParams(request.query).get("service") ?? "*";
      return longJson({ resources: await controls.digest(glob(service)) });
    }),
    route("POST", "/_squall/settle", async (request) => {
      const { within } = readJson(request) as { within?: unknown };
      const withinMs = parseDuration(within ?? "PT15M");
      if (withinMs === undefined) throw new BadRequest("within is a duration: PT15M, 30s, or milliseconds.");
      return json(200, await controls.settle(withinMs));
    }),
    callRoute(controls.call),
    route("POST", "/_squall/mark", () => {
      recorder.mark();
      return json(200, { markedAt: recorder.markedAt });
    }),

    route("GET", "/_squall/calls", (request) => calls(request, recorder, bus)),
    route("DELETE", "/_squall/calls", () => {
      recorder.clear();
      return json(200, { last: recorder.last });
    }),
    route("GET", "/_squall/events", (request) => {
      const query = new URLSearchParams(request.query);
      const after = request.headers["last-event-id"] ?? query.get("after") ?? undefined;
      return stream(
        "text/event-stream",
        serverSentEvents(bus, recorder, {
          ...(after !== undefined && { after: number("Last-Event-ID", after) }),
          signal: (request as AdminRequest).signal ?? AbortSignal.timeout(0),
          wants: callFilter(query),
          answers: query.get("answers") === "true",
        }),
      );
    }),

    route("GET", "/_squall/clock", () => json(200, clockState(clock))),
    route("POST", "/_squall/clock", async (request) => {
      const { advance, rate } = readJson(request) as { advance?: unknown; rate?: unknown };
      if (advance === undefined && rate === undefined) {
        throw new BadRequest('Say how: {"advance": "PT5M"} or {"rate": 60}; a rate of 0 stops the clock.');
      }
      if (rate !== undefined) {
        if (typeof rate !== "number" || !(rate >= 0) || rate > 10_000)
          throw new BadRequest("rate is a number from 0 to 10000.");
        clock.setRate(rate);
      }
      if (advance !== undefined) {
        const ms = parseDuration(advance);
        if (ms === undefined)
          throw new BadRequest(
            `advance is a duration (PT5M, 30s, or milliseconds), not ${JSON.stringify(advance)}.`,
          );
        await clock.advance(ms, (request as AdminRequest).signal).catch((error: Error) => {
          if (error instanceof RangeError) throw new BadRequest(error.message);
          throw error;
        });
      }
      return json(200, clockState(clock));
    }),

    route("POST", "/_squall/reset", async (request) => {
      const service = new URLSearchParams(request.query).get("service") ?? undefined;
      const names = controls.services().map(({ name }) => name);
      if (service !== undefined && !names.includes(service))
        throw new BadRequest(`Squall has no service "${service}".${didYouMean(service, names)}`);
      await controls.reset(service);
      return json(200, { reset: service ?? "everything" });
    }),
    route("POST", "/_squall/release", ({ query }) => {
      const account = new URLSearchParams(query).get("account") ?? "";
      if (!/^\d{12}$/.test(account)) throw new BadRequest("Say whose: ?account= and twelve digits.");
      return json(200, { account, released: controls.release(account) });
    }),
    route("GET", "/_squall/state", async () => stream("application/zip", await controls.save())),
    {
      ...route("POST", "/_squall/state", async ({ stream }) => {
        if (!stream) throw new BadRequest("Send a state file that GET /_squall/state gave.");
        let loaded = 0;
        const counted = async function* () {
          for await (const chunk of stream) {
            loaded += chunk.length;
            yield chunk;
          }
        };
        try {
          await controls.load(counted());
        } catch (error) {
          const { code, message } = error as NodeJS.ErrnoException;
          if (code === "ENOSPC")
            throw new BadRequest(
              "The state is not loaded: the disk is full. All is as it was.",
              INSUFFICIENT_STORAGE,
            );
          throw new BadRequest(message);
        }
        return json(200, { loaded });
      }),
      streams: true,
    },
  ];
}

/** May anything fail, and how much of what may has. */
function stopped(faults: FaultEngine) {
  const { isStopped, stoppedFor, limits } = faults;
  return {
    stopped: isStopped,
    ...(stoppedFor !== undefined && { reason: stoppedFor }),
    ...(limits && { limits: limits.state }),
  };
}

/** What health checks read. */
const open = (path: string, handle: AdminRoute["handle"]): AdminRoute => ({
  method: "GET",
  path,
  isOpen: true,
  handle,
});

function stream(type: string, body: AsyncIterable<Uint8Array>): HttpResponse {
  return { status: 200, headers: { "content-type": type, "cache-control": "no-cache" }, body };
}

function services(controls: Controls): Record<string, string> {
  return Object.fromEntries(controls.services().map(({ name, state }) => [name, state]));
}

function existing(faults: FaultEngine, id: string) {
  const rule = faults.get(id);
  if (!rule) throw new BadRequest(`There is no rule "${id}". GET /_squall/faults lists them.`, 404);
  return withCounts(faults, rule);
}

function withCounts(faults: FaultEngine, rule: FaultRule) {
  return { ...rule, ...faults.counts(rule.id) };
}

function clockState(clock: Clock) {
  return { now: new Date(clock.now()).toISOString(), epochMs: clock.now(), rate: clock.rate };
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new BadRequest(`${name} is a whole number, not "${text}".`);
  return value;
}

/** `?service=&operation=&account=&caller=&status=&faulted=true&parent=&site=&identity=`; names may be globs. */
function callFilter(query: URLSearchParams): (call: CallRecord) => boolean {
  const tests: ((call: CallRecord) => boolean)[] = [];
  const globbed = (name: string, of: (call: CallRecord) => string) => {
    const pattern = query.get(name);
    if (pattern === null) return;
    const fits = glob(pattern);
    tests.push((call) => fits(of(call)));
  };
  globbed("service", (call) => call.service);
  globbed("operation", (call) => call.operation);
  globbed("account", (call) => call.account);
  globbed("region", (call) => call.region);
  globbed("caller", (call) => call.callerArn);
  globbed("error", (call) => call.errorCode ?? "");
  globbed("rule", (call) => call.faultRuleId ?? "");
  globbed("parent", (call) => call.parentId ?? "");
  globbed("identity", (call) => call.identity);
  const site = query.get("site");
  if (site !== null) {
    const fits = sitePattern(site, "site");
    tests.push((call) => fits(call.site.split(" > ")));
  }
  const status = query.get("status");
  if (status !== null) {
    const wanted = number("status", status);
    tests.push((call) => call.status === wanted);
  }
  const faulted = query.get("faulted");
  if (faulted !== null) tests.push((call) => (call.faultRuleId !== undefined) === (faulted !== "false"));
  return (call) => tests.every((fits) => fits(call));
}

function calls(request: HttpRequest, recorder: Recorder, bus: Bus): HttpResponse {
  const query = new URLSearchParams(request.query);
  const wants = callFilter(query);
  const after = number("after", query.get("after") ?? "0");
  if (query.get("follow") === "true") {
    const signal = (request as AdminRequest).signal ?? AbortSignal.timeout(0);
    return stream("text/event-stream", serverSentEvents(bus, recorder, { after, signal, wants }));
  }
  const limit = Math.min(number("limit", query.get("limit") ?? "1000"), MOST_CALLS);
  const found: CallRecord[] = [];
  for (const call of recorder.calls(after)) if (wants(call)) found.push(call);
  // The newest are what one looks for; `after` pages on.
  const page = query.has("after") ? found.slice(0, limit) : found.slice(-limit);
  return longJson({
    calls: page,
    last: recorder.last,
    dropped: recorder.dropped,
    // Some of what was asked for is no longer remembered.
    truncated: recorder.dropped > 0 && after < recorder.forgotten,
  });
}
