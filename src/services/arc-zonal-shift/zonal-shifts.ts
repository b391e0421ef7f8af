import { page } from "../../aws/page.ts";
import { zoneOf } from "../../aws/regions.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as ARC from "../../models/generated/arc-zonal-shift.ts";
import { conflict, validation } from "./errors.ts";
import { findManaged, type ManagedResource, managedResources, standing } from "./managed-resource.ts";
import { practiceRunOf } from "./practice-run.ts";
import {
  describeShift,
  findShift,
  isActive,
  type ShiftRecord,
  saveShift,
  shiftRecords,
  shiftsOf,
  statusOf,
} from "./shift.ts";

const PAGE_SIZE = 100;
const LONGEST_MS = 3 * 86_400_000;
const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000 };
const PRACTICE_MS = 30 * 60_000;

const refuseToken = () => validation("InvalidToken", "The nextToken is not valid.");

/** https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_StartZonalShift.html and its neighbours */
export const shiftHandlers: Handlers<ARC.Operations> = {
  async ListManagedResources({ nextToken: token, maxResults: size = PAGE_SIZE }, ctx) {
    const { items, nextToken } = page(await managedResources(ctx), ({ arn }) => [arn], {
      size,
      token,
      query: ctx.operation,
      refuse: refuseToken,
    });
    return {
      items: items.map((resource) => ({
        arn: resource.arn,
        name: resource.name,
        availabilityZones: [...resource.zones],
        ...standing(resource, ctx),
        practiceRunStatus: practiceRunOf(resource.arn, ctx) ? "ENABLED" : "DISABLED",
      })),
      ...(nextToken !== undefined && { nextToken }),
    };
  },

  async GetManagedResource({ resourceIdentifier }, ctx) {
    const resource = await findManaged(resourceIdentifier, ctx);
    const practice = practiceRunOf(resource.arn, ctx);
    return {
      arn: resource.arn,
      name: resource.name,
      ...standing(resource, ctx),
      ...(practice && { practiceRunConfiguration: practice.configuration }),
    };
  },

  async StartZonalShift({ resourceIdentifier, awayFrom, expiresIn, comment }, ctx) {
    const lastsMs = msOf(expiresIn);
    const resource = await findManaged(resourceIdentifier, ctx);
    return ctx.store.transaction(() =>
      describeShift(
        begun(resource, { awayFrom, comment, lastsMs, type: "ZONAL_SHIFT" }, ctx),
        ctx.clock.now(),
      ),
    );
  },

  UpdateZonalShift({ zonalShiftId, comment, expiresIn }, ctx) {
    if (comment === undefined && expiresIn === undefined)
      throw validation("MissingValue", "Either comment or expiresIn must be specified.");
    const shift = activeShift(zonalShiftId, ctx);
    const expiresMs = expiresIn === undefined ? shift.expiresMs : ctx.clock.now() + msOf(expiresIn);
    return describeShift(
      saveShift({ ...shift, comment: comment ?? shift.comment, expiresMs }, ctx),
      ctx.clock.now(),
    );
  },

  CancelZonalShift({ zonalShiftId }, ctx) {
    const shift = activeShift(zonalShiftId, ctx);
    return describeShift(saveShift({ ...shift, isCanceled: true }, ctx), ctx.clock.now());
  },

  ListZonalShifts({ nextToken: token, maxResults: size = PAGE_SIZE, ...query }, ctx) {
    const nowMs = ctx.clock.now();
    const all = [...ctx.store.collection(shiftRecords).values()].filter(
      (shift) =>
        (query.status === undefined || statusOf(shift, nowMs) === query.status) &&
        (query.resourceIdentifier === undefined || shift.resource === query.resourceIdentifier),
    );
    const { items, nextToken } = page(all, ({ startedMs, id }) => [startedMs, id], {
      size,
      token,
      query: [ctx.operation, query],
      descending: true,
      refuse: refuseToken,
    });
    return {
      items: items.map((shift) => ({ ...describeShift(shift, nowMs), shiftType: shift.type })),
      ...(nextToken !== undefined && { nextToken }),
    };
  },

  async StartPracticeRun({ resourceIdentifier, awayFrom, comment }, ctx) {
    const resource = await findManaged(resourceIdentifier, ctx);
    return ctx.store.transaction(() => {
      if (!practiceRunOf(resource.arn, ctx))
        throw conflict(
          "PracticeConfigurationDoesNotExist",
          `The resource ${resource.arn} has no practice run configuration.`,
        );
      const asked = { awayFrom, comment, lastsMs: PRACTICE_MS, type: "PRACTICE_RUN" } as const;
      return describeShift(begun(resource, asked, ctx), ctx.clock.now());
    });
  },

  CancelPracticeRun({ zonalShiftId }, ctx) {
    const shift = activeShift(zonalShiftId, ctx);
    if (shift.type !== "PRACTICE_RUN")
      throw validation(
        "UnsupportedPracticeCancelShiftType",
        `The zonal shift ${zonalShiftId} is no practice run.`,
      );
    return describeShift(saveShift({ ...shift, isCanceled: true }, ctx), ctx.clock.now());
  },

  /** AWS has shifted nothing by itself: what an experiment does stands among the zonal shifts. */
  ListAutoshifts: () => ({ items: [] }),
};

/** @throws ValidationException, ConflictException */
function begun(
  resource: ManagedResource,
  asked: Pick<ShiftRecord, "awayFrom" | "comment" | "type"> & { readonly lastsMs: number },
  ctx: Context,
): ShiftRecord {
  const { awayFrom, comment, type, lastsMs } = asked;
  const zone = zoneOf(ctx.region, awayFrom);
  if (zone?.id !== awayFrom)
    throw validation("InvalidAz", `The Availability Zone ${awayFrom} is not valid in this Region.`);
  if (!resource.zones.includes(awayFrom))
    throw validation(
      "UnsupportedAz",
      `The resource ${resource.arn} is not in the Availability Zone ${awayFrom}.`,
    );
  const nowMs = ctx.clock.now();
  const known = shiftsOf(resource.arn, ctx.store).find((shift) => isActive(shift, nowMs));
  if (known)
    throw conflict(
      "ZonalShiftAlreadyExists",
      `There is already an active zonal shift for the resource ${resource.arn}.`,
      known.id,
    );
  return saveShift(
    {
      id: ctx.random.uuid(),
      resource: resource.arn,
      awayFrom,
      comment,
      startedMs: nowMs,
      expiresMs: nowMs + lastsMs,
      isCanceled: false,
      type,
    },
    ctx,
  );
}

/** @throws ResourceNotFoundException, ConflictException */
function activeShift(id: string, ctx: Context): ShiftRecord {
  const shift = findShift(id, ctx);
  if (!isActive(shift, ctx.clock.now()))
    throw conflict("ZonalShiftStatusNotActive", `The zonal shift ${id} is not active.`, id);
  return shift;
}

/** `30m`, `2h`: three days at most. @throws ValidationException */
function msOf(expiresIn: string): number {
  const [, number = "0", unit = ""] = /^([1-9]\d*)([mh])$/.exec(expiresIn) ?? [];
  const ms = Number(number) * (UNITS_MS[unit] ?? 0);
  if (ms < 60_000 || ms > LONGEST_MS)
    throw validation(
      "InvalidExpiresIn",
      `The value ${expiresIn} for expiresIn is not valid: from 1m to 72h.`,
    );
  return ms;
}
