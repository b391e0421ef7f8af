import { stateOf, type Transition } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type { Context, ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Events from "../../models/generated/events.ts";
import { archiveNotFound } from "./errors.ts";
import type { Event } from "./event.ts";
import type { Where } from "./event-bus.ts";
import { archiveLifecycle } from "./lifecycles.ts";

/** An archive as it is kept, by its name. */
export interface ArchiveRecord {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly description?: string;
  readonly pattern?: string;
  /** 0: for ever. */
  readonly retentionDays: number;
  readonly kmsKeyIdentifier?: string;
  readonly createdAtMs: number;
  readonly transition?: Transition<keyof (typeof archiveLifecycle)["stages"]> | undefined;
}

export const archiveState = ({ transition }: ArchiveRecord, host: ServiceHost) =>
  stateOf(archiveLifecycle, transition, "ENABLED", host) as Events.ArchiveState;

export const archiveRecords = defineCollection<ArchiveRecord>({ name: "archives" });

/** Archived events, by [archive, when they happened, how many came before]. */
export const archivedEvents = defineCollection<{ readonly event: Event; readonly sizeBytes: number }>({
  name: "archived-events",
});

export const archiveArn = ({ account, region }: Where, name: string) =>
  makeArn("events", region, account, `archive/${name}`);

/** @throws ResourceNotFoundException */
export function findArchive(name: string, ctx: Context): ArchiveRecord {
  const archive = ctx.store.collection(archiveRecords).get([name]);
  if (!archive) throw archiveNotFound(name);
  return archive;
}
