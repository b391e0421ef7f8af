import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import { admitItem } from "./attribute-value.ts";
import { Consumption } from "./capacity.ts";
import { collectionMetrics } from "./collection-metrics.ts";
import { checkCondition, conditionOf } from "./conditional.ts";
import type { Database } from "./database.ts";
import { invalid, itemTooLarge } from "./errors.ts";
import { ItemWrite } from "./item-write.ts";
import { MOST_ITEM_BYTES } from "./limits.ts";
import { refuseMixed } from "./parameters.ts";

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
export const putItem = (database: Database): Handlers<DynamoDB.Operations> => ({
  PutItem(input, ctx) {
    refuseMixed(input, ["ConditionExpression"], ["Expected", "ConditionalOperator"]);
    const { normal: item, size } = admitItem(input.Item);
    if (input.ReturnValues && input.ReturnValues !== "ALL_OLD" && input.ReturnValues !== "NONE")
      throw invalid("ReturnValues can only be ALL_OLD or NONE");
    if (size > MOST_ITEM_BYTES) throw itemTooLarge();
    const condition = conditionOf(input);
    const { region, table } = database.activeTable(input.TableName, ctx);
    table.checkItem(item);

    const wantsOld = input.ReturnValues === "ALL_OLD";
    const counts = database.settings.enforcesCapacity || input.ReturnConsumedCapacity !== undefined;
    const write = new ItemWrite(region, table, item, wantsOld || counts || condition !== undefined);
    const consumption = new Consumption(table, "write");
    if (counts) {
      write.consume(consumption, item, size);
      consumption.charge(region);
    }
    if (condition) checkCondition(ctx, table, condition, write.before, input);
    write.commit(item, size, { writtenBy: ctx.id });

    const output: DynamoDB.PutItemOutput = {};
    if (wantsOld && write.before) output.Attributes = write.before;
    if (counts) output.ConsumedCapacity = consumption.report(input.ReturnConsumedCapacity);
    if (input.ReturnItemCollectionMetrics === "SIZE")
      output.ItemCollectionMetrics = collectionMetrics(region, table, item);
    return output;
  },
});
