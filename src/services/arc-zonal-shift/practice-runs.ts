import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as ARC from "../../models/generated/arc-zonal-shift.ts";
import { conflict } from "./errors.ts";
import { findManaged } from "./managed-resource.ts";
import {
  autoshiftStatus,
  type PracticeRunRecord,
  practiceRunOf,
  practiceRunRecords,
} from "./practice-run.ts";

/** Whether EventBridge is to hear of autoshifts. */
const observer = defineCollection<{ readonly status: ARC.AutoshiftObserverNotificationStatus }>({
  name: "observer",
});

/** https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_CreatePracticeRunConfiguration.html and its neighbours. Practice runs begin when they are asked for, and by themselves never. */
export const practiceRunHandlers: Handlers<ARC.Operations> = {
  async CreatePracticeRunConfiguration({ resourceIdentifier, ...configuration }, ctx) {
    const { arn, name } = await findManaged(resourceIdentifier, ctx);
    return ctx.store.transaction(() => {
      if (practiceRunOf(arn, ctx))
        throw conflict(
          "PracticeConfigurationAlreadyExists",
          `The resource ${arn} has a practice run configuration already.`,
        );
      return described(save({ resource: arn, configuration, isAutoshifted: false }, ctx), name);
    });
  },

  async UpdatePracticeRunConfiguration({ resourceIdentifier, ...changes }, ctx) {
    const { arn, name } = await findManaged(resourceIdentifier, ctx);
    return ctx.store.transaction(() => {
      const known = practised(arn, ctx);
      return described(save({ ...known, configuration: { ...known.configuration, ...changes } }, ctx), name);
    });
  },

  async DeletePracticeRunConfiguration({ resourceIdentifier }, ctx) {
    const { arn, name } = await findManaged(resourceIdentifier, ctx);
    return ctx.store.transaction(() => {
      if (practised(arn, ctx).isAutoshifted)
        throw conflict("AutoShiftEnabled", `Zonal autoshift is enabled for the resource ${arn}.`);
      ctx.store.collection(practiceRunRecords).delete([arn]);
      return { arn, name, zonalAutoshiftStatus: "DISABLED" };
    });
  },

  async UpdateZonalAutoshiftConfiguration({ resourceIdentifier, zonalAutoshiftStatus }, ctx) {
    const { arn } = await findManaged(resourceIdentifier, ctx);
    return ctx.store.transaction(() => {
      save({ ...practised(arn, ctx), isAutoshifted: zonalAutoshiftStatus === "ENABLED" }, ctx);
      return { resourceIdentifier: arn, zonalAutoshiftStatus };
    });
  },

  GetAutoshiftObserverNotificationStatus: (_, ctx) => ({
    status: ctx.store.collection(observer).get(["status"])?.status ?? "DISABLED",
  }),

  UpdateAutoshiftObserverNotificationStatus({ status }, ctx) {
    ctx.store.collection(observer).put(["status"], { status });
    return { status };
  },
};

function save(record: PracticeRunRecord, { store }: Context): PracticeRunRecord {
  store.collection(practiceRunRecords).put([record.resource], record);
  return record;
}

/** @throws ConflictException */
function practised(arn: string, ctx: Context): PracticeRunRecord {
  const known = practiceRunOf(arn, ctx);
  if (!known)
    throw conflict(
      "PracticeConfigurationDoesNotExist",
      `The resource ${arn} has no practice run configuration.`,
    );
  return known;
}

const described = (record: PracticeRunRecord, name: string) => ({
  arn: record.resource,
  name,
  zonalAutoshiftStatus: autoshiftStatus(record),
  practiceRunConfiguration: record.configuration,
});
