import type { Context, Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { describeInstanceProfile } from "./describe.ts";
import {
  INSTANCE_PROFILE,
  type InstanceProfileRecord,
  instanceProfiles,
  newEntity,
  roles,
} from "./entity.ts";
import { mustRemoveRoles, noSuchProfileRole, quotaExceeded } from "./errors.ts";
import { pageOf } from "./page.ts";
import { addTags, readTags, removeTags, tagList } from "./tags.ts";

export const instanceProfileHandlers: Handlers<IAM.Operations> = {
  CreateInstanceProfile(input, ctx) {
    const all = instanceProfiles(ctx);
    all.checkNew(input.InstanceProfileName);
    const profile: InstanceProfileRecord = {
      ...newEntity(INSTANCE_PROFILE, input.InstanceProfileName, input.Path, readTags(input.Tags), ctx),
      roles: [],
    };
    all.put(profile);
    return { InstanceProfile: describe(profile, ctx) };
  },

  GetInstanceProfile(input, ctx) {
    return { InstanceProfile: describe(instanceProfiles(ctx).get(input.InstanceProfileName), ctx) };
  },

  ListInstanceProfiles(input, ctx) {
    const found = instanceProfiles(ctx).list(input.PathPrefix);
    const { items, page } = pageOf(found, input, ({ name }) => name);
    return { InstanceProfiles: items.map((profile) => inList(profile, ctx)), ...page };
  },

  ListInstanceProfilesForRole(input, ctx) {
    const role = roles(ctx).get(input.RoleName);
    const found = instanceProfiles(ctx)
      .list()
      .filter((profile) => profile.roles.includes(role.name));
    const { items, page } = pageOf(found, input, ({ name }) => name);
    return { InstanceProfiles: items.map((profile) => inList(profile, ctx)), ...page };
  },

  AddRoleToInstanceProfile(input, ctx) {
    const all = instanceProfiles(ctx);
    const profile = all.get(input.InstanceProfileName);
    const role = roles(ctx).get(input.RoleName);
    if (profile.roles.length > 0) throw quotaExceeded("InstanceSessionsPerInstanceProfile", 1);
    all.put({ ...profile, roles: [role.name] });
  },

  RemoveRoleFromInstanceProfile(input, ctx) {
    const all = instanceProfiles(ctx);
    const profile = all.get(input.InstanceProfileName);
    const role = roles(ctx).get(input.RoleName);
    if (!profile.roles.includes(role.name)) throw noSuchProfileRole(role.name, profile.name);
    all.put({ ...profile, roles: [] });
  },

  DeleteInstanceProfile(input, ctx) {
    const all = instanceProfiles(ctx);
    const profile = all.get(input.InstanceProfileName);
    if (profile.roles.length > 0) throw mustRemoveRoles();
    all.delete(profile.name);
  },

  TagInstanceProfile(input, ctx) {
    const all = instanceProfiles(ctx);
    const profile = all.get(input.InstanceProfileName);
    all.put({ ...profile, tags: addTags(profile.tags, input.Tags) });
  },

  UntagInstanceProfile(input, ctx) {
    const all = instanceProfiles(ctx);
    const profile = all.get(input.InstanceProfileName);
    all.put({ ...profile, tags: removeTags(profile.tags, input.TagKeys) });
  },

  ListInstanceProfileTags(input, ctx) {
    const { tags } = instanceProfiles(ctx).get(input.InstanceProfileName);
    const { items, page } = pageOf(tagList(tags), input, ({ Key }) => Key);
    return { Tags: items, ...page };
  },
};

function describe(profile: InstanceProfileRecord, ctx: Context): IAM.InstanceProfile {
  const all = roles(ctx);
  return describeInstanceProfile(
    profile,
    profile.roles.map((name) => all.get(name)),
  );
}

/** In a list it comes without its tags. */
export function inList(profile: InstanceProfileRecord, ctx: Context): IAM.InstanceProfile {
  const { Tags: _, ...rest } = describe(profile, ctx);
  return rest;
}
