import { BlockList, isIPv6 } from "node:net";
import { wildcard } from "../../../core/wildcard.ts";
import type * as ELB from "../../../models/generated/elbv2.ts";
import { valuesOf } from "../condition.ts";
import { type Exchange, hostOf, valuesOfHeader } from "./exchange.ts";

/** Does a request fit all conditions of a rule? https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
export const fitsAll = (conditions: readonly ELB.RuleCondition[], exchange: Exchange): boolean =>
  conditions.every((condition) => fits(condition, exchange));

function fits(condition: ELB.RuleCondition, exchange: Exchange): boolean {
  const values = valuesOf(condition);
  switch (condition.Field) {
    case "host-header": {
      const host = hostOf(exchange).replace(/:\d+$/, "").toLowerCase();
      return values.some((value) => wildcard(value.toLowerCase(), host));
    }
    case "path-pattern":
      return values.some((value) => wildcard(value, exchange.path));
    case "http-header": {
      const name = condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() ?? "";
      const found = valuesOfHeader(exchange, name);
      return found.some((one) => values.some((value) => wildcard(value.toLowerCase(), one.toLowerCase())));
    }
    case "http-request-method":
      return values.includes(exchange.method);
    case "query-string":
      return (condition.QueryStringConfig?.Values ?? []).some((pair) => hasPair(pair, exchange.query));
    case "source-ip":
      return values.some((block) => contains(block, exchange.clientIp));
    default:
      return false;
  }
}

/** Without a key, any may have the value. */
function hasPair({ Key, Value = "" }: ELB.QueryStringKeyValuePair, query: string): boolean {
  return query.split("&").some((part) => {
    const at = part.indexOf("=");
    const [key, value] = at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
    return (
      (Key === undefined || wildcard(Key.toLowerCase(), key.toLowerCase())) &&
      wildcard(Value.toLowerCase(), value.toLowerCase())
    );
  });
}

function contains(block: string, address: string): boolean {
  const [base = "", bits = ""] = block.split("/");
  const list = new BlockList();
  try {
    list.addSubnet(base, Number(bits), isIPv6(base) ? "ipv6" : "ipv4");
  } catch {
    // What is no block has nobody in it.
    return false;
  }
  return list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
