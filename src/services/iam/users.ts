import type { Context, Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { accessKeysOf, moveAccessKeys } from "./access-keys.ts";
import { checkBoundary } from "./boundaries.ts";
import { describeUser, describeUserInList } from "./describe.ts";
import { iamArn, newEntity, USER, type UserRecord, users } from "./entity.ts";
import {
  mustDeleteAccessKeys,
  mustDeleteCertificates,
  mustDeleteLoginProfile,
  mustDeleteMfaDevices,
  mustDeletePolicies,
  mustDeleteServiceCredentials,
  mustDeleteSshKeys,
  mustDetachPolicies,
  mustLeaveGroups,
} from "./errors.ts";
import { mfaDevicesOf, moveMfaDevices } from "./mfa-devices.ts";
import { pageOf } from "./page.ts";
import { serviceCredentialsOf } from "./service-credentials.ts";
import { signingCertificatesOf } from "./signing-certificates.ts";
import { sshKeysOf } from "./ssh-public-keys.ts";
import { addTags, readTags, removeTags, tagList } from "./tags.ts";
import { userNameOf } from "./user-name.ts";

export const userHandlers: Handlers<IAM.Operations> = {
  CreateUser(input, ctx) {
    const all = users(ctx);
    all.checkNew(input.UserName);
    checkBoundary(input.PermissionsBoundary, ctx);
    const user: UserRecord = {
      ...newEntity(USER, input.UserName, input.Path, readTags(input.Tags), ctx),
      attached: [],
      inline: {},
      groups: [],
      ...(input.PermissionsBoundary && { boundary: input.PermissionsBoundary }),
    };
    all.put(user);
    return { User: describeUser(user) };
  },

  GetUser(input, ctx) {
    // The root of an account asks about itself, too.
    if (input.UserName === undefined && ctx.caller.arn.endsWith(":root")) return { User: root(ctx) };
    return { User: describeUser(users(ctx).get(userNameOf(input.UserName, ctx))) };
  },

  ListUsers(input, ctx) {
    const { items, page } = pageOf(users(ctx).list(input.PathPrefix), input, ({ name }) => name);
    return { Users: items.map(describeUserInList), ...page };
  },

  UpdateUser(input, ctx) {
    const all = users(ctx);
    const user = all.get(input.UserName);
    const { NewUserName: name = user.name, NewPath: path = user.path } = input;
    if (name.toLowerCase() !== user.name.toLowerCase()) all.checkNew(name);
    const renamed = { ...user, name, path, arn: iamArn(ctx, `user${path}${name}`) };
    moveAccessKeys(user, renamed, ctx);
    for (const owned of [sshKeysOf(ctx), signingCertificatesOf(ctx), serviceCredentialsOf(ctx)]) {
      owned.move(user.name, renamed.name);
    }
    moveMfaDevices(user.name, renamed.name, ctx);
    all.delete(user.name);
    all.put(renamed);
  },

  DeleteUser(input, ctx) {
    const all = users(ctx);
    const user = all.get(input.UserName);
    if (user.groups.length > 0) throw mustLeaveGroups();
    if (user.attached.length > 0) throw mustDetachPolicies();
    if (Object.keys(user.inline).length > 0) throw mustDeletePolicies();
    if (accessKeysOf(ctx).of(user.name).length > 0) throw mustDeleteAccessKeys();
    if (user.login) throw mustDeleteLoginProfile();
    if (mfaDevicesOf(user.name, ctx).length > 0) throw mustDeleteMfaDevices();
    if (sshKeysOf(ctx).of(user.name).length > 0) throw mustDeleteSshKeys();
    if (signingCertificatesOf(ctx).of(user.name).length > 0) throw mustDeleteCertificates();
    if (serviceCredentialsOf(ctx).of(user.name).length > 0) throw mustDeleteServiceCredentials();
    all.delete(user.name);
  },

  TagUser(input, ctx) {
    const all = users(ctx);
    const user = all.get(input.UserName);
    all.put({ ...user, tags: addTags(user.tags, input.Tags) });
  },

  UntagUser(input, ctx) {
    const all = users(ctx);
    const user = all.get(input.UserName);
    all.put({ ...user, tags: removeTags(user.tags, input.TagKeys) });
  },

  ListUserTags(input, ctx) {
    const { items, page } = pageOf(tagList(users(ctx).get(input.UserName).tags), input, ({ Key }) => Key);
    return { Tags: items, ...page };
  },
};

/** Root has no name and no path. */
function root(ctx: Context): IAM.User {
  const { account, arn } = ctx.caller;
  const user: Partial<IAM.User> = { UserId: account, Arn: arn, CreateDate: new Date(0) };
  return user as IAM.User;
}
