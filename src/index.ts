import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Blobs } from "./core/blobs.ts";
import { Bus, type CallRecord } from "./core/bus.ts";
import { Clock, parseDuration } from "./core/clock.ts";
import { Credentials } from "./core/credentials.ts";
import type { FaultPoint, FaultRule, FaultRuleInput } from "./core/fault.ts";
import { Log, type LogLevel, type LogLine } from "./core/log.ts";
import { Random } from "./core/random.ts";
import type { CallOptions, ServiceFactory } from "./core/service.ts";
import { SqliteStorage } from "./core/sqlite.ts";
import { FaultEngine } from "./faults/engine.ts";
import { loadEffects } from "./faults/registry.ts";
import { readRulesFile, type WatchedRules, watchRulesFile } from "./faults/rules-file.ts";
import { Dispatcher } from "./gateway/dispatch.ts";
import { Gateway } from "./gateway/pipeline.ts";
import { Recorder } from "./gateway/record.ts";
import { parseSetting, type ServiceSource, Services } from "./gateway/services.ts";
import type { Upstreams } from "./gateway/upstream.ts";
import { loadModel, wireIndex, wireService } from "./models/model.ts";
import { Admin } from "./server/admin.ts";
import { chaosRoutes } from "./server/compat/chaos.ts";
import { type HookFolder, InitHooks, type Stage } from "./server/compat/init-hooks.ts";
import { localstackRoutes } from "./server/compat/localstack.ts";
import { DnsServer } from "./server/dns.ts";
import { HttpServer } from "./server/http.ts";
import { type Controls, type ServiceCoverage, squallRoutes } from "./server/routes.ts";
import { loadState, saveState } from "./server/state.ts";
import { version } from "./version.ts";

export { AwsError } from "./core/aws-error.ts";
export type { CallRecord } from "./core/bus.ts";
export type { FaultDecision, FaultMatch, FaultRule, FaultRuleInput } from "./core/fault.ts";
export type { LogLevel, LogLine } from "./core/log.ts";
export { decodeRequest, encodeResponse } from "./protocols/protocol.ts";

/** How a cloud is set up. Everything has a default. */
export interface CloudOptions {
  /** Address to listen on. Default 127.0.0.1: nobody else's machine can reach it. */
  readonly host?: string;
  /** Port to listen on; 0 takes any free one. Default 4566. */
  readonly port?: number;
  /** Listen at all? Default true. */
  readonly listen?: boolean;
  /** The name (and port) in URLs that services hand out, as LOCALSTACK_HOST. Default `localhost.localstack.cloud` and the port. */
  readonly publicHost?: string;
  /** Folder that keeps state over restarts. Without it everything is in memory. */
  readonly dataDir?: string;
  /** Seed of all chance. Default: a new one, said at start. */
  readonly seed?: string;
  /** How fast time passes: 1 real, 60 accelerated, 0 only by `clock.advance`. */
  readonly clockRate?: number;
  /** AWS's refusals instead of leniencies. */
  readonly strict?: boolean;
  /** Check SigV4 signatures against the keys that IAM and STS made. */
  readonly verifySignatures?: boolean;
  /** Take any region name as it is. */
  readonly allowAnyRegion?: boolean;
  /** Endpoints that answer instead of (or in addition to) our services; `*` for all that Squall does not serve. */
  readonly upstreams?: Upstreams;
  /** Settings of services: `{ dynamodb: { consistency: "eventual" } }`. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  /** Environment variables that settings are read from. Default: none in-process; the CLI gives its own. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Only these services. Default: all. */
  readonly services?: readonly string[];
  readonly faults?: readonly FaultRuleInput[];
  /** A YAML or JSON file of rules; read again when it changes. */
  readonly faultsFile?: string;
  readonly logLevel?: LogLevel;
  readonly log?: (line: LogLine) => void;
  /** Largest request body, in bytes. Default 64 MiB. */
  readonly largestBodyBytes?: number;
  /** Most requests under way at once. Default 4096. */
  readonly mostRequests?: number;
  /** Further origins whose pages may call. */
  readonly allowedOrigins?: readonly string[];
  readonly corsChecks?: boolean;
  /** Answer DNS for this machine's names on the first of these ports that is free. */
  readonly dns?: { readonly ports: readonly number[]; readonly resolveTo?: string };
  /** Init hooks: where they are, and the environment that they run in (beside what reaches this cloud). */
  readonly init?: {
    readonly folders: readonly HookFolder[];
    readonly environment: Readonly<Record<string, string>>;
  };
}

/** A running local AWS. */
export interface Cloud extends AsyncDisposable {
  /** `http://127.0.0.1:4566`; without a port when it does not listen. */
  readonly url: string;
  readonly port: number;
  readonly seed: string;
  readonly log: Log;
  readonly bus: Bus;
  readonly clock: {
    now(): number;
    /** Moves time on by `PT5M`, `30s` or milliseconds, and fires what falls due on the way. */
    advance(by: string | number): Promise<void>;
    setRate(rate: number): void;
  };
  /** Calls an operation of a service, with the same faults and records as any call. @throws AwsError */
  call<O = Record<string, unknown>>(
    service: string,
    operation: string,
    input: object,
    options?: CallOptions,
  ): Promise<O>;
  readonly faults: {
    /** Adds a rule. @throws RuleError for one that can never match */
    add(rule: FaultRuleInput | Record<string, unknown>): Promise<FaultRule>;
    remove(id: string): boolean;
    list(): FaultRule[];
    clear(): void;
  };
  readonly calls: {
    /** Remembered calls, oldest first. */
    all(): CallRecord[];
    of(service: string, operation?: string): CallRecord[];
    clear(): void;
  };
  /** Empties everything, or one service. */
  reset(service?: string): Promise<void>;
  /** Resolves when the init hooks of the stage READY have run. */
  readonly ready: Promise<void>;
  stop(): Promise<void>;
}

const DEFAULT_PORT = 4566;
/** Services that publish what the others do. */
const EAGER = ["cloudwatch"];

/**
 * Makes a cloud and starts it: the one door to everything.
 * @throws Error when the port is taken, the data directory cannot be used, or a rule or setting is wrong
 */
export async function createCloud(options: CloudOptions = {}): Promise<Cloud> {
  const clock = new Clock({ rate: options.clockRate ?? 1 });
  const fileSeed =
    options.faultsFile && options.seed === undefined
      ? (await readRulesFile(options.faultsFile)).seed
      : undefined;
  const random = new Random(options.seed ?? fileSeed);
  const bus = new Bus();
  const log = new Log({
    level: options.logLevel ?? "INFO",
    write: options.log ?? (() => {}),
    nowMs: () => clock.now(),
  });
  const storage = new SqliteStorage(options.dataDir ? join(options.dataDir, "squall.db") : ":memory:");
  const blobs = new Blobs(options.dataDir && join(options.dataDir, "blobs"));
  const credentials = new Credentials(storage, random, clock);
  const recorder = new Recorder(bus, log, clock);
  const upstreams = options.upstreams ?? {};

  const sources = serviceSources(options.services);
  const points = (): Readonly<Record<string, FaultPoint>> =>
    Object.assign({}, ...services.loaded().map((service) => service.faultPoints ?? {}));
  const faults: FaultEngine = new FaultEngine({
    clock,
    random,
    bus,
    log: log.named("squall.faults"),
    effects: await loadEffects(),
    knows: {
      services: () => [...wireIndex().keys(), "execute-api", "lambda-url"],
      operations: (service) => operationsOf(service),
      points,
    },
    errorsOf: (service) => ({
      protocol: wireIndex().get(service)?.protocols[0],
      common: services.ready(service)?.service.commonErrors,
      shapes: Object.keys(wireService(service)?.errors ?? {}),
    }),
  });

  let port = options.port ?? DEFAULT_PORT;
  const publicHost = () => options.publicHost ?? `localhost.localstack.cloud:${port}`;
  const listenHost = options.host ?? "127.0.0.1";
  const services: Services = new Services(sources, {
    clock,
    random,
    log,
    bus,
    blobs,
    credentials,
    storage,
    faults,
    strict: options.strict ?? false,
    endpoint: {
      port: () => port,
      host: publicHost,
      url: () => `http://${publicHost()}`,
      loopback: () => `http://127.0.0.1:${port}`,
    },
    settings: options.settings ?? {},
    environment: options.environment ?? {},
    callFrom: (service) => gateway.callFromService(service),
    hits: () => (point, subject, where) => faults.hits(point, subject, where),
    faultPoint: () => (point, subject, where, next) => faults.around(point, subject, where, next),
    hasUpstream: (service) => dispatcher.upstream(service) !== undefined,
  });
  const dispatcher: Dispatcher = new Dispatcher(services, upstreams, () => clock.now());
  const gateway: Gateway = new Gateway({
    credentials,
    faults,
    dispatcher,
    recorder,
    storage,
    random,
    clock,
    log: log.named("squall.gateway"),
    verifySignatures: options.verifySignatures ?? false,
    allowAnyRegion: options.allowAnyRegion ?? false,
  });

  /** Rules may name points of services that are not loaded yet. */
  const checkRule = async (given: unknown): Promise<FaultRuleInput> => {
    const point = (given as { point?: unknown } | null)?.point;
    const service = typeof point === "string" ? point.split(":")[0]! : "";
    if (services.has(service)) await services.load(service);
    return await faults.check(given);
  };
  const reset = async (service?: string) => {
    await services.restart();
    storage.reset(service);
    if (service === undefined) {
      blobs.clear();
      faults.clear();
      await rulesFile?.reload();
      recorder.clear();
    }
    admin.reload();
  };
  const hooks = new InitHooks(options.init?.folders ?? [], log);
  const runHooks = (stage: Stage) =>
    hooks.run(stage, { ...clientVariables(port), ...options.init?.environment });
  const controls: Controls = {
    version,
    seed: random.seed,
    startedAtMs: clock.now(),
    clock,
    bus,
    faults,
    recorder,
    checkRule,
    services: () =>
      services.names().map((name) => ({ name, state: services.ready(name) ? "running" : "available" })),
    coverage: () => Promise.all(services.names().map((name) => coverageOf(services, name))),
    reset,
    save: () => saveState(storage, blobs),
    load: async (state) => {
      await services.restart();
      await loadState(state, storage, blobs);
      admin.reload();
      await resume(services, storage);
    },
  };
  const admin: Admin = new Admin({
    routes: [
      ...squallRoutes(controls),
      ...localstackRoutes(controls),
      ...chaosRoutes(faults),
      ...hooks.routes(),
    ],
    services: async () => {
      const loaded = await Promise.all(services.names().map((name) => services.load(name)));
      return loaded.flatMap(({ service }) => service.admin ?? []);
    },
    origins: {
      hosts: [publicHost().replace(/:\d+$/, "").toLowerCase(), listenHost],
      origins: options.allowedOrigins ?? [],
      allowedHeaders: [],
      exposedHeaders: [],
      checks: options.corsChecks ?? true,
    },
    log,
  });
  const server = new HttpServer(
    { gateway, admin, log, clock },
    {
      host: listenHost,
      port,
      largestBodyBytes: options.largestBodyBytes ?? 64 * 1024 * 1024,
      mostRequests: options.mostRequests ?? 4096,
    },
  );

  // Some services watch what the others do: they are wanted as soon as something happens.
  const unsubscribe = bus.subscribe("call", () => {
    unsubscribe();
    for (const name of EAGER)
      if (services.has(name))
        services.load(name).catch((error) => log.error(`Loading ${name} failed.`, error));
  });

  let dns: DnsServer | undefined;
  let rulesFile: WatchedRules | undefined;
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      await runHooks("SHUTDOWN");
      rulesFile?.stop();
      dns?.close();
      await server.close();
      await services.stop();
      faults.stop();
      clock.stop();
      storage.close();
      blobs.close();
      if (services.scratch) rmSync(services.scratch, { recursive: true, force: true });
    })();
    return stopped;
  };

  try {
    await runHooks("BOOT");
    if (options.listen !== false) port = await server.listen();
    await checkSettings(services, options.settings ?? {});
    if (options.dns) {
      dns = new DnsServer({ ...options.dns, log });
      const dnsPort = await dns.listen(listenHost, options.dns.ports);
      log.named("squall.dns").info(`DNS for *.localhost.localstack.cloud on ${listenHost}:${dnsPort}`);
    }
    for (const rule of options.faults ?? []) faults.add(await checkRule(rule));
    if (options.faultsFile)
      rulesFile = await watchRulesFile(options.faultsFile, faults, { log, check: checkRule });
    if (options.dataDir) await resume(services, storage);
    await runHooks("START");
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    url: `http://127.0.0.1:${port}`,
    port,
    seed: random.seed,
    log,
    bus,
    call: gateway.callFromService("squall"),
    clock: {
      now: () => clock.now(),
      advance: async (by) => {
        const ms = parseDuration(by);
        if (ms === undefined)
          throw new RangeError(`The clock advances by a duration (PT5M, 30s, milliseconds), not by ${by}.`);
        await clock.advance(ms);
      },
      setRate: (rate) => clock.setRate(rate),
    },
    faults: {
      add: async (rule) => faults.add(await checkRule(rule)),
      remove: (id) => faults.remove(id),
      list: () => faults.list(),
      clear: () => {
        faults.clear();
      },
    },
    calls: {
      all: () => [...recorder.calls()],
      of: (service, operation) =>
        [...recorder.calls()].filter(
          (call) => call.service === service && (operation === undefined || call.operation === operation),
        ),
      clear: () => recorder.clear(),
    },
    reset,
    ready: new Promise((resolve) => setImmediate(() => resolve(runHooks("READY")))),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

/** The services beside this file: each folder is one. They are imported when first called. */
function serviceSources(only: readonly string[] | undefined): ServiceSource[] {
  const folder = new URL("./services/", import.meta.url);
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const names = readdirSync(folder).filter((name) =>
    existsSync(new URL(`${name}/index.${extension}`, folder)),
  );
  for (const name of only ?? []) {
    if (!names.includes(name))
      throw new Error(`Squall has no service "${name}". It has ${names.join(", ")}.`);
  }
  return (only ? names.filter((name) => only.includes(name)) : names).map((name) => ({
    name,
    load: async () =>
      ((await import(new URL(`${name}/index.${extension}`, folder).href)) as { default: ServiceFactory })
        .default,
  }));
}

/** With these in its environment any AWS client reaches this cloud. */
function clientVariables(port: number): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_REGION: "us-east-1",
    AWS_PAGER: "",
    LOCALSTACK_HOSTNAME: "127.0.0.1",
    EDGE_PORT: String(port),
  };
}

/** @throws Error for a setting that there is not, or with a value that it does not take */
async function checkSettings(
  services: Services,
  given: NonNullable<CloudOptions["settings"]>,
): Promise<void> {
  for (const [name, values] of Object.entries(given)) {
    if (!services.has(name)) throw new Error(`Squall has no service "${name}" to set anything of.`);
    const { settings } = await services.load(name);
    for (const [setting, value] of Object.entries(values)) {
      const known = settings[setting];
      if (!known) {
        const names = Object.keys(settings).map((one) => `--${name}-${one}`);
        throw new Error(
          `There is no setting --${name}-${setting}. There is ${names.join(", ") || "none for this service"}.`,
        );
      }
      parseSetting(`--${name}-${setting}`, known, value);
    }
  }
}

/** What is kept from an earlier run may want work in the background: those services are loaded, and so started, at once. */
async function resume(services: Services, storage: SqliteStorage): Promise<void> {
  for (const name of storage.services()) if (services.has(name)) await services.load(name);
}

async function coverageOf(services: Services, name: string): Promise<ServiceCoverage> {
  const { service, settings } = await services.load(name);
  const handled = (operation: string) => service.operations[operation] !== undefined;
  const modelled = operationsOf(name);
  return {
    service: name,
    implemented: modelled.filter(handled),
    missing: modelled.filter((operation) => !handled(operation)),
    faultPoints: service.faultPoints ?? {},
    settings,
  };
}

function operationsOf(service: string): readonly string[] {
  const model = loadModel(service);
  return model ? Object.keys(model.operations) : Object.keys(wireService(service)?.operations ?? {});
}
