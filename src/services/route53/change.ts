import { begin, type Transition } from "../../aws/lifecycle.ts";
import type { Context } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { newId } from "./ids.ts";
import { changeLifecycle } from "./lifecycle.ts";

/** A change as it is kept, by its id. */
export interface ChangeRecord {
  readonly id: string;
  readonly submittedMs: number;
  readonly comment?: string;
  readonly transition?: Transition | undefined;
}

export const changeRecords = defineCollection<ChangeRecord>({ name: "changes" });

const changeArn = (id: string): string => `arn:aws:route53:::change/${id}`;

/** Keeps that a zone was changed. What is said of it at once is that it is pending, as by AWS, however soon it is not. */
export function submitChange(comment: string | undefined, ctx: Context): Route53.ChangeInfo {
  const id = newId("C", ctx.random);
  const change: ChangeRecord = {
    id,
    submittedMs: ctx.clock.now(),
    ...(comment !== undefined && { comment }),
    transition: begin(changeLifecycle, "PENDING", changeArn(id), ctx, ctx),
  };
  ctx.store.collection(changeRecords).put([id], change);
  return describeChange(change, "PENDING");
}

export const describeChange = (
  { id, submittedMs, comment }: ChangeRecord,
  Status: Route53.ChangeStatus,
): Route53.ChangeInfo => ({
  Id: `/change/${id}`,
  Status,
  SubmittedAt: new Date(submittedMs),
  ...(comment !== undefined && { Comment: comment }),
});
