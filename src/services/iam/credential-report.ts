import { begin, isOver, type Transition } from "../../aws/lifecycle.ts";
import { partitionOf } from "../../core/arn.ts";
import type { Context, Handlers } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { accessKeysOf } from "./access-keys.ts";
import { type UserRecord, users, wholeSecond } from "./entity.ts";
import { reportInProgress, reportNotPresent } from "./errors.ts";
import { credentialReportLifecycle } from "./lifecycles.ts";
import { mfaDevicesOf } from "./mfa-devices.ts";

interface Report {
  readonly text: string;
  readonly generatedAtMs: number;
  readonly transition?: Transition | undefined;
}

const reports = defineCollection<Report>({ name: "credential-report" });
const KEY = ["report"];
/** A report is made anew when it is older. */
const LIFETIME_MS = 4 * 3_600_000;
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html */
const COLUMNS =
  "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
  "access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
  "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
  "cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

export const credentialReport: Handlers<IAM.Operations> = {
  GenerateCredentialReport(_input, ctx) {
    const all = ctx.store.collection(reports);
    const nowMs = ctx.clock.now();
    const known = all.get(KEY);
    if (known?.transition && !isOver(known.transition, ctx.host)) return { State: "INPROGRESS" };
    if (known && nowMs - known.generatedAtMs < LIFETIME_MS) return { State: "COMPLETE" };
    const rows = users(ctx)
      .list()
      .map((user) => row(user, ctx));
    const text = [COLUMNS, rootRow(ctx), ...rows].join("\n");
    const root = `arn:${partitionOf(ctx.region)}:iam::${ctx.account}:root`;
    const transition = begin(credentialReportLifecycle, "INPROGRESS", root, ctx, ctx);
    all.put(KEY, { text, generatedAtMs: wholeSecond(nowMs), transition });
    return { State: "STARTED", Description: "No report exists. Starting a new report generation task" };
  },

  GetCredentialReport(_input, ctx) {
    const report = ctx.store.collection(reports).get(KEY);
    if (!report) throw reportNotPresent();
    if (report.transition && !isOver(report.transition, ctx.host)) throw reportInProgress();
    return {
      Content: Buffer.from(report.text),
      ReportFormat: "text/csv",
      GeneratedTime: new Date(report.generatedAtMs),
    };
  },
};

function rootRow({ account, region }: Context): string {
  const arn = `arn:${partitionOf(region)}:iam::${account}:root`;
  const key = "false,N/A,N/A,N/A,N/A";
  return `<root_account>,${arn},${iso(0)},not_supported,no_information,not_supported,not_supported,false,${key},${key},false,N/A,false,N/A`;
}

function row(user: UserRecord, ctx: Context): string {
  const keys = accessKeysOf(ctx).of(user.name);
  const key = (index: number) => {
    const one = keys[index];
    return one ? `${one.status === "Active"},${iso(one.createdAtMs)},N/A,N/A,N/A` : "false,N/A,N/A,N/A,N/A";
  };
  const password = user.login
    ? `true,no_information,${iso(user.login.createdAtMs)},N/A`
    : "false,N/A,N/A,N/A";
  const mfa = mfaDevicesOf(user.name, ctx).length > 0;
  return `${user.name},${user.arn},${iso(user.createdAtMs)},${password},${mfa},${key(0)},${key(1)},false,N/A,false,N/A`;
}

const iso = (ms: number) => new Date(ms).toISOString().replace(".000Z", "+00:00");
