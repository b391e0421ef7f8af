import { partitionOf } from "../../core/arn.ts";
import type { Handlers } from "../../core/service.ts";
import type * as IAM from "../../models/generated/iam.ts";
import { describeRole } from "./describe.ts";
import { newEntity, ROLE, type RoleRecord, roles } from "./entity.ts";
import { invalidInput, noSuchDeletionTask } from "./errors.ts";
import { isServiceLinked } from "./roles.ts";
import { linkedRoleOf } from "./service-linked-role-names.ts";

const SESSION_SECONDS = 3600;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html */
export const serviceLinkedRoles: Handlers<IAM.Operations> = {
  CreateServiceLinkedRole(input, ctx) {
    const service = input.AWSServiceName;
    if (!/^[\w.-]+\.amazonaws\.com(\.cn)?$/.test(service))
      throw invalidInput(`${service} is not a valid service.`);
    const linked = linkedRoleOf(service);
    if (input.CustomSuffix && !linked.takesSuffix)
      throw invalidInput(`Custom suffix is not allowed for ${service}`);
    const suffix = input.CustomSuffix ? `_${input.CustomSuffix}` : "";
    const name = `AWSServiceRoleFor${linked.name}${suffix}`;
    const all = roles(ctx);
    if (all.find(name)) {
      throw invalidInput(
        `Service role name ${name} has been taken in this account, please try a different suffix.`,
      );
    }
    const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
    const description = input.Description ?? linked.description;
    const role: RoleRecord = {
      ...newEntity(ROLE, name, `/aws-service-role/${service}/`, {}, ctx),
      attached: linked.policy
        ? [`arn:${partitionOf(ctx.region)}:iam::aws:policy/aws-service-role/${linked.policy}`]
        : [],
      inline: {},
      trust: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
      maxSessionSeconds: SESSION_SECONDS,
      ...(description !== undefined && { description }),
    };
    all.put(role);
    return { Role: describeRole(role) };
  },

  /** Nothing uses the role here: it is gone at once. */
  DeleteServiceLinkedRole(input, ctx) {
    const all = roles(ctx);
    const role = all.get(input.RoleName);
    if (!isServiceLinked(role)) throw invalidInput(`${role.name} is not a service-linked role.`);
    all.delete(role.name);
    return { DeletionTaskId: `task${role.path}${role.name}/${ctx.random.uuid()}` };
  },

  GetServiceLinkedRoleDeletionStatus(input) {
    if (!/^task\/aws-service-role\/[^/]+\/[^/]+\/[\w-]{36}$/.test(input.DeletionTaskId)) {
      throw noSuchDeletionTask(input.DeletionTaskId);
    }
    return { Status: "SUCCEEDED" };
  },
};
