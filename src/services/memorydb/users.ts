import type { Context, Handlers } from "../../core/service.ts";
import type * as MemoryDB from "../../models/generated/memorydb.ts";
import { wrongRule } from "../../processes/valkey/access.ts";
import { aclsWith } from "./acl.ts";
import { pageBy } from "./describing.ts";
import { invalidParameterCombination, invalidParameterValue, userExists, userState } from "./errors.ts";
import { checkName } from "./ids.ts";
import type { Clusters } from "./running/clusters.ts";
import { tagging } from "./tags.ts";
import { allUsers, DEFAULT_USER, findUser, type UserRecord, userArn, users } from "./user.ts";

const MOST_PASSWORDS = 2;
const LONGEST_NAME = 40;

/** https://docs.aws.amazon.com/memorydb/latest/APIReference/API_CreateUser.html and its neighbours */
export const userHandlers = (clusters: Clusters): Handlers<MemoryDB.Operations> => ({
  CreateUser(input, ctx) {
    const name = checkName(input.UserName, "UserName", LONGEST_NAME);
    if (name === DEFAULT_USER.name || ctx.store.collection(users).get([name])) throw userExists(name);
    const user: UserRecord = {
      name,
      accessString: checkAccess(input.AccessString),
      passwords: passwordsOf(input.AuthenticationMode),
      tags: tagging.read(input.Tags),
    };
    ctx.store.collection(users).put([name], user);
    return { User: describe(user, ctx) };
  },

  DescribeUsers(input, ctx) {
    const { UserName, Filters = [] } = input;
    const named = UserName === undefined ? allUsers(ctx.store) : [findUser(UserName, ctx.store)];
    const meant = named.filter((user) => Filters.every((filter) => passes(user, filter, ctx)));
    const { items, ...rest } = pageBy(meant, (user) => [user.name], input, ctx.operation);
    return { Users: items.map((user) => describe(user, ctx)), ...rest };
  },

  UpdateUser(input, ctx) {
    const user = own(input.UserName, ctx);
    const changed: UserRecord = {
      ...user,
      ...(input.AccessString !== undefined && { accessString: checkAccess(input.AccessString) }),
      ...(input.AuthenticationMode !== undefined && { passwords: passwordsOf(input.AuthenticationMode) }),
    };
    ctx.store.collection(users).put([user.name], changed);
    const names = aclsWith(user.name, ctx.store);
    clusters.settingsChanged(ctx, ({ acl }) => names.includes(acl));
    return { User: describe(changed, ctx) };
  },

  DeleteUser({ UserName }, ctx) {
    const user = own(UserName, ctx);
    const [acl] = aclsWith(user.name, ctx.store);
    if (acl !== undefined)
      throw userState(`User ${user.name} is a member of the ACL ${acl}: take it out first.`);
    ctx.store.collection(users).delete([user.name]);
    return { User: { ...describe(user, ctx), Status: "deleting" } };
  },
});

/** @throws InvalidParameterValueException for AWS's own */
function own(name: string, { store }: Context): UserRecord {
  if (name.toLowerCase() === DEFAULT_USER.name)
    throw invalidParameterValue("The default user cannot be modified or deleted.");
  return findUser(name, store);
}

function passes(user: UserRecord, { Name, Values }: MemoryDB.Filter, { store }: Context): boolean {
  if (Name === "user-name") return Values.includes(user.name);
  if (Name === "acl-name") return aclsWith(user.name, store).some((acl) => Values.includes(acl));
  throw invalidParameterValue(`Unrecognized filter name: ${Name}`);
}

/** @throws InvalidParameterValueException */
function checkAccess(text: string): string {
  const wrong = wrongRule(text);
  if (wrong !== undefined) throw invalidParameterValue(`Invalid access string: ${wrong} is no rule.`);
  return text;
}

/** @throws InvalidParameterCombinationException, InvalidParameterValueException */
function passwordsOf({ Type, Passwords = [] }: MemoryDB.AuthenticationMode): readonly string[] {
  if (Type === "iam")
    throw invalidParameterValue(
      "Squall does not authenticate users of clusters by IAM: give them passwords.",
    );
  if (Passwords.length === 0)
    throw invalidParameterCombination("A user whose authentication is by password has passwords.");
  if (Passwords.length > MOST_PASSWORDS)
    throw invalidParameterValue(`A user has at most ${MOST_PASSWORDS} passwords.`);
  if (Passwords.some((one) => !/^[\x21-\x7e]{16,128}$/.test(one)))
    throw invalidParameterValue("Passwords must be 16 to 128 printable characters long, without spaces.");
  return Passwords;
}

const describe = (user: UserRecord, ctx: Context): MemoryDB.User => ({
  Name: user.name,
  Status: "active",
  AccessString: user.accessString,
  ACLNames: aclsWith(user.name, ctx.store),
  MinimumEngineVersion: "6.0",
  Authentication: {
    Type: user.passwords.length > 0 ? "password" : "no-password",
    PasswordCount: user.passwords.length,
  },
  ARN: userArn(user.name, ctx),
});
