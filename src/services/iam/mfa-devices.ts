import type { Context, Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { describeUser } from "./describe.ts";
import { iamArn, users, wholeSecond } from "./entity.ts";
import {
  invalidAuthenticationCode,
  mfaDeviceExists,
  mustDeleteMfaDevices,
  noSuchMfaDevice,
} from "./errors.ts";
import { type MfaDeviceRecord, mfaDevices } from "./mfa-device-record.ts";
import { pageOf } from "./page.ts";
import { addTags, readTags, removeTags, tagList } from "./tags.ts";
import { userNameOf } from "./user-name.ts";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Codes are not checked, except that two must differ: a device that has no clock of its own has no right ones. */
export const mfaDeviceHandlers: Handlers<IAM.Operations> = {
  CreateVirtualMFADevice(input, ctx) {
    const all = ctx.store.collection(mfaDevices);
    const serial = iamArn(ctx, `mfa${input.Path ?? "/"}${input.VirtualMFADeviceName}`);
    if (all.has([serial])) throw mfaDeviceExists("");
    const seed = ctx.random.string(64, BASE32);
    all.put([serial], { serial, tags: readTags(input.Tags) });
    return {
      VirtualMFADevice: { SerialNumber: serial, Base32StringSeed: Buffer.from(seed) },
    };
  },

  EnableMFADevice(input, ctx) {
    const user = users(ctx).get(input.UserName);
    const device = find(input.SerialNumber, ctx);
    if (input.AuthenticationCode1 === input.AuthenticationCode2) throw invalidAuthenticationCode();
    put({ ...device, userName: user.name, enabledAtMs: wholeSecond(ctx.clock.now()) }, ctx);
  },

  ResyncMFADevice(input, ctx) {
    users(ctx).get(input.UserName);
    find(input.SerialNumber, ctx);
    if (input.AuthenticationCode1 === input.AuthenticationCode2) throw invalidAuthenticationCode();
  },

  DeactivateMFADevice(input, ctx) {
    const device = find(input.SerialNumber, ctx);
    put({ serial: device.serial, tags: device.tags }, ctx);
  },

  DeleteVirtualMFADevice(input, ctx) {
    const device = find(input.SerialNumber, ctx);
    if (device.userName !== undefined) throw mustDeleteMfaDevices();
    ctx.store.collection(mfaDevices).delete([device.serial]);
  },

  ListVirtualMFADevices(input, ctx) {
    const { AssignmentStatus: status = "Any" } = input;
    const found = [...ctx.store.collection(mfaDevices).values()].filter(
      ({ userName }) => status === "Any" || (status === "Assigned") === (userName !== undefined),
    );
    const { items, page } = pageOf(found, input, ({ serial }) => serial);
    const VirtualMFADevices = items.map(({ serial, userName, enabledAtMs }) => ({
      SerialNumber: serial,
      ...(userName !== undefined && { User: describeUser(users(ctx).get(userName)) }),
      ...(enabledAtMs !== undefined && { EnableDate: new Date(enabledAtMs) }),
    }));
    return { VirtualMFADevices, ...page };
  },

  ListMFADevices(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    const { items, page } = pageOf(mfaDevicesOf(user.name, ctx), input, ({ serial }) => serial);
    const MFADevices = items.map(({ serial, enabledAtMs = 0 }) => ({
      UserName: user.name,
      SerialNumber: serial,
      EnableDate: new Date(enabledAtMs),
    }));
    return { MFADevices, ...page };
  },

  GetMFADevice(input, ctx) {
    const { serial, userName, enabledAtMs } = find(input.SerialNumber, ctx);
    return {
      SerialNumber: serial,
      ...(userName !== undefined && { UserName: userName }),
      ...(enabledAtMs !== undefined && { EnableDate: new Date(enabledAtMs) }),
    };
  },

  TagMFADevice(input, ctx) {
    const device = find(input.SerialNumber, ctx);
    put({ ...device, tags: addTags(device.tags, input.Tags) }, ctx);
  },

  UntagMFADevice(input, ctx) {
    const device = find(input.SerialNumber, ctx);
    put({ ...device, tags: removeTags(device.tags, input.TagKeys) }, ctx);
  },

  ListMFADeviceTags(input, ctx) {
    const { items, page } = pageOf(tagList(find(input.SerialNumber, ctx).tags), input, ({ Key }) => Key);
    return { Tags: items, ...page };
  },
};

export function mfaDevicesOf(userName: string, ctx: Pick<Context, "store">): MfaDeviceRecord[] {
  return [...ctx.store.collection(mfaDevices).values()].filter((device) => device.userName === userName);
}

/** A user has another name. */
export function moveMfaDevices(from: string, to: string, ctx: Context): void {
  for (const device of mfaDevicesOf(from, ctx)) put({ ...device, userName: to }, ctx);
}

function find(serial: string, ctx: Context): MfaDeviceRecord {
  const device = ctx.store.collection(mfaDevices).get([serial]);
  if (!device) throw noSuchMfaDevice(serial);
  return device;
}

function put(device: MfaDeviceRecord, ctx: Context): void {
  ctx.store.collection(mfaDevices).put([device.serial], device);
}
