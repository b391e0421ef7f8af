import type { Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { type UserRecord, users, wholeSecond } from "./entity.ts";
import { loginProfileExists, noSuchLoginProfile } from "./errors.ts";
import { checkPassword } from "./password-policy.ts";
import { userNameOf } from "./user-name.ts";

/** Passwords are checked and thrown away: nobody can log in here. */
export const loginProfiles: Handlers<IAM.Operations> = {
  CreateLoginProfile(input, ctx) {
    const all = users(ctx);
    const user = all.get(userNameOf(input.UserName, ctx));
    if (user.login) throw loginProfileExists(user.name);
    checkPassword(input.Password, ctx);
    const login = {
      createdAtMs: wholeSecond(ctx.clock.now()),
      resetRequired: input.PasswordResetRequired ?? false,
    };
    all.put({ ...user, login });
    return { LoginProfile: describe(user.name, login) };
  },

  GetLoginProfile(input, ctx) {
    const user = users(ctx).get(userNameOf(input.UserName, ctx));
    if (!user.login) throw noSuchLoginProfile(user.name);
    return { LoginProfile: describe(user.name, user.login) };
  },

  UpdateLoginProfile(input, ctx) {
    const all = users(ctx);
    const user = all.get(input.UserName);
    if (!user.login) throw noSuchLoginProfile(user.name);
    checkPassword(input.Password, ctx);
    const resetRequired = input.PasswordResetRequired ?? user.login.resetRequired;
    all.put({ ...user, login: { ...user.login, resetRequired } });
  },

  DeleteLoginProfile(input, ctx) {
    const all = users(ctx);
    const user = all.get(userNameOf(input.UserName, ctx));
    if (!user.login) throw noSuchLoginProfile(user.name);
    const { login: _, ...rest } = user;
    all.put(rest);
  },

  ChangePassword(input, ctx) {
    const user = users(ctx).get(userNameOf(undefined, ctx));
    if (!user.login) throw noSuchLoginProfile(user.name);
    checkPassword(input.NewPassword, ctx);
  },
};

function describe(name: string, login: NonNullable<UserRecord["login"]>): IAM.LoginProfile {
  return {
    UserName: name,
    CreateDate: new Date(login.createdAtMs),
    PasswordResetRequired: login.resetRequired,
  };
}
