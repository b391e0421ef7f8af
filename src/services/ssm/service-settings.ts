import { makeArn } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as SSM from "../../models/generated/ssm.ts";
import { notServed, validation } from "./errors.ts";

/** What of an account in a Region can be set, with what it is before that; of those that Squall obeys. */
const SETTINGS = {
  "/ssm/parameter-store/default-parameter-tier": ["Standard", "Advanced", "Intelligent-Tiering"],
  "/ssm/parameter-store/high-throughput-enabled": ["false", "true"],
  "/ssm/documents/console/public-sharing-permission": ["Enable", "Disable"],
} as const;

type SettingId = keyof typeof SETTINGS;

interface SettingRecord {
  readonly value: string;
  readonly modifiedMs: number;
  readonly modifiedBy: string;
}

/** Key: [id]. */
const settingRecords = defineCollection<SettingRecord>({ name: "service-settings" });

/** A setting as it is by now. */
export const settingOf = (id: SettingId, { store }: Pick<Context, "store">): string =>
  store.collection(settingRecords).get([id])?.value ?? SETTINGS[id][0];

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html and its neighbours */
export const serviceSettings: Handlers<SSM.Operations> = {
  GetServiceSetting: ({ SettingId }, ctx) => ({ ServiceSetting: describe(readId(SettingId), ctx) }),

  UpdateServiceSetting({ SettingId, SettingValue: value }, ctx) {
    const id = readId(SettingId);
    const values: readonly string[] = SETTINGS[id];
    if (!values.includes(value))
      throw validation(
        `Setting value ${value} is not valid for ${id}. Valid values: [${values.join(", ")}].`,
      );
    ctx.store
      .collection(settingRecords)
      .put([id], { value, modifiedMs: ctx.clock.now(), modifiedBy: ctx.caller.arn });
  },

  ResetServiceSetting({ SettingId }, ctx) {
    const id = readId(SettingId);
    ctx.store.collection(settingRecords).delete([id]);
    return { ServiceSetting: describe(id, ctx) };
  },
};

/** By its id or its ARN. @throws NotImplemented for one that nothing here goes by */
function readId(text: string): SettingId {
  const id = text.replace(/^arn:.*:servicesetting(?=\/)/, "");
  if (!Object.hasOwn(SETTINGS, id)) throw notServed(`the service setting ${id}`);
  return id as SettingId;
}

function describe(id: SettingId, { store, account, region }: Context): SSM.ServiceSetting {
  const set = store.collection(settingRecords).get([id]);
  return {
    SettingId: id,
    SettingValue: set?.value ?? SETTINGS[id][0],
    LastModifiedDate: new Date(set?.modifiedMs ?? 0),
    LastModifiedUser: set?.modifiedBy ?? "System",
    ARN: makeArn("ssm", region, account, `servicesetting${id}`),
    Status: set ? "Customized" : "Default",
  };
}
