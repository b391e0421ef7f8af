import type { Context, Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import * as kept from "./collections.ts";
import { badRequest } from "./errors.ts";
import { member, type PatchRule, patched, valueItems } from "./patch.ts";

const BY_DEFAULT: APIGateway.Account = {
  throttleSettings: { burstLimit: 5000, rateLimit: 10000 },
  features: ["UsagePlans"],
  apiKeyVersion: "4",
};

const read = (ctx: Context): APIGateway.Account =>
  ctx.store.collection(kept.account).get(["account"]) ?? BY_DEFAULT;

export const account: Handlers<APIGateway.Operations> = {
  GetAccount: (_, ctx) => read(ctx),

  UpdateAccount({ patchOperations }, ctx) {
    const updated = patched(read(ctx), patchOperations, patches);
    const role = updated.cloudwatchRoleArn;
    if (role && !/^arn:[\w-]+:iam::\d{12}:role\/.+/.test(role))
      throw badRequest("Invalid ARN specified in the request");
    if (role === "") delete updated.cloudwatchRoleArn;
    ctx.store.collection(kept.account).put(["account"], updated);
    return updated;
  },
};

const patches: PatchRule<APIGateway.Account>[] = [
  member("cloudwatchRoleArn", "text", ["add", "replace", "remove"]),
  valueItems("/features"),
];
