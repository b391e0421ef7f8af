import { defineCollection } from "../../../core/storage.ts";
import { invalidParameterValue } from "../errors.ts";
import type { Kept, KeptKind } from "../kind.ts";

/** What was launched by one call. */
export interface ReservationRecord extends Kept {
  readonly instanceIds: readonly string[];
}

export const reservations: KeptKind<ReservationRecord> = {
  type: "instance",
  prefix: "r",
  collection: defineCollection<ReservationRecord>({ name: "reservations" }),
  notFound: invalidParameterValue,
  malformed: invalidParameterValue,
};
