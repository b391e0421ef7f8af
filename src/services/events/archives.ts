import { begin } from "../../aws/lifecycle.ts";
import { pageOf } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import {
  type ArchiveRecord,
  archiveArn,
  archivedEvents,
  archiveRecords,
  archiveState,
  findArchive,
} from "./archive.ts";
import { archiveExists, validation } from "./errors.ts";
import { findBus } from "./event-bus.ts";
import { archiveLifecycle } from "./lifecycles.ts";
import { PAGE_SIZE, refuseToken } from "./lists.ts";
import { checkPattern } from "./rules.ts";

const DAY_MS = 86_400_000;

/** Archives: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive-event.html */
export const archives: Handlers<Events.Operations> = {
  CreateArchive(input, ctx) {
    const bus = findBus(input.EventSourceArn, ctx);
    if (ctx.store.collection(archiveRecords).has([input.ArchiveName])) throw archiveExists(input.ArchiveName);
    if (input.EventPattern !== undefined) checkPattern(input.EventPattern);
    const arn = archiveArn(ctx, input.ArchiveName);
    const archive: ArchiveRecord = {
      name: input.ArchiveName,
      arn,
      busArn: bus.arn,
      ...(input.Description !== undefined && { description: input.Description }),
      ...(input.EventPattern !== undefined && { pattern: input.EventPattern }),
      retentionDays: input.RetentionDays ?? 0,
      ...(input.KmsKeyIdentifier !== undefined && { kmsKeyIdentifier: input.KmsKeyIdentifier }),
      createdAtMs: ctx.clock.now(),
      transition: begin(archiveLifecycle, "CREATING", arn, ctx, ctx),
    };
    save(archive, ctx);
    return changed(archive, ctx);
  },

  UpdateArchive(input, ctx) {
    const { ArchiveName, EventPattern, RetentionDays, Description, KmsKeyIdentifier } = input;
    if ([EventPattern, RetentionDays, Description, KmsKeyIdentifier].every((given) => given === undefined))
      throw validation("At least one of EventPattern, RetentionDays or Description must be provided.");
    const before = findArchive(ArchiveName, ctx);
    if (EventPattern !== undefined) checkPattern(EventPattern);
    const archive: ArchiveRecord = {
      ...before,
      ...(Description !== undefined && { description: Description }),
      ...(EventPattern !== undefined && { pattern: EventPattern }),
      ...(KmsKeyIdentifier !== undefined && { kmsKeyIdentifier: KmsKeyIdentifier }),
      retentionDays: RetentionDays ?? before.retentionDays,
      transition: begin(archiveLifecycle, "UPDATING", before.arn, ctx, ctx),
    };
    save(archive, ctx);
    return changed(archive, ctx);
  },

  DescribeArchive(input, ctx) {
    const archive = findArchive(input.ArchiveName, ctx);
    return {
      ArchiveArn: archive.arn,
      ...summary(archive, ctx),
      ...(archive.description !== undefined && { Description: archive.description }),
      ...(archive.pattern !== undefined && { EventPattern: archive.pattern }),
      ...(archive.kmsKeyIdentifier !== undefined && { KmsKeyIdentifier: archive.kmsKeyIdentifier }),
    };
  },

  DeleteArchive(input, ctx) {
    const { name } = findArchive(input.ArchiveName, ctx);
    ctx.store.collection(archiveRecords).delete([name]);
    ctx.store.collection(archivedEvents).clear({ prefix: [name] });
    return {};
  },

  ListArchives({ NextToken: token, Limit: size = PAGE_SIZE, ...query }, ctx) {
    const { NamePrefix: prefix = "", EventSourceArn: busArn, State: state } = query;
    const { items, nextToken } = pageOf(ctx.store.collection(archiveRecords), {
      size,
      token,
      query,
      keep: (archive) =>
        archive.name.startsWith(prefix) &&
        (busArn === undefined || busArn === archive.busArn) &&
        (state === undefined || state === archiveState(archive, ctx.host)),
      refuse: refuseToken,
    });
    return {
      Archives: items.map((archive) => summary(archive, ctx)),
      ...(nextToken && { NextToken: nextToken }),
    };
  },
};

function save(archive: ArchiveRecord, { store }: Context): void {
  store.collection(archiveRecords).put([archive.name], archive);
}

const changed = (archive: ArchiveRecord, { host }: Context) => ({
  ArchiveArn: archive.arn,
  State: archiveState(archive, host),
  CreationTime: new Date(archive.createdAtMs),
});

/** The events that an archive still has: what is older than it keeps them is gone. */
export function eventsIn(archive: ArchiveRecord, { store, clock }: Pick<Context, "store" | "clock">) {
  const events = store.collection(archivedEvents);
  if (archive.retentionDays > 0)
    events.clear({
      prefix: [archive.name],
      before: [archive.name, clock.now() - archive.retentionDays * DAY_MS],
    });
  return events.values({ prefix: [archive.name] });
}

function summary(archive: ArchiveRecord, ctx: Context): Events.Archive {
  let EventCount = 0;
  let SizeBytes = 0;
  for (const { sizeBytes } of eventsIn(archive, ctx)) {
    EventCount++;
    SizeBytes += sizeBytes;
  }
  return {
    ArchiveName: archive.name,
    EventSourceArn: archive.busArn,
    State: archiveState(archive, ctx.host),
    RetentionDays: archive.retentionDays,
    SizeBytes,
    EventCount,
    CreationTime: new Date(archive.createdAtMs),
  };
}
