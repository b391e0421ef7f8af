import { join } from "node:path";
import { type Catalog, keptResource } from "../aws/catalog.ts";
import type { EventListeners } from "../aws/event-listeners.ts";
import type { Blobs } from "../core/blobs.ts";
import type { Bus, CallRecord } from "../core/bus.ts";
import type { Clock } from "../core/clock.ts";
import type { Credentials } from "../core/credentials.ts";
import type { DnsAnswer, DnsQuestion } from "../core/dns.ts";
import type { FaultTable } from "../core/fault.ts";
import type { Log } from "../core/log.ts";
import type { Random } from "../core/random.ts";
import type { Scratch } from "../core/scratch.ts";
import type {
  CallService,
  IamMode,
  Resource,
  Service,
  ServiceFactory,
  ServiceHost,
  Setting,
} from "../core/service.ts";
import type { Storage } from "../core/storage.ts";

/** Where a service's code is: its name and how to get its factory. Services are loaded when first called. */
export interface ServiceSource {
  readonly name: string;
  load(): Promise<ServiceFactory>;
}

/** What all services of a cloud share. */
export interface World {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly bus: Bus;
  readonly blobs: Blobs;
  readonly credentials: Credentials;
  readonly storage: Storage;
  readonly scratch: Scratch;
  /** The data directory; undefined where nothing outlives the process. */
  readonly dataFolder: string | undefined;
  readonly faults: FaultTable;
  readonly strict: boolean;
  readonly timings: "real" | "instant";
  readonly iam: IamMode;
  refusalOfAction(
    service: string,
    ...asked: Parameters<ServiceHost["refusalOfAction"]>
  ): ReturnType<ServiceHost["refusalOfAction"]>;
  readonly endpoint: ServiceHost["endpoint"];
  /** Settings as given: service → name → value. They win over the environment. */
  readonly settings: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls from a service, outside of any call. */
  callFrom(service: string): CallService;
  refusalOfSignature: ServiceHost["refusalOfSignature"];
  readonly verifiesSignatures: boolean;
  readonly certificate: ServiceHost["certificate"];
  hits: ServiceHost["hits"];
  faultPoint: ServiceHost["faultPoint"];
  /** Remembered calls, oldest first. */
  calls(): Iterable<CallRecord>;
  /** True when an upstream answers for the service. */
  hasUpstream(service: string): boolean;
  readonly eventListeners: EventListeners;
}

const LOOPBACK = "127.0.0.1";

/** A service that is loaded, and the world that it was made with. */
export interface Loaded {
  readonly service: Service;
  readonly host: ServiceHost;
}

/** The services of one cloud. */
export class Services {
  readonly #sources: ReadonlyMap<string, ServiceSource>;
  readonly #world: World;
  readonly #loaded = new Map<string, Loaded>();
  readonly #loading = new Map<string, Promise<Loaded>>();
  /** What is under way that is no call, a mark each. */
  readonly #work = new Set<symbol>();

  constructor(sources: readonly ServiceSource[], world: World) {
    this.#sources = new Map(sources.map((source) => [source.name, source]));
    this.#world = world;
  }

  names(): string[] {
    return [...this.#sources.keys()];
  }

  has(name: string): boolean {
    return this.#sources.has(name);
  }

  /** A service that is loaded already: the hot path's way, without a promise. */
  ready(name: string): Loaded | undefined {
    return this.#loaded.get(name);
  }

  loaded(): Service[] {
    return [...this.#loaded.values()].map(({ service }) => service);
  }

  /** Is a service at work outside of any call? */
  get isBusy(): boolean {
    return this.#work.size > 0 || this.loaded().some((service) => service.isBusy?.());
  }

  /** Loads a service and starts it; the same promise for all who ask meanwhile. */
  load(name: string): Promise<Loaded> {
    let loading = this.#loading.get(name);
    if (!loading) {
      loading = this.#load(name);
      this.#loading.set(name, loading);
      loading.catch(() => this.#loading.delete(name));
    }
    return loading;
  }

  async #load(name: string): Promise<Loaded> {
    const source = this.#sources.get(name);
    if (!source) throw new Error(`There is no service ${name}.`);
    const factory = await source.load();
    if (typeof factory !== "function") {
      throw new Error(`services/${name}/index.ts must export a ServiceFactory as default.`);
    }
    const host = this.#host(name);
    const service = factory(host);
    if (service.name !== name) {
      throw new Error(
        `services/${name}/index.ts makes a service named "${service.name}": folder and name must agree.`,
      );
    }
    const loaded: Loaded = { service, host };
    this.#loaded.set(name, loaded);
    await service.start?.();
    return loaded;
  }

  /** The resources of a type that FIS knows, as its filters see them; undefined when no service here serves it. */
  async resources(
    fisType: string,
    where: { account: string; region: string },
  ): Promise<Iterable<Resource> | undefined> {
    const { catalog } = this.#world;
    const type = catalog.byFisType(fisType);
    if (!type || !this.has(type.service)) return undefined;
    const { service } = await this.load(type.service);
    const describe = service.describe?.[type.name] ?? type.attributes;
    const isOfIt = type.fis === fisType ? () => true : type.fisAlso?.[fisType];
    return Iterator.from(catalog.list(type, where))
      .filter(({ record }) => isOfIt?.(record) ?? false)
      .map(({ arn, tags, record }) => {
        let attributes: Resource["attributes"] | undefined;
        return {
          arn,
          tags,
          // Who looks for one by its ARN describes no other.
          get attributes() {
            attributes ??= describe?.(record as never, where) ?? {};
            return attributes;
          },
        };
      });
  }

  /** What the zones of a service say of a name. One that is not loaded has none: what is kept is loaded at start. */
  resolve(question: DnsQuestion, address: string): DnsAnswer | undefined {
    for (const service of this.loaded()) {
      const answer = service.resolve?.(question, address);
      if (answer) return answer;
    }
    return undefined;
  }

  /** Ends all services and forgets them; they are loaded anew when next called. */
  async restart(): Promise<void> {
    await this.stop();
    this.#loaded.clear();
    this.#loading.clear();
  }

  async stop(): Promise<void> {
    await Promise.allSettled([...this.#loading.values()]);
    for (const service of this.loaded().reverse()) {
      try {
        await service.stop?.();
      } catch (error) {
        // The others are to end all the same.
        this.#world.log.error(`${service.name} could not be stopped in order.`, error);
      }
    }
    this.#work.clear();
  }

  #atWork(): Disposable {
    const work = Symbol("work");
    this.#work.add(work);
    return { [Symbol.dispose]: () => void this.#work.delete(work) };
  }

  #host(name: string): ServiceHost {
    const world = this.#world;
    const { storeName = name, scope, settings = {} } = world.catalog.get(name) ?? {};
    const regionIn = (region: string) => (scope === "global" ? "global" : region);
    return {
      clock: world.clock,
      random: world.random,
      log: world.log.named(`squall.services.${name}`),
      bus: world.bus,
      blobs: world.blobs,
      credentials: world.credentials,
      faults: world.faults,
      strict: world.strict,
      timings: world.timings,
      iam: world.iam,
      refusalOfAction: (...asked) => world.refusalOfAction(name, ...asked),
      endpoint: world.endpoint,
      atWork: () => this.#atWork(),
      store: (account, region) => world.storage.store(storeName, account, regionIn(region)),
      storage: world.storage,
      scopes: () => world.storage.scopes(storeName),
      call: world.callFrom(name),
      calls: () => world.calls(),
      refusalOfSignature: world.refusalOfSignature,
      verifiesSignatures: world.verifiesSignatures,
      certificate: world.certificate,
      hits: world.hits,
      faultPoint: world.faultPoint,
      resources: (type, where) => this.resources(type, where),
      resolve: (question) => this.resolve(question, LOOPBACK),
      load: async (service) => this.has(service) && (await this.load(service)) !== undefined,
      faultPoints: (service) =>
        (service === undefined ? world.catalog.faultPoints() : world.catalog.get(service)?.faultPoints) ?? {},
      kept: ({ account, region }) =>
        Iterator.from(world.catalog.everything())
          .filter(
            ({ place }) =>
              place.account === account && (place.region === region || place.region === "global"),
          )
          .map(keptResource),
      keptAt: (arn) => {
        const entry = world.catalog.find(arn);
        return entry && keptResource(entry);
      },
      resourceTypes: () =>
        Iterator.from(world.catalog.allTypes())
          .flatMap(({ fis, fisAlso = {}, service }) =>
            fis !== undefined && this.has(service) ? [fis, ...Object.keys(fisAlso)] : [],
          )
          .toArray(),
      serves: (service) => this.has(service) || world.hasUpstream(service),
      // Who listens at an upstream's bus is not known here.
      hearsEvents: (source, where) =>
        world.hasUpstream("events") || (this.has("events") && world.eventListeners.hear(source, where)),
      setting: <T extends string | number | boolean>(setting: string) =>
        readSetting(name, setting, settings, world) as T,
      scratch: (folder) => world.scratch.folder(name, folder),
      keptFolder: () => (world.dataFolder === undefined ? undefined : join(world.dataFolder, name)),
    };
  }
}

/** A setting's value: as given, else from its environment variables (with or without `LOCALSTACK_`), else its default. */
function readSetting(
  service: string,
  name: string,
  settings: Readonly<Record<string, Setting>>,
  world: Pick<World, "settings" | "environment">,
): string | number | boolean {
  const setting = settings[name];
  if (!setting) throw new Error(`Service ${service} has no setting ${name}.`);
  const given = world.settings[service]?.[name];
  if (given !== undefined) return parseSetting(`--${service}-${name}`, setting, given);
  for (const variable of setting.env ?? []) {
    const value = world.environment[variable] ?? world.environment[`LOCALSTACK_${variable}`];
    if (value !== undefined && value !== "") return parseSetting(variable, setting, value);
  }
  return setting.default;
}

/** Checks a setting's value; the error says what is wanted. */
export function parseSetting(
  label: string,
  setting: Setting,
  value: string | number | boolean,
): string | number | boolean {
  const { most = Number.POSITIVE_INFINITY } = setting;
  const range = setting.type !== "number" ? "" : Number.isFinite(most) ? ` from 0 to ${most}` : " from 0 on";
  const wanted = setting.values ? `one of ${setting.values.join(", ")}` : `a ${setting.type}${range}`;
  const refuse = () => new Error(`${label} wants ${wanted}, not "${value}".`);
  if (setting.type === "number") {
    const number = typeof value === "boolean" || value === "" ? Number.NaN : Number(value);
    if (!Number.isFinite(number) || number < 0 || number > most) throw refuse();
    return number;
  }
  if (setting.type === "boolean") {
    if (typeof value === "boolean") return value;
    if (/^(1|true|yes|on)$/i.test(String(value))) return true;
    if (/^(0|false|no|off)$/i.test(String(value))) return false;
    throw refuse();
  }
  if (setting.values && !setting.values.includes(String(value))) throw refuse();
  return String(value);
}
