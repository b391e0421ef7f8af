import { Draft } from "../draft.ts";
import { invalidResource } from "../errors.ts";
import { inResource, something } from "../expect.ts";
import {
  any,
  literal,
  map,
  mapOf,
  oneOf,
  type PropertyTypes,
  read,
  text,
  textOrMap,
  whole,
} from "../properties.ts";
import { tagList } from "../tags.ts";
import type { SamResource } from "../translation.ts";
import { isFilled, isMap, own, type Value, type Values } from "../value.ts";

const TYPES: PropertyTypes = {
  PointInTimeRecoverySpecification: literal(any),
  PrimaryKey: mapOf(text),
  ProvisionedThroughput: mapOf(oneOf(whole, map)),
  TableName: textOrMap,
  Tags: map,
  SSESpecification: map,
};

const KEY_TYPES: Readonly<Record<string, string>> = { String: "S", Number: "N", Binary: "B" };

/**
 * A table with a key of one attribute.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html
 */
export const simpleTable: SamResource = {
  translate(id, resource) {
    const { properties, attributes, dependsOn } = read(id, "AWS::Serverless::SimpleTable", resource, TYPES);
    const key = primaryKey(id, properties["PrimaryKey"]);
    const filled = (name: string) => (isFilled(properties[name]) ? properties[name] : undefined);
    const throughput = filled("ProvisionedThroughput");
    const draft = new Draft(
      "AWS::DynamoDB::Table",
      id,
      {
        AttributeDefinitions: [key],
        KeySchema: [{ AttributeName: key["AttributeName"] as Value, KeyType: "HASH" }],
        PointInTimeRecoverySpecification: filled("PointInTimeRecoverySpecification"),
        ProvisionedThroughput: throughput,
        BillingMode: throughput === undefined ? "PAY_PER_REQUEST" : undefined,
        SSESpecification: filled("SSESpecification"),
        TableName: filled("TableName"),
        Tags: isFilled(properties["Tags"]) ? tagList(properties["Tags"]) : undefined,
      },
      attributes,
    );
    draft.dependsOn = dependsOn;
    return { drafts: [draft] };
  },
};

function primaryKey(id: string, key: Value | undefined): Values {
  if (!isMap(key) || !isFilled(key)) return { AttributeName: "id", AttributeType: "S" };
  const name = something(own(key, "Name"), inResource(id, "PrimaryKey.Name"));
  const type = something(own(key, "Type"), inResource(id, "PrimaryKey.Type"));
  if (typeof type !== "string" || !Object.hasOwn(KEY_TYPES, type)) {
    throw invalidResource(id, `Invalid 'Type' "${type}".`);
  }
  return { AttributeName: name, AttributeType: KEY_TYPES[type] as string };
}
