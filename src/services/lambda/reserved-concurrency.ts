import type { Handlers } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import { codeSize } from "./code-references.ts";
import { invalidParameter, reservedBelowProvisioned } from "./errors.ts";
import type { Lambda } from "./lambda.ts";
import { findFunction, referenceOf } from "./lookup.ts";
import { functions, LATEST } from "./records.ts";

/** Reserved concurrency and the account's limits: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export const reservedConcurrencyOperations = (lambda: Lambda): Handlers<Api.Operations> => ({
  PutFunctionConcurrency(input, ctx) {
    const { qualifier } = referenceOf(ctx, input.FunctionName);
    if (qualifier !== undefined) {
      throw invalidParameter(
        "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.",
      );
    }
    const found = findFunction(ctx, input.FunctionName, undefined, LATEST);
    const reserved = input.ReservedConcurrentExecutions;
    const provisioned = lambda.concurrency.provisioned(found, found.name);
    if (reserved < provisioned) throw reservedBelowProvisioned(reserved, provisioned);
    const left = lambda.concurrency.accountLimit - lambda.concurrency.reserved(found, found.name) - reserved;
    const minimum = lambda.host.setting<number>("limit-minimum-unreserved-concurrency");
    if (left < minimum) {
      throw invalidParameter(
        `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${minimum}].`,
      );
    }
    found.store.collection(functions).put([found.name], { ...found.record, reservedConcurrency: reserved });
    return { ReservedConcurrentExecutions: reserved };
  },

  GetFunctionConcurrency(input, ctx) {
    const { reservedConcurrency } = findFunction(ctx, input.FunctionName).record;
    return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  },

  DeleteFunctionConcurrency(input, ctx) {
    const found = findFunction(ctx, input.FunctionName);
    const { reservedConcurrency: _gone, ...record } = found.record;
    found.store.collection(functions).put([found.name], record);
  },

  GetAccountSettings(_input, ctx) {
    return {
      AccountLimit: {
        TotalCodeSize: lambda.host.setting<number>("limit-total-code-size"),
        CodeSizeUnzipped: lambda.host.setting<number>("limit-code-size-unzipped"),
        CodeSizeZipped: lambda.host.setting<number>("limit-code-size-zipped"),
        ConcurrentExecutions: lambda.concurrency.accountLimit,
        UnreservedConcurrentExecutions: lambda.concurrency.unreservedLimit(ctx),
      },
      AccountUsage: {
        TotalCodeSize: codeSize(ctx.store),
        FunctionCount: ctx.store.collection(functions).count(),
      },
    };
  },
});
