import { stateOf } from "../../aws/lifecycle.ts";
import type { Handlers } from "../../core/service.ts";
import type * as Route53 from "../../models/generated/route53.ts";
import { changeRecords, describeChange } from "./change.ts";
import { noSuchChange } from "./errors.ts";
import { changeLifecycle } from "./lifecycle.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html */
export const changes: Handlers<Route53.Operations> = {
  GetChange({ Id }, ctx) {
    const id = Id.replace(/^\/?change\//, "");
    const change = ctx.store.collection(changeRecords).get([id]);
    if (!change) throw noSuchChange(id);
    const status = stateOf(changeLifecycle, change.transition, "INSYNC", ctx.host);
    return { ChangeInfo: describeChange(change, status as Route53.ChangeStatus) };
  },
};
