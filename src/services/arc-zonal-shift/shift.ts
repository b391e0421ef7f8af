import { onceSettled } from "../../aws/due.ts";
import { zoneOf } from "../../aws/regions.ts";
import { type StandingShift, zonalShifts } from "../../aws/zonal-shifts.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection, type Store } from "../../core/storage.ts";
import type * as ARC from "../../models/generated/arc-zonal-shift.ts";
import { shiftNotFound } from "./errors.ts";

/** A zonal shift as it is kept, by its id. */
export interface ShiftRecord {
  readonly id: string;
  /** The ARN of what it shifts. */
  readonly resource: string;
  /** The zone's id: `use1-az1`. */
  readonly awayFrom: string;
  readonly comment: string;
  readonly startedMs: number;
  readonly expiresMs: number;
  readonly isCanceled: boolean;
  readonly type: "ZONAL_SHIFT" | "PRACTICE_RUN";
}

export const shiftRecords = defineCollection<ShiftRecord>({
  name: "shifts",
  indexes: { byResource: ({ resource, id }) => [resource, id] },
});

/** @throws ResourceNotFoundException */
export function findShift(id: string, { store }: { readonly store: Store }): ShiftRecord {
  const shift = store.collection(shiftRecords).get([id]);
  if (!shift) throw shiftNotFound(id);
  return shift;
}

export const shiftsOf = (resource: string, store: Store): ShiftRecord[] => [
  ...store
    .collection(shiftRecords)
    .by("byResource")
    .values({ prefix: [resource] }),
];

export const statusOf = ({ isCanceled, expiresMs }: ShiftRecord, nowMs: number): ARC.ZonalShiftStatus =>
  isCanceled ? "CANCELED" : expiresMs > nowMs ? "ACTIVE" : "EXPIRED";

export const isActive = (shift: ShiftRecord, nowMs: number): boolean => statusOf(shift, nowMs) === "ACTIVE";

/** Keeps a shift; the traffic follows what is kept. */
export function saveShift(
  shift: ShiftRecord,
  { store, host, region }: { readonly store: Store; readonly host: ServiceHost; readonly region: string },
): ShiftRecord {
  store.collection(shiftRecords).put([shift.id], shift);
  onceSettled(host.storage, () => follow(shift.resource, store, host, region));
  return shift;
}

/** Tells of what stands for a resource. */
export function follow(resource: string, store: Store, host: ServiceHost, region: string): void {
  const nowMs = host.clock.now();
  const standing = shiftsOf(resource, store)
    .filter((shift) => isActive(shift, nowMs))
    .map(
      ({ awayFrom, expiresMs }): StandingShift => ({
        zone: zoneOf(region, awayFrom)?.name ?? awayFrom,
        untilMs: expiresMs,
      }),
    );
  zonalShifts(host).set(resource, standing);
}

export const describeShift = (shift: ShiftRecord, nowMs: number): ARC.ZonalShift => ({
  zonalShiftId: shift.id,
  resourceIdentifier: shift.resource,
  awayFrom: shift.awayFrom,
  expiryTime: new Date(shift.expiresMs),
  startTime: new Date(shift.startedMs),
  status: statusOf(shift, nowMs),
  comment: shift.comment,
});
