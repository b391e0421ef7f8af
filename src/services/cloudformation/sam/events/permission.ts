import { Draft, type Target } from "../draft.ts";
import { hashedId, isAlphanumeric } from "../logical-id.ts";
import type { Value } from "../value.ts";

/** Who may invoke a function. */
export interface Invoker {
  readonly prefix: string;
  readonly principal: string;
  readonly sourceArn?: Value | undefined;
  readonly sourceAccount?: Value | undefined;
  readonly token?: Value | undefined;
  /** What tells this permission from others of the same event: a stage. */
  readonly suffix?: string;
}

/** A permission to invoke a function or its alias. */
export function invokePermission(target: Target, invoker: Invoker): Draft {
  const prefix = `${invoker.prefix}Permission`;
  const suffix = invoker.suffix ?? "";
  return new Draft(
    "AWS::Lambda::Permission",
    isAlphanumeric(suffix) ? prefix + suffix : hashedId(prefix, suffix),
    {
      Action: "lambda:InvokeFunction",
      FunctionName: target.name,
      Principal: invoker.principal,
      SourceAccount: invoker.sourceAccount,
      SourceArn: invoker.sourceArn,
      EventSourceToken: invoker.token,
    },
    target.passedOn,
  );
}

/** The text of an ARN in the region and account of the stack, for `Fn::Sub`. */
export function arnText(partition: string, service: string, resource: string): string {
  return `arn:${partition}:${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`;
}
