import type { Handlers } from "../../../core/service.ts";
import type * as CloudFormation from "../../../models/generated/cloudformation.ts";
import { noDelegate } from "./errors.ts";
import { stackInstanceOperations } from "./instance-operations.ts";
import type { StackSetOperations } from "./operations-work.ts";
import { stackSetOperations } from "./stack-set-operations.ts";

/** All operations on stack sets. There is no organization: who calls is the administrator itself. */
export function allStackSetOperations(operations: StackSetOperations): Handlers<CloudFormation.Operations> {
  const handlers = { ...stackSetOperations(operations), ...stackInstanceOperations(operations) };
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handle]) => [
      name,
      (input: { CallAs?: string }, ctx: never) => {
        if (input.CallAs === "DELEGATED_ADMIN") throw noDelegate();
        return (handle as (input: unknown, ctx: never) => unknown)(input, ctx);
      },
    ]),
  ) as Handlers<CloudFormation.Operations>;
}
