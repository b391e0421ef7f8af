import { makeArn, parseArn } from "../../core/arn.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import { busNotFound } from "./errors.ts";

/** An event bus as it is kept, by its name. The default bus is there also when nobody has kept anything of it. */
export interface EventBusRecord {
  readonly name: string;
  readonly arn: string;
  readonly description?: string;
  readonly kmsKeyIdentifier?: string;
  readonly deadLetterArn?: string;
  readonly logConfig?: { readonly IncludeDetail?: string; readonly Level?: string };
  readonly policy?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  readonly modifiedAtMs: number;
}

export const busRecords = defineCollection<EventBusRecord>({ name: "event-buses" });

export const DEFAULT_BUS = "default";

export interface Where {
  readonly account: string;
  readonly region: string;
}

export const busArn = ({ account, region }: Where, name: string) =>
  makeArn("events", region, account, `event-bus/${name}`);

/** The name in a name or ARN of a bus. */
export const busName = (given: string | undefined): string =>
  given === undefined || given === "" ? DEFAULT_BUS : given.replace(/^arn:.*?:event-bus\//, "");

/** The account and region in which a name or ARN of a bus has it. */
export function busPlace(given: string | undefined, from: Where): Where {
  const { account, region } = parseArn(given ?? "") ?? from;
  return { account, region };
}

const unkeptDefault = (where: Where): EventBusRecord => ({
  name: DEFAULT_BUS,
  arn: busArn(where, DEFAULT_BUS),
  tags: {},
  createdAtMs: 0,
  modifiedAtMs: 0,
});

export function readBus(store: Store, where: Where, name: string): EventBusRecord | undefined {
  const kept = store.collection(busRecords).get([name]);
  return kept ?? (name === DEFAULT_BUS ? unkeptDefault(where) : undefined);
}

/** @throws ResourceNotFoundException */
export function findBus(given: string | undefined, ctx: Context): EventBusRecord {
  const name = busName(given);
  const bus = readBus(ctx.store, ctx, name);
  if (!bus) throw busNotFound(name);
  return bus;
}

/** All of a place, the default bus among them. */
export function allBuses(ctx: Context): EventBusRecord[] {
  const kept = [...ctx.store.collection(busRecords).values()];
  return kept.some(({ name }) => name === DEFAULT_BUS) ? kept : [...kept, unkeptDefault(ctx)];
}

export function saveBus(bus: EventBusRecord, { store }: { readonly store: Store }): void {
  store.collection(busRecords).put([bus.name], bus);
}

/** The store of a bus, wherever it is. */
export const storeAt = (host: ServiceHost, { account, region }: Where): Store => host.store(account, region);
