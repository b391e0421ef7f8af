import type { Context, Handlers } from "../../core/service.ts";
import type * as RdsData from "../../models/generated/rds-data.ts";
import { schemaNotSupported } from "./errors.ts";
import type { Sessions } from "./running/sessions.ts";
import { targetOf } from "./target.ts";

/** https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_BeginTransaction.html and its neighbours */
export function transactions(sessions: Sessions): Handlers<RdsData.Operations> {
  const finish = async (
    how: "commit" | "rollback",
    input: RdsData.CommitTransactionRequest,
    ctx: Context,
  ): Promise<void> => sessions.finish(input.transactionId, await targetOf(input, ctx), how);
  return {
    async BeginTransaction(input, ctx) {
      if (input.schema !== undefined) throw schemaNotSupported();
      return { transactionId: await sessions.begin(await targetOf(input, ctx)) };
    },

    async CommitTransaction(input, ctx) {
      await finish("commit", input, ctx);
      return { transactionStatus: "Transaction Committed" };
    },

    async RollbackTransaction(input, ctx) {
      await finish("rollback", input, ctx);
      return { transactionStatus: "Rollback Complete" };
    },
  };
}
