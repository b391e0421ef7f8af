import type { Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { invalidParameter } from "./errors.ts";
import { findFunction, findVersion, putVersion } from "./lookup.ts";
import { functions } from "./records.ts";

/** Settings that only say how AWS runs a function: runtime updates and recursive loops. */
export const runtimeManagementOperations = (): Handlers<Api.Operations> => ({
  PutRuntimeManagementConfig(input, ctx) {
    const found = findFunction(ctx, input.FunctionName, input.Qualifier);
    const { version } = findVersion(found);
    if (input.UpdateRuntimeOn === "Manual" && !input.RuntimeVersionArn) {
      throw invalidParameter("You must provide a RuntimeVersionArn when UpdateRuntimeOn is set to Manual.");
    }
    const arn = input.UpdateRuntimeOn === "Manual" ? input.RuntimeVersionArn : undefined;
    const runtimeManagement = {
      UpdateRuntimeOn: input.UpdateRuntimeOn,
      ...(arn && { RuntimeVersionArn: arn }),
    };
    putVersion(found.store, { ...version, runtimeManagement });
    return { FunctionArn: version.configuration.FunctionArn, ...runtimeManagement };
  },

  GetRuntimeManagementConfig(input, ctx) {
    const { version } = findVersion(findFunction(ctx, input.FunctionName, input.Qualifier));
    const { FunctionArn } = version.configuration;
    return { FunctionArn, UpdateRuntimeOn: "Auto", ...version.runtimeManagement };
  },

  PutFunctionRecursionConfig(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    found.store
      .collection(functions)
      .put([found.name], { ...found.record, recursiveLoop: input.RecursiveLoop });
    return { RecursiveLoop: input.RecursiveLoop };
  },

  GetFunctionRecursionConfig(input, ctx) {
    return { RecursiveLoop: findFunction(ctx, input.FunctionName).record.recursiveLoop ?? "Terminate" };
  },
});
