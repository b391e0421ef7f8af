import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { getHeapStatistics } from "node:v8";
import { Catalog } from "./aws/catalog.ts";
import type { ServiceDeclaration } from "./aws/declaration.ts";
import { digesting, digestOf, type ResourceDigest } from "./aws/digest.ts";
import { EventListeners } from "./aws/event-listeners.ts";
import { Nameable } from "./aws/nameable.ts";
import type { Tape, TapeReport } from "./cassettes/tape.ts";
import { retriesRoute } from "./checks/retries-route.ts";
import { AwsError } from "./core/aws-error.ts";
import { Blobs } from "./core/blobs.ts";
import { Bus, type CallRecord } from "./core/bus.ts";
import { Clock, parseDuration } from "./core/clock.ts";
import { type Credential, Credentials } from "./core/credentials.ts";
import { DataDirectory } from "./core/data-directory.ts";
import type { DnsQuestion } from "./core/dns.ts";
import { json } from "./core/http.ts";
import { Identities } from "./core/identities.ts";
import { keptClock, lagBehind } from "./core/kept-clock.ts";
import type { KeptStorage } from "./core/kept-storage.ts";
import { Log } from "./core/log.ts";
import { type Durability, type LoggedOptions, LoggedStorage } from "./core/logged.ts";
import { MemoryStorage } from "./core/memory.ts";
import { Random } from "./core/random.ts";
import { route } from "./core/route.ts";
import { Scratch, sweepScratch } from "./core/scratch.ts";
import type { AdminRoute, CallService } from "./core/service.ts";
import { sure } from "./core/sure.ts";
import { unhurriedAside } from "./core/unhurried.ts";
import { FaultEngine } from "./faults/engine.ts";
import type { Effects } from "./faults/rules.ts";
import { type WatchedRules, watchRulesFile } from "./faults/rules-file.ts";
import type { Member } from "./fleet/member.ts";
import { fleetRoutes } from "./fleet/routes.ts";
import { Access } from "./gateway/access/access.ts";
import type { ApiCall } from "./gateway/api-call.ts";
import { Dispatcher } from "./gateway/dispatch.ts";
import { Encryption } from "./gateway/encryption.ts";
import { accountOf, DEFAULT_ACCOUNT, DEFAULT_REGION } from "./gateway/identity.ts";
import { Gateway } from "./gateway/pipeline.ts";
import { Recorder } from "./gateway/record.ts";
import { type ServiceSource, Services, type World } from "./gateway/services.ts";
import { type Settled, Settling } from "./gateway/settle.ts";
import { declaredErrors, serviceErrors, wireIndex } from "./models/model.ts";
import type { Cloud, CloudOptions, RootKey } from "./options.ts";
import { protocolSpoken } from "./protocols/protocol.ts";
import { accessRoutes } from "./server/access.ts";
import { Admin, type Fellows } from "./server/admin.ts";
import { AdminToken, makeAdminToken } from "./server/admin-token.ts";
import { chaosRoutes } from "./server/compat/chaos.ts";
import { InitHooks, type Stage } from "./server/compat/init-hooks.ts";
import { localstackRoutes } from "./server/compat/localstack.ts";
import { DnsServer } from "./server/dns.ts";
import { DNS_POINTS, dnsFaults } from "./server/dns-faults.ts";
import { explorationRoutes } from "./server/explorations.ts";
import { Guard, type GuardRules } from "./server/guard.ts";
import { isLoopback } from "./server/hosts.ts";
import { HttpServer } from "./server/http.ts";
import type { Authority } from "./server/https/authority.ts";
import { connectionFaults, HTTPS_POINTS } from "./server/https/https-faults.ts";
import { metricsRoutes } from "./server/metrics/routes.ts";
import { descriptionRoutes } from "./server/openapi/routes.ts";
import { resourceRoutes } from "./server/resources.ts";
import { type Controls, type RuleCounts, squallRoutes } from "./server/routes.ts";
import { schemaRoutes } from "./server/schemas.ts";
import { loadState, readState, saveState } from "./server/state.ts";
import type { Traces } from "./server/traces.ts";
import { dashboardRoutes } from "./server/ui/dashboard.ts";
import { checkSettings, coverageOf, operationsOf, resume, serviceSources } from "./service-folders.ts";
import { version } from "./version.ts";

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_PORT = 4566;
/** Above the largest request that AWS takes of a client in one piece: CreateFunction with a zip of 50 MB, as base64. */
const LARGEST_BODY_BYTES = 70 * 1024 * 1024;
/** The largest object that S3 takes in one piece, and what aws-chunked's framing adds to it at most. */
const LARGEST_STREAM_BYTES = 5.1 * 1024 ** 3;
const MOST_REQUESTS = 4096;
/** Small values of a body take ten times its bytes when they are understood. */
const BODIES_IN_HEAP = 16;

/** What tests put in the place of a cloud's own parts. */
export interface TestParts {
  /** Services beside those of the folder, or instead of them. */
  readonly further?: readonly ServiceSource[];
  /** A storage that fails. */
  readonly openStorage?: (folder: string | undefined, options: LoggedOptions) => KeptStorage;
  /** The folder of a dashboard that was built for the test. */
  readonly dashboard?: string | undefined;
}

/** A cloud in this process. Here, and only here, the parts are put together. */
export class LocalCloud implements Cloud {
  readonly seed: string;
  readonly log: Log;
  readonly bus = new Bus();
  readonly clock: Cloud["clock"];
  readonly faults: Cloud["faults"];
  readonly calls: Cloud["calls"];
  readonly call: CallService;
  ready: Promise<void> = Promise.resolve();

  readonly host: string;
  readonly #options: CloudOptions;
  readonly #adminToken: string | undefined;
  readonly #rootKeys: readonly RootKey[];
  readonly #access: Access;
  readonly #catalog: Catalog;
  readonly #clock: Clock;
  readonly #directory: DataDirectory | undefined;
  readonly #storage: KeptStorage;
  readonly #blobs: Blobs;
  readonly #scratch = new Scratch();
  readonly #engine: FaultEngine;
  readonly #recorder: Recorder;
  readonly #services: Services;
  readonly #dispatcher: Dispatcher;
  readonly #gateway: Gateway;
  readonly #admin: Admin;
  readonly #server: HttpServer;
  readonly #settling: Settling;
  readonly #hooks: InitHooks;
  readonly #dashboard: string | undefined;
  #isReady = false;
  #tape: Tape | undefined;
  #traces: Traces | undefined;
  #member: Member | undefined;
  #fellows: Fellows | undefined;
  /** The local authority, once it has been opened. */
  #authority: Authority | undefined;
  #port: number;
  #dns: DnsServer | undefined;
  #rulesFile: WatchedRules | undefined;
  #unwatch: (() => void) | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    options: CloudOptions,
    effects: Effects,
    declarations: readonly ServiceDeclaration[],
    {
      further = [],
      openStorage = (folder, options) =>
        folder === undefined ? new MemoryStorage() : new LoggedStorage(folder, options),
      dashboard,
    }: TestParts = {},
  ) {
    this.#dashboard = dashboard;
    this.#options = options;
    this.#port = options.port ?? DEFAULT_PORT;
    const durability = options.durability ?? "process";
    const directory =
      options.dataDir === undefined ? undefined : new DataDirectory(options.dataDir, durability === "full");
    // What opening it says comes before there is a log, which goes by the clock that is kept in it.
    const warnings: string[] = [];
    let warn: (text: string) => void = (text) => warnings.push(text);
    const storage = this.#openStorage(directory, openStorage, durability, (text) => warn(text));
    const clock = keptClock(storage, options.clockRate ?? 1);
    const random = new Random(options.seed);
    const log = new Log({
      level: options.logLevel ?? "INFO",
      write: options.log,
      nowMs: () => clock.now(),
    });
    warn = (text) => log.named("squall").warn(text);
    for (const text of warnings) warn(text);
    clock.failed = (error) => log.named("squall").error("What was due failed.", error);
    const catalog = new Catalog(declarations, storage);
    const blobs = new Blobs(this.#scratch, storage, {
      ...(directory && { parent: directory.folder }),
      isDurable: durability === "full",
    });
    this.#rootKeys = options.rootKeys ?? (options.verifySignatures ? [makeRootKey(random)] : []);
    const credentials = new Credentials(storage, random, clock, this.#rootKeys.map(rootCredential));
    const identities = new Identities();
    const recorder = new Recorder(
      this.bus,
      log,
      clock,
      identities,
      (call) => catalog.arnsOf(call.service, call.input, call),
      options.recordBytes,
    );
    const faults = new FaultEngine({
      clock,
      random,
      bus: this.bus,
      log: log.named("squall.faults"),
      effects,
      ...(options.limits && { limits: options.limits }),
      identities,
      identifiable: (call) => call as ApiCall,
      knows: {
        services: () => [...wireIndex().keys(), ...catalog.dataPlanes().map(({ name }) => name)],
        operations: (service) => operationsOf(service, catalog),
        points: () => ({ ...catalog.faultPoints(), ...DNS_POINTS, ...HTTPS_POINTS }),
        nameable: (service) => new Nameable(catalog, service),
      },
      errorsOf: ({ service, operation, headers }) => ({
        protocol: protocolSpoken(service, headers),
        declared: declaredErrors(service, operation),
        service: serviceErrors(service),
      }),
    });
    const access = new Access({
      mode: options.iam ?? "off",
      catalog,
      storage,
      credentials,
      clock,
      strict: options.strict ?? false,
    });
    const world: World = {
      catalog,
      clock,
      random,
      log,
      bus: this.bus,
      blobs,
      credentials,
      storage,
      scratch: this.#scratch,
      dataFolder: directory?.folder,
      faults,
      strict: options.strict ?? false,
      timings: options.timings ?? "instant",
      iam: access.mode,
      refusalOfAction: (...asked) => gateway.refusalOfAction(...asked),
      endpoint: this.#endpoint(),
      settings: options.settings ?? {},
      environment: options.environment ?? {},
      callFrom: (service) => gateway.callFromService(service),
      verifiesSignatures: options.verifySignatures ?? false,
      certificate: options.https && ((name) => sure(this.#authority).certify(name)),
      refusalOfSignature: (request, signedFor) => gateway.refusalOfSignature(request, signedFor),
      hits: (point, subject, where) => faults.hits(point, subject, where),
      faultPoint: (point, subject, where, next) => faults.around(point, subject, where, next),
      calls: () => recorder.calls(),
      hasUpstream: (service) => dispatcher.upstream(service) !== undefined,
      eventListeners: new EventListeners(catalog),
    };
    const services = new Services([...serviceSources(options.services), ...further], world);
    const encryption = new Encryption(catalog, storage);
    const dispatcher = new Dispatcher(
      services,
      catalog,
      options.upstreams ?? {},
      { access, encryption, storage },
      () => clock.now(),
    );
    const gateway = new Gateway({
      credentials,
      faults,
      dispatcher,
      access,
      recorder,
      identities,
      storage,
      random,
      clock,
      log: log.named("squall.gateway"),
      verifySignatures: options.verifySignatures ?? false,
      strict: options.strict ?? false,
      allowAnyRegion: options.allowAnyRegion ?? false,
      failsOpen: options.isGateway ?? false,
    });

    this.#settling = new Settling({
      bus: this.bus,
      clock,
      underWay: () => gateway.underWay(),
      isBusy: () => services.isBusy,
    });
    this.seed = random.seed;
    this.log = log;
    this.#catalog = catalog;
    this.#access = access;
    this.#clock = clock;
    this.#directory = directory;
    this.#storage = storage;
    this.#blobs = blobs;
    this.#engine = faults;
    this.#recorder = recorder;
    this.#services = services;
    this.#dispatcher = dispatcher;
    this.#gateway = gateway;
    this.#hooks = new InitHooks(options.init?.folders ?? [], log, options.init?.paths);
    this.call = gateway.callFromService("squall");
    this.clock = clockOf(clock);
    this.calls = callsOf(recorder);
    this.faults = {
      add: async (rule) => faults.add(await faults.check(rule)),
      remove: (id) => faults.remove(id),
      list: () => faults.list(),
      counts: (id) => faults.counts(id),
      clear: () => void faults.clear(),
    };
    this.host = options.host ?? DEFAULT_HOST;
    this.#adminToken = options.adminToken ?? (isLoopback(this.host) ? undefined : makeAdminToken());
    this.#admin = this.#makeAdmin();
    const guard = new Guard(
      this.#guardRules(),
      (...refused) => gateway.refuse(...refused),
      (refusal) => log.named("squall").warn(`Refused: ${refusal}`),
    );
    this.#server = new HttpServer(
      { gateway, guard, admin: this.#admin, log },
      {
        host: this.host,
        port: this.#port,
        largestBodyBytes: options.largestBodyBytes ?? LARGEST_BODY_BYTES,
        largestStreamBytes: options.largestStreamBytes ?? LARGEST_STREAM_BYTES,
        mostRequests: options.mostRequests ?? MOST_REQUESTS,
        mostBodyBytes: options.mostBodyBytes ?? getHeapStatistics().heap_size_limit / BODIES_IN_HEAP,
        ...(options.idleMs !== undefined && { idleMs: options.idleMs }),
        ...(options.drainMs !== undefined && { drainMs: options.drainMs }),
        onlyNode: process.env["SQUALL_HTTP"] === "node",
      },
    );
    this.#loadWatchers();
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    const isEverywhere = this.host === "0.0.0.0" || this.host === "::";
    const host = isEverywhere || this.host === "localhost" ? "127.0.0.1" : this.host;
    return `http://${host.includes(":") ? `[${host}]` : host}:${this.#port}`;
  }

  /** Listens, resumes what is kept, and runs the init hooks. */
  async start(): Promise<void> {
    const { listen = true, settings = {}, faults = [], faultsFile, dataDir } = this.#options;
    await this.#runHooks("BOOT");
    void sweepScratch().catch((error) =>
      this.log.warn(`What ended processes left in the temporary folder is still there: ${error}`),
    );
    await this.#openTraces();
    await this.#openCassette();
    await this.#joinFleet();
    if (listen) {
      await this.#openHttps();
      this.#port = await this.#server.listen();
      this.#sayWhoMayCome();
    }
    checkSettings(this.#services, this.#catalog, settings);
    await this.#loadServicesOfVariables();
    this.#nameUnserved();
    await this.#answerDns();
    for (const rule of faults) await this.faults.add(rule);
    if (faultsFile) {
      const check = (rule: unknown) => this.#engine.check(rule);
      const holds = this.#options.faultsFileHolds ?? "rules";
      this.#rulesFile = await watchRulesFile(faultsFile, this.#engine, { log: this.log, check, holds });
    }
    await this.#member?.start();
    if (dataDir) await resume(this.#services, this.#storage, this.#blobs);
    await this.#runHooks("START");
    this.ready = new Promise((resolve) => setImmediate(() => resolve(this.#runHooks("READY"))));
    void this.ready.then(() => {
      this.#isReady = true;
    });
  }

  /** Afterwards it is as after a fresh start, but for the clock, which goes on. With a service: that one's state alone. */
  async reset(service?: string): Promise<void> {
    const all = service === undefined;
    await this.#services.restart();
    const store = all ? undefined : (this.#catalog.get(service)?.storeName ?? service);
    try {
      this.#storage.reset(store, all ? () => this.#blobs.replace() : undefined);
    } finally {
      // Whether it succeeds or fails, the blobs are those that the storage names.
      this.#blobs.renew();
      await this.#blobs.sweep();
    }
    if (all) {
      this.#engine.clear();
      // What was stopped stays so until somebody releases it.
      if (!this.#engine.isStopped) {
        for (const rule of this.#options.faults ?? []) await this.faults.add(rule);
        await this.#rulesFile?.reload();
      }
      this.#recorder.clear();
      this.#access.uses.clear();
    } else if (store !== undefined) this.#blobs.clear(store);
    await this.#resume();
  }

  digest(): ResourceDigest[] {
    return digestOf(this.#catalog);
  }

  settle(within: string | number = "PT15M"): Promise<Settled> {
    const withinMs = parseDuration(within);
    if (withinMs === undefined) throw new RangeError(`A time is PT15M, 30s or milliseconds, not ${within}.`);
    return this.#settling.settle(withinMs);
  }

  load(state: AsyncIterable<Uint8Array>): Promise<void> {
    return this.#load(state);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    await this.#runHooks("SHUTDOWN");
    this.#rulesFile?.stop();
    this.#dns?.close();
    await this.#server.close();
    await this.#services.stop();
    await this.#member?.stop();
    await this.#traces?.close();
    this.#engine.stop();
    this.#tape?.close();
    this.#clock.stop();
    this.#storage.close();
    this.#directory?.close();
    await this.#scratch.remove();
  }

  async #load(body: AsyncIterable<Uint8Array>): Promise<void> {
    const parent = this.#directory?.folder ?? this.#scratch.folder("bodies");
    const state = await readState(body, parent);
    try {
      await loadState(state, this.#storage, this.#blobs, async (replace) => {
        await this.#services.restart();
        const time = replace();
        // What was kept must not lie in the future.
        await this.#clock.advance(lagBehind(this.#clock, time));
        await this.#resume();
      });
    } finally {
      await state.remove();
    }
  }

  /** The services that have something to do without being called, after what is kept has been replaced. */
  async #resume(): Promise<void> {
    this.#admin.reload();
    this.#loadWatchers();
    await this.#loadServicesOfVariables();
    await resume(this.#services, this.#storage, this.#blobs);
  }

  #endpoint(): World["endpoint"] {
    const host = () => this.#options.publicHost ?? `localhost.localstack.cloud:${this.#port}`;
    return {
      port: () => this.#port,
      host,
      url: () => `http://${host()}`,
      loopback: () => this.url,
    };
  }

  #openStorage(
    directory: DataDirectory | undefined,
    open: NonNullable<TestParts["openStorage"]>,
    durability: Durability,
    warn: (text: string) => void,
  ): KeptStorage {
    try {
      return open(directory?.folder, { durability, warn, ...(directory && { lock: directory.lock }) });
    } catch (error) {
      directory?.close();
      throw error;
    }
  }

  #makeAdmin(): Admin {
    const controls = this.#controls();
    const { isGateway = false } = this.#options;
    const routes = [
      ...descriptionRoutes(() => this.#admin.routes(), version),
      ...squallRoutes(controls),
      ...explorationRoutes(this.bus),
      ...resourceRoutes(this.#catalog),
      ...schemaRoutes(),
      ...dashboardRoutes(this.#dashboard),
      ...accessRoutes(this.#access),
      retriesRoute(() => this.#recorder.calls()),
      route("GET", "/_squall/cassette", () =>
        this.cassette === undefined
          ? json(404, { message: "Squall has no cassette: start it with --cassette FOLDER." })
          : json(200, this.cassette),
      ),
      route("GET", "/_squall/https", () =>
        this.#authority === undefined
          ? json(404, { message: "Squall answers HTTPS when it is started with --https." })
          : json(200, { authority: this.#authority.pem }),
      ),
      ...metricsRoutes({
        version,
        bus: this.bus,
        faults: this.#engine,
        catalog: this.#catalog,
        underWay: () => Iterator.from(this.#gateway.underWay()).reduce((count) => count + 1, 0),
        isReady: () => this.#isReady,
      }),
      ...(isGateway ? [] : localstackRoutes(controls)),
      ...chaosRoutes(this.#engine),
      ...fleetRoutes(() => this.#member, this.#adminToken !== undefined),
      ...this.#hooks.routes(),
    ];
    return new Admin({
      routes,
      services: () => this.#adminRoutes(),
      token: this.#adminToken === undefined ? undefined : new AdminToken(this.#adminToken),
      log: this.log,
      fellows: () => this.#fellows,
      // What is in front of another emulator leaves its pages to it.
      elsewhere: isGateway
        ? (request) => this.#dispatcher.page(request, request.signal ?? AbortSignal.timeout(0))
        : undefined,
    });
  }

  #guardRules(): GuardRules {
    const { publicHost, hostNames = [], allowedOrigins = [], corsChecks = true } = this.#options;
    return {
      hosts: { listens: this.host, given: [...hostNames, ...(publicHost ? [publicHost] : [])] },
      pages: {
        origins: corsChecks ? allowedOrigins : ["*"],
        allowedHeaders: [],
        exposedHeaders: [],
      },
      allowsDeliveries: this.#options.allowDeliveriesToSelf ?? false,
    };
  }

  /** Whom an address other than loopback lets in, in plain words. */
  #sayWhoMayCome(): void {
    const log = this.log.named("squall");
    const { adminToken, corsChecks = true, rootKeys, verifySignatures } = this.#options;
    const made = verifySignatures && !rootKeys ? this.#rootKeys[0] : undefined;
    if (made)
      log.warn(
        `Only keys that were made are taken. To begin with, one of the root of ${accountOf(made.accessKeyId)}, made for this start (--root-key gives your own): AWS_ACCESS_KEY_ID=${made.accessKeyId} AWS_SECRET_ACCESS_KEY=${made.secretAccessKey}`,
      );
    if (!corsChecks) log.warn("DISABLE_CORS_CHECKS is set: any web page may call this cloud.");
    if (isLoopback(this.host)) return;
    log.warn(
      `Listening on ${this.host}:${this.#port}, not only for this machine: whoever reaches it may call every AWS service here, and a Lambda function is code that runs with your rights.`,
    );
    const token =
      adminToken === undefined ? `${this.#adminToken}, made for this start` : "the one that was given";
    log.warn(`The admin API (/_squall, /_localstack, /_aws) wants a token: ${token}.`);
  }

  #controls(): Controls {
    const services = this.#services;
    return {
      version,
      seed: this.seed,
      startedAtMs: this.#clock.now(),
      clock: this.#clock,
      bus: this.bus,
      faults: this.#engine,
      recorder: this.#recorder,
      counts: () => this.#counts(),
      checkRule: (given) => this.#engine.check(given),
      services: () =>
        services.names().map((name) => ({ name, state: services.ready(name) ? "running" : "available" })),
      coverage: () => Promise.all(services.names().map((name) => coverageOf(services, this.#catalog, name))),
      reset: (service) => this.reset(service),
      release: (account) =>
        this.#services.loaded().reduce((sum, service) => sum + (service.release?.(account) ?? 0), 0),
      call: (service, operation, input, options) => this.call(service, operation, input, options),
      pullLever: (isEngaged, reason) => this.#pullLever(isEngaged, reason),
      digest: (wants) => unhurriedAside(digesting(this.#catalog, wants)),
      settle: (withinMs) => this.settle(withinMs),
      ...(this.#options.shutdown && { shutdown: this.#options.shutdown }),
      save: () => saveState(this.#storage, this.#blobs),
      load: (body) => this.#load(body),
    };
  }

  /** Experiments run by account and region, and each has its lever. */
  async #pullLever(isEngaged: boolean, reason: string): Promise<void> {
    if (!this.#services.has("fis")) return;
    const state = { status: isEngaged ? "engaged" : "disengaged", reason };
    for (const scope of this.#storage.scopes("fis")) {
      try {
        await this.call("fis", "UpdateSafetyLeverState", { id: "default", state }, scope);
      } catch (error) {
        // It is being engaged already.
        if (!isEngaged || !(error instanceof AwsError) || error.code !== "ConflictException") throw error;
      }
    }
  }

  async #adminRoutes(): Promise<AdminRoute[]> {
    const loaded = await Promise.all(this.#services.names().map((name) => this.#services.load(name)));
    return loaded.flatMap(({ service }) => service.admin ?? []);
  }

  #loadWatchers(): void {
    this.#unwatch?.();
    this.#unwatch = this.bus.subscribe("call.ended", () => {
      this.#unwatch?.();
      for (const { name, startsWith } of this.#catalog.all()) {
        if (!startsWith?.firstCall || !this.#services.has(name)) continue;
        this.#services.load(name).catch((error) => this.log.error(`Loading ${name} failed.`, error));
      }
    });
  }

  /** A LocalStack's `SERVICES` may name more than Squall serves: said once, at the start. */
  #nameUnserved(): void {
    const { SERVICES, LOCALSTACK_SERVICES } = this.#options.environment ?? {};
    const names = (SERVICES ?? LOCALSTACK_SERVICES ?? "")
      .split(",")
      .map((name) => sure(name.split(":")[0]).trim());
    const unserved = names.filter((name) => name !== "" && !this.#services.has(name));
    if (unserved.length > 0)
      this.log.warn(`SERVICES names what Squall does not serve: ${unserved.join(", ")}.`);
  }

  async #loadServicesOfVariables(): Promise<void> {
    const variables = Object.keys(this.#options.environment ?? {});
    for (const { name, startsWith } of this.#catalog.all()) {
      const pattern = startsWith?.variables;
      if (pattern && this.#services.has(name) && variables.some((variable) => pattern.test(variable)))
        await this.#services.load(name);
    }
  }

  /** OpenTelemetry's SDK is loaded when somebody wants traces. */
  async #openTraces(): Promise<void> {
    const { traces } = this.#options;
    if (!traces) return;
    const { Traces } = await import("./server/traces.ts");
    const opened = await Traces.open({ ...traces, version, bus: this.bus, nowMs: () => this.#clock.now() });
    this.#traces = opened;
    this.#dispatcher.traceparentOf = (call) => opened.traceparentOf(call);
  }

  /** What the fleet acts by is in force before the first call comes. */
  async #joinFleet(): Promise<void> {
    const { fleet } = this.#options;
    if (!fleet) return;
    const { join } = await import("./fleet/gateway.ts");
    const { together, ...shared } = fleet;
    const { member, fellows } = join(
      {
        ...shared,
        name: () => fleet.name ?? `${hostname()}:${this.#port}`,
        version,
        faults: this.#engine,
        bus: this.bus,
        log: this.log.named("squall.fleet"),
        clock: this.#clock,
        pace: new Clock(),
        calls: () => this.#recorder.last,
        pullLever: (isEngaged, reason) => this.#pullLever(isEngaged, reason),
        chance: Math.random,
      },
      together,
    );
    together?.answering((page) => this.#admin.page(page));
    this.#member = member;
    this.#fellows = fellows;
  }

  /** How often rules have matched and fired, in the fleet if there is one; here alone while its store is gone. */
  async #counts(): Promise<(id: string) => RuleCounts | undefined> {
    const member = this.#member;
    const here = (id: string) => this.#engine.counts(id);
    if (member === undefined || member.isLost) return here;
    const counts = await member.counts().catch(() => undefined);
    return (id) => {
      const [matched, fired] = counts?.[member.keyOf(id) ?? ""] ?? [];
      return matched === undefined || fired === undefined ? here(id) : { matched, fired };
    };
  }

  async #openCassette(): Promise<void> {
    const { cassette } = this.#options;
    if (!cassette) return;
    const { Cassette } = await import("./cassettes/cassette.ts");
    const { Tape } = await import("./cassettes/tape.ts");
    this.#tape = new Tape(new Cassette(cassette.folder), cassette.mode ?? "replay", cassette.keepsSecrets);
    this.#dispatcher.tape = this.#tape;
  }

  get cassette(): TapeReport | undefined {
    return this.#tape?.report;
  }

  /** What TLS needs is loaded when it is wanted. */
  async #openHttps(): Promise<void> {
    const { https } = this.#options;
    if (!https) return;
    const { openHttps } = await import("./server/https/open.ts");
    const faults = connectionFaults(this.#engine, { account: DEFAULT_ACCOUNT, region: DEFAULT_REGION });
    const log = this.log.named("squall.https");
    const parts = { folder: https.folder, faults, clock: this.#clock, log, host: this.host };
    const { front, authority } = await openHttps(parts);
    this.#server.secure(front);
    this.#authority = authority;
  }

  async #answerDns(): Promise<void> {
    const { dns } = this.#options;
    const { host } = this;
    if (!dns) return;
    const where = { account: DEFAULT_ACCOUNT, region: DEFAULT_REGION };
    const { log } = this;
    const fault = dnsFaults(this.#engine, where);
    const zones = (question: DnsQuestion, address: string) => this.#services.resolve(question, address);
    this.#dns = new DnsServer({ ...dns, log, clock: this.#clock, fault, zones });
    const port = await this.#dns.listen(host, dns.ports);
    const names = dns.aws ? "*.localhost.localstack.cloud and AWS's names" : "*.localhost.localstack.cloud";
    this.log.named("squall.dns").info(`DNS for ${names} on ${host}:${port}`);
  }

  #runHooks(stage: Stage): Promise<void> {
    return this.#hooks.run(stage, () => ({
      ...clientVariables(this.#port, this.#rootKeys[0]),
      ...this.#options.init?.environment(),
    }));
  }
}

function clockOf(clock: Clock): Cloud["clock"] {
  return {
    now: () => clock.now(),
    advance: async (by) => {
      const ms = parseDuration(by);
      if (ms === undefined) {
        throw new RangeError(`The clock advances by a duration (PT5M, 30s, milliseconds), not by ${by}.`);
      }
      await clock.advance(ms);
    },
    setRate: (rate) => clock.setRate(rate),
  };
}

function callsOf(recorder: Recorder): Cloud["calls"] {
  const all = (): CallRecord[] => [...recorder.calls()];
  return {
    all,
    of: (service, operation) =>
      all().filter(
        (call) => call.service === service && (operation === undefined || call.operation === operation),
      ),
    get markedAt() {
      return recorder.markedAt;
    },
    clear: () => recorder.clear(),
  };
}

/** What LocalStack's users have always used; it does where signatures are not checked. */
const ANY_KEY: RootKey = { accessKeyId: "test", secretAccessKey: "test" };

const makeRootKey = (random: Random): RootKey => ({
  accessKeyId: `AKIA${random.string(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
  secretAccessKey: randomBytes(30).toString("base64"),
});

function rootCredential(key: RootKey): Credential {
  const account = accountOf(key.accessKeyId);
  return { ...key, account, arn: `arn:aws:iam::${account}:root`, userId: account, active: true };
}

/** With these in its environment any AWS client reaches this cloud. */
function clientVariables(port: number, key: RootKey = ANY_KEY): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_REGION: "us-east-1",
    AWS_PAGER: "",
    LOCALSTACK_HOSTNAME: "127.0.0.1",
    EDGE_PORT: String(port),
  };
}
