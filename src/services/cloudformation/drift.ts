import type { Context, Handlers } from "../../core/service.ts";
import type * as CloudFormation from "../../models/generated/cloudformation.ts";
export const driftOperations: Handlers<CloudFormation.Operations> = {};
export type { Context };
