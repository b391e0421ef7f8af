import type { Context } from "../../../core/service.ts";
import { type AccessPointRecord, accessPointRecords } from "../access-point.ts";
import { noSuchAccessPoint } from "../errors.ts";
import { checkAccount } from "./account.ts";

interface PointInput {
  readonly AccountId?: string;
  readonly Name: string;
}

/** @throws AwsError `NoSuchAccessPoint` */
export function findAccessPoint(input: PointInput, ctx: Context): AccessPointRecord {
  checkAccount(input, ctx);
  const name = input.Name.startsWith("arn:") ? input.Name.slice(input.Name.lastIndexOf("/") + 1) : input.Name;
  const point = ctx.store.collection(accessPointRecords).get([ctx.region, name]);
  if (!point) throw noSuchAccessPoint(name);
  return point;
}

export const saveAccessPoint = (point: AccessPointRecord, ctx: Context): void =>
  ctx.store.collection(accessPointRecords).put([point.region, point.name], point);
