import { page } from "../../aws/page.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as ECS from "../../models/generated/ecs.ts";
import { invalidToken } from "./errors.ts";
import { sizeOf } from "./task-definitions.ts";

/** Settings of the account that somebody has changed, by name. Those of single principals are kept as the account's. */
const settingRecords = defineCollection<string>({ name: "account-settings" });

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html */
const DEFAULTS: Readonly<Record<string, string>> = {
  awsvpcTrunking: "disabled",
  containerInsights: "disabled",
  containerInstanceLongArnFormat: "enabled",
  dualStackIPv6: "enabled",
  fargateFIPSMode: "disabled",
  fargateTaskRetirementWaitPeriod: "7",
  guardDutyActivate: "off",
  serviceLongArnFormat: "enabled",
  tagResourceAuthorization: "off",
  taskLongArnFormat: "enabled",
};

const PAGE_SIZE = 10;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListAccountSettings.html and its neighbours */
export const accountSettings: Handlers<ECS.Operations> = {
  ListAccountSettings(
    { name, value, effectiveSettings = false, principalArn, nextToken: token, maxResults: size = PAGE_SIZE },
    ctx,
  ) {
    const kept = new Map(
      [...ctx.store.collection(settingRecords).entries()].map(({ key, value }) => [String(key[0]), value]),
    );
    const names = effectiveSettings ? Object.keys(DEFAULTS) : [...kept.keys()];
    const all = [...new Set(names)]
      .map((one) => setting(one, kept.get(one) ?? DEFAULTS[one] ?? "", ctx))
      .filter(
        (one) => (name === undefined || one.name === name) && (value === undefined || one.value === value),
      );
    const { items, nextToken } = page(all, (one) => [one.name ?? ""], {
      size: sizeOf(size),
      token,
      query: { name, value, effectiveSettings, principalArn },
      refuse: invalidToken,
    });
    return { settings: items, ...(nextToken && { nextToken }) };
  },

  PutAccountSetting: ({ name, value }, ctx) => put(name, value, ctx),
  PutAccountSettingDefault: ({ name, value }, ctx) => put(name, value, ctx),

  DeleteAccountSetting({ name }, ctx) {
    ctx.store.collection(settingRecords).delete([name]);
    return { setting: setting(name, DEFAULTS[name] ?? "", ctx) };
  },
};

function put(name: string, value: string, ctx: Context): { setting: ECS.Setting } {
  ctx.store.collection(settingRecords).put([name], value);
  return { setting: setting(name, value, ctx) };
}

const setting = (name: string, value: string, { account }: Context): ECS.Setting => ({
  name: name as ECS.SettingName,
  value,
  principalArn: `arn:aws:iam::${account}:root`,
  type: "user",
});
