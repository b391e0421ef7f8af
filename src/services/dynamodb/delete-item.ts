import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { withAdmittedKey } from "./attribute-value.ts";
import { Consumption } from "./capacity.ts";
import { collectionMetrics } from "./collection-metrics.ts";
import { checkCondition, conditionOf } from "./conditional.ts";
import type { Database } from "./database.ts";
import { invalid } from "./errors.ts";
import { ItemWrite } from "./item-write.ts";
import { refuseMixed } from "./parameters.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */
export const deleteItem = (database: Database): Handlers<DynamoDB.Operations> => ({
  DeleteItem(given, ctx) {
    refuseMixed(given, ["ConditionExpression"], ["Expected", "ConditionalOperator"]);
    const input = withAdmittedKey(given);
    if (input.ReturnValues && input.ReturnValues !== "ALL_OLD" && input.ReturnValues !== "NONE")
      throw invalid("ReturnValues can only be ALL_OLD or NONE");
    const condition = conditionOf(input);
    const { region, table } = database.activeTable(input.TableName, ctx);
    table.checkKey(input.Key);

    const write = new ItemWrite(region, table, input.Key);
    const consumption = new Consumption(table, "write");
    write.consume(consumption, undefined, 0);
    consumption.charge(region);
    if (condition) checkCondition(ctx, table, condition, write.before, input);
    write.commit(undefined, 0, { writtenBy: ctx.id });

    const output: DynamoDB.DeleteItemOutput = {};
    if (input.ReturnValues === "ALL_OLD" && write.before) output.Attributes = write.before;
    output.ConsumedCapacity = consumption.report(input.ReturnConsumedCapacity);
    if (input.ReturnItemCollectionMetrics === "SIZE")
      output.ItemCollectionMetrics = collectionMetrics(region, table, input.Key);
    return output;
  },
});
