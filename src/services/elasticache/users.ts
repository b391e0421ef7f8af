import type { Context, Handlers } from "../../core/service.ts";
import type * as ElastiCache from "../../models/generated/elasticache.ts";
import { wrongRule } from "../../processes/valkey/access.ts";
import { pageBy } from "./describing.ts";
import { invalidParameterCombination, invalidParameterValue, userExists, userState } from "./errors.ts";
import type { Caches } from "./running/caches.ts";
import { tagging } from "./tags.ts";
import { DEFAULT_USER, findUser, type UserRecord, userArn, users } from "./user.ts";
import { userGroups } from "./user-group.ts";

const MOST_PASSWORDS = 2;

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateUser.html and its neighbours */
export const userHandlers = (caches: Caches): Handlers<ElastiCache.Operations> => ({
  CreateUser(input, ctx) {
    const id = input.UserId.toLowerCase();
    if (id === DEFAULT_USER.id || ctx.store.collection(users).get([id])) throw userExists(id);
    checkAccess(input.AccessString);
    const user: UserRecord = {
      id,
      name: input.UserName,
      engine: engineOf(input.Engine),
      accessString: input.AccessString,
      ...authenticationOf(input),
      tags: tagging.read(input.Tags),
    };
    ctx.store.collection(users).put([id], user);
    return describe(user, ctx);
  },

  DescribeUsers(input, ctx) {
    const { UserId, Engine, Filters = [] } = input;
    const all = [DEFAULT_USER, ...ctx.store.collection(users).values()];
    const named = UserId === undefined ? all : [findUser(UserId, ctx.store)];
    const meant = named.filter((user) => {
      const values: Readonly<Record<string, readonly string[]>> = {
        "user-id": [user.id],
        "user-name": [user.name],
        "user-group-id": groupsOf(user.id, ctx),
      };
      return (
        (Engine === undefined || user.engine === Engine.toLowerCase()) &&
        Filters.every(({ Name = "", Values = [] }) => {
          const found = Object.hasOwn(values, Name) ? values[Name] : undefined;
          if (!found) throw invalidParameterValue(`Unrecognized filter name: ${Name}`);
          return found.some((value) => Values.includes(value));
        })
      );
    });
    const { items, Marker } = pageBy(meant, (user) => user.id, input, ctx.operation);
    return { Users: items.map((user) => describe(user, ctx)), Marker };
  },

  ModifyUser(input, ctx) {
    const user = own(input.UserId, ctx);
    const accessString =
      input.AccessString ??
      [user.accessString, ...(input.AppendAccessString ? [input.AppendAccessString] : [])].join(" ");
    checkAccess(accessString);
    const isAuthenticationGiven =
      input.Passwords !== undefined ||
      input.NoPasswordRequired !== undefined ||
      input.AuthenticationMode !== undefined;
    const changed: UserRecord = {
      ...user,
      accessString,
      ...(isAuthenticationGiven && authenticationOf(input)),
    };
    ctx.store.collection(users).put([user.id], changed);
    const groupIds = groupsOf(user.id, ctx);
    caches.settingsChanged(
      ctx,
      (record) => "userGroupIds" in record && record.userGroupIds.some((id) => groupIds.includes(id)),
    );
    return describe(changed, ctx);
  },

  DeleteUser({ UserId }, ctx) {
    const user = own(UserId, ctx);
    const [groupId] = groupsOf(user.id, ctx);
    if (groupId !== undefined)
      throw userState(`User ${user.id} is a member of the user group ${groupId}: take it out first.`);
    ctx.store.collection(users).delete([user.id]);
    return { ...describe(user, ctx), Status: "deleting" };
  },
});

/** @throws InvalidParameterValue for AWS's own */
function own(id: string, { store }: Context): UserRecord {
  if (id.toLowerCase() === DEFAULT_USER.id)
    throw invalidParameterValue("The default user cannot be modified or deleted.");
  return findUser(id, store);
}

const groupsOf = (userId: string, { store }: Context): string[] =>
  [...store.collection(userGroups).values()].flatMap(({ id, userIds }) =>
    userIds.includes(userId) ? [id] : [],
  );

/** @throws InvalidParameterValue */
export function engineOf(engine: string): string {
  const name = engine.toLowerCase();
  if (name !== "redis" && name !== "valkey")
    throw invalidParameterValue(`Invalid engine: ${engine}. Supported engines are: redis, valkey.`);
  return name;
}

/** As `ACL SETUSER` takes it, but for passwords. @throws InvalidParameterValue */
function checkAccess(text: string): void {
  const wrong = wrongRule(text);
  if (wrong !== undefined) throw invalidParameterValue(`Invalid access string: ${wrong} is no rule.`);
}

interface Asked {
  readonly Passwords?: readonly string[];
  readonly NoPasswordRequired?: boolean;
  readonly AuthenticationMode?: ElastiCache.AuthenticationMode;
}

/** @throws InvalidParameterCombination, InvalidParameterValue */
function authenticationOf(asked: Asked): Pick<UserRecord, "passwords" | "authentication"> {
  const passwords = asked.AuthenticationMode?.Passwords ?? asked.Passwords ?? [];
  const type =
    asked.AuthenticationMode?.Type ??
    (asked.NoPasswordRequired ? "no-password-required" : passwords.length > 0 ? "password" : undefined);
  if (type === undefined)
    throw invalidParameterCombination("Give Passwords, or say NoPasswordRequired or an AuthenticationMode.");
  if (type === "iam")
    throw invalidParameterValue("Squall does not authenticate users of caches by IAM: give them passwords.");
  if ((type === "password") !== passwords.length > 0)
    throw invalidParameterCombination("A user has passwords, or needs none.");
  if (passwords.length > MOST_PASSWORDS)
    throw invalidParameterValue(`A user has at most ${MOST_PASSWORDS} passwords.`);
  if (passwords.some((one) => !/^[\x21-\x7e]{16,128}$/.test(one)))
    throw invalidParameterValue("Passwords must be 16 to 128 printable characters long, without spaces.");
  return { passwords, authentication: type === "password" ? "password" : "no-password" };
}

const describe = (user: UserRecord, ctx: Context): ElastiCache.User => ({
  UserId: user.id,
  UserName: user.name,
  Status: "active",
  Engine: user.engine,
  MinimumEngineVersion: "6.0",
  AccessString: user.accessString,
  UserGroupIds: groupsOf(user.id, ctx),
  Authentication: { Type: user.authentication, PasswordCount: user.passwords.length },
  ARN: userArn(user.id, ctx),
});
