import { makeArn } from "../../core/arn.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import { archiveNotFound } from "./errors.ts";
import type { Event } from "./event.ts";
import type { Where } from "./event-bus.ts";

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
}

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
