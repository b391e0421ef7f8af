import type { Place } from "../../aws/arn-template.ts";
import { makeArn, parseArn } from "../../core/arn.ts";

/** What a load balancer's ARN calls its type. */
const SHORT = { application: "app", network: "net" } as const;

export type BalancerType = keyof typeof SHORT;

const arnOf = ({ account, region }: Place, resource: string): string =>
  makeArn("elasticloadbalancing", region, account, resource);

interface Named {
  readonly name: string;
  readonly id: string;
}

/** `app/web/50dc6c495c0c9188`: how all that a load balancer has begins. */
const pathOf = ({ type, name, id }: Named & { readonly type: BalancerType }): string =>
  `${SHORT[type]}/${name}/${id}`;

export const balancerArn = (place: Place, balancer: Named & { readonly type: BalancerType }): string =>
  arnOf(place, `loadbalancer/${pathOf(balancer)}`);

export const targetGroupArn = (place: Place, { name, id }: Named): string =>
  arnOf(place, `targetgroup/${name}/${id}`);

export const listenerArn = (
  place: Place,
  balancer: Named & { readonly type: BalancerType },
  listenerId: string,
): string => arnOf(place, `listener/${pathOf(balancer)}/${listenerId}`);

/** `arn:…:listener/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2` → `arn:…:listener-rule/app/web/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee` */
export const ruleArn = (listener: string, ruleId: string): string =>
  `${listener.replace(":listener/", ":listener-rule/")}/${ruleId}`;

/** The kind of thing that an ARN names, and the parts of its name; undefined for an ARN of something else. */
export function readArn(
  arn: string,
): { readonly kind: string; readonly parts: readonly string[] } | undefined {
  const parsed = parseArn(arn);
  if (parsed?.service !== "elasticloadbalancing") return undefined;
  const [kind = "", ...parts] = parsed.resource.split("/");
  return { kind, parts };
}
