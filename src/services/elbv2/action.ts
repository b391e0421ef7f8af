import type { Context } from "../../core/service.ts";
import type * as ELB from "../../models/generated/elbv2.ts";
import { balancerArn } from "./arns.ts";
import {
  incompatibleProtocols,
  invalidAction,
  targetGroupAssociated,
  targetGroupsNotFound,
  validationError,
} from "./errors.ts";
import type { LoadBalancerRecord } from "./load-balancer.ts";
import { isHttp, lookUpTargetGroup, type TargetGroupRecord } from "./target-group.ts";
import { balancersOfGroup } from "./usage.ts";

const LAST: ReadonlySet<string> = new Set(["forward", "redirect", "fixed-response"]);
const CONTENT_TYPES = [
  "text/plain",
  "text/css",
  "text/html",
  "application/javascript",
  "application/json",
] as const;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ForwardActionConfig.html: five at most */
const MOST_GROUPS = 5;

/** Where actions belong to. */
interface Of {
  readonly balancer: LoadBalancerRecord;
  readonly protocol: string;
}

/** The target groups that actions forward to, by ARN, with their weights. */
export const forwardedTo = (actions: readonly ELB.Action[]): ELB.TargetGroupTuple[] =>
  actions.flatMap(({ TargetGroupArn, ForwardConfig }) => {
    if (ForwardConfig?.TargetGroups?.length) return ForwardConfig.TargetGroups;
    return TargetGroupArn === undefined ? [] : [{ TargetGroupArn, Weight: 1 }];
  });

/**
 * Actions as AWS keeps and tells them.
 * @throws ValidationError, InvalidLoadBalancerAction, TargetGroupNotFound, TargetGroupAssociationLimit, IncompatibleProtocols
 */
export function checkedActions(given: readonly ELB.Action[], of: Of, ctx: Context): ELB.Action[] {
  if (given.length === 0) throw validationError("An action must be specified");
  for (const [n, { Type }] of given.entries()) checkType(Type, n, of);
  const last = given.filter(({ Type }) => LAST.has(Type));
  if (last.length !== 1)
    throw invalidAction("You must specify exactly one action of type forward, redirect or fixed-response");
  return given.map((action) => checkedAction(action, of, ctx));
}

function checkType(type: string, n: number, { balancer }: Of): void {
  if (type.startsWith("authenticate-") || type === "jwt-validation")
    throw invalidAction(`Squall serves no actions of the type ${type}.`);
  if (!LAST.has(type))
    throw validationError(
      `1 validation error detected: Value '${type}' at 'actions.${n + 1}.member.type' failed to satisfy constraint: Member must satisfy enum value set: [redirect, authenticate-cognito, jwt-validation, authenticate-oidc, forward, fixed-response]`,
    );
  if (balancer.type === "network" && type !== "forward")
    throw invalidAction(`Actions of type '${type}' are not supported for network load balancers`);
}

function checkedAction(action: ELB.Action, of: Of, ctx: Context): ELB.Action {
  const { Type, Order } = action;
  const order = Order === undefined ? {} : { Order };
  if (Type === "redirect") return { Type, ...order, RedirectConfig: checkedRedirect(action.RedirectConfig) };
  if (Type === "fixed-response")
    return { Type, ...order, FixedResponseConfig: checkedResponse(action.FixedResponseConfig) };
  const groups = forwardedTo([action]);
  if (groups.length === 0)
    throw validationError("A target group ARN must be specified for actions of type 'forward'");
  if (groups.length > MOST_GROUPS)
    throw validationError(`An action cannot forward to more than '${MOST_GROUPS}' target groups`);
  for (const { TargetGroupArn = "", Weight = 1 } of groups) {
    checkGroup(TargetGroupArn, of, ctx);
    if (Weight < 0 || Weight > 999) throw validationError(`Weight '${Weight}' must be between 0 and 999`);
  }
  const [only] = groups;
  return {
    Type,
    ...order,
    ...(groups.length === 1 && { TargetGroupArn: only?.TargetGroupArn ?? "" }),
    ForwardConfig: {
      TargetGroups: groups.map(({ TargetGroupArn = "", Weight = 1 }) => ({ TargetGroupArn, Weight })),
      TargetGroupStickinessConfig: {
        Enabled: false,
        ...action.ForwardConfig?.TargetGroupStickinessConfig,
      },
    },
  };
}

function checkGroup(arn: string, { balancer, protocol }: Of, ctx: Context): void {
  const group = lookUpTargetGroup(arn, ctx);
  if (!group) throw targetGroupsNotFound([arn]);
  const own = balancerArn(ctx, balancer);
  if (balancersOfGroup(arn, ctx).some((other) => other !== own)) throw targetGroupAssociated([arn]);
  if (!fits(group, balancer)) throw incompatibleProtocols(group.protocol ?? "", protocol);
}

/** A function takes HTTP; of all others the protocol says it. */
const fits = ({ targetType, protocol }: TargetGroupRecord, { type }: LoadBalancerRecord): boolean =>
  (type === "application") === (targetType === "lambda" || isHttp(protocol));

function checkedRedirect(config: ELB.RedirectActionConfig | undefined): ELB.RedirectActionConfig {
  if (!config) throw validationError("A redirect config must be specified");
  const {
    Protocol = "#{protocol}",
    Host = "#{host}",
    Port = "#{port}",
    Path = "/#{path}",
    Query = "#{query}",
    StatusCode,
  } = config;
  if (
    [Protocol, Host, Port, Path].every(
      (part, n) => part === ["#{protocol}", "#{host}", "#{port}", "/#{path}"][n],
    )
  )
    throw invalidAction(
      "The redirect action must modify at least one of the following components: protocol, host, port, path",
    );
  return { Protocol, Port, Host, Path, Query, StatusCode };
}

function checkedResponse(config: ELB.FixedResponseActionConfig | undefined): ELB.FixedResponseActionConfig {
  if (!config) throw validationError("A fixed response config must be specified");
  const { StatusCode, ContentType, MessageBody } = config;
  if (!/^[245]\d\d$/.test(StatusCode))
    throw validationError(
      `1 validation error detected: Value '${StatusCode}' at 'actions.1.member.fixedResponseConfig.statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(2|4|5)\\d\\d$`,
    );
  if (ContentType !== undefined && !(CONTENT_TYPES as readonly string[]).includes(ContentType))
    throw invalidAction(
      "The ContentType must be one of:'text/html', 'application/json', 'application/javascript', 'text/css', 'text/plain'",
    );
  return {
    ...(MessageBody !== undefined && { MessageBody }),
    StatusCode,
    ...(ContentType !== undefined && { ContentType }),
  };
}
