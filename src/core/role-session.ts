import type { Caller } from "./call.ts";
import { behindLast } from "./text.ts";

/** @param account whose session it is when the role's ARN does not say */
export const sessionArn = (role: string, name: string, account: string, partition = "aws"): string =>
  `arn:${partition}:sts::${role.split(":")[4] || account}:assumed-role/${behindLast("/", role)}/${name}`;

/**
 * A session of a role as who makes a call between services, so without keys: a service's own, or that of who has assumed the
 * role.
 * @param account of the call
 */
export const roleSession = (role: string, name: string, account: string, partition?: string): Caller => ({
  accessKeyId: "",
  account,
  arn: sessionArn(role, name, account, partition),
  userId: `AROA:${name}`,
  roleArn: role,
});
