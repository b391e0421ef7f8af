import type { Draft } from "./draft.ts";
import { invalidResource } from "./errors.ts";
import { isFilled, isMap, type Value, type Values } from "./value.ts";

const CREATED_BY = "lambda:createdBy";
const RESERVED = [CREATED_BY, "serverlessrepo:applicationId", "serverlessrepo:semanticVersion"];

/** Types that the transform makes, and how their tags are written. */
const TAGGED: Readonly<Record<string, "list" | "map">> = {
  "AWS::ApiGateway::ApiKey": "list",
  "AWS::ApiGateway::DomainName": "list",
  "AWS::ApiGateway::DomainNameAccessAssociation": "list",
  "AWS::ApiGateway::DomainNameV2": "list",
  "AWS::ApiGateway::RestApi": "list",
  "AWS::ApiGateway::Stage": "list",
  "AWS::ApiGateway::UsagePlan": "list",
  "AWS::ApiGatewayV2::DomainName": "map",
  "AWS::ApiGatewayV2::Stage": "map",
  "AWS::IAM::Role": "list",
  "AWS::IoT::TopicRule": "list",
  "AWS::Lambda::Function": "list",
  "AWS::S3::Bucket": "list",
  "AWS::SNS::Topic": "list",
  "AWS::SQS::Queue": "list",
  "AWS::StepFunctions::StateMachine": "list",
};

/** A map of tags as the list that most resources have. */
export function tagList(tags: Value | undefined): Value[] {
  if (!isMap(tags)) return [];
  return Object.entries(tags).map(([key, value]) => ({ Key: key, Value: value ?? "" }));
}

/** The tags of a resource that SAM makes, its own one first. */
export function samTags(id: string, tags: Value | undefined, more: Values = {}): Value[] {
  for (const reserved of RESERVED) {
    if (isMap(tags) && Object.hasOwn(tags, reserved)) {
      throw invalidResource(
        id,
        `${reserved} is a reserved Tag key name and cannot be set on your resource. Please change the tag key in the input.`,
      );
    }
  }
  return [...tagList({ [CREATED_BY]: "SAM" }), ...tagList(more), ...tagList(tags)];
}

/** `PropagateTags`: every resource that can has the tags, and no other. */
export function propagateTags(
  drafts: readonly Draft[],
  tags: Value | undefined,
  propagate: Value | undefined,
): void {
  if (!isFilled(propagate) || !isFilled(tags)) return;
  for (const draft of drafts) {
    const form =
      draft.type === "AWS::ApiGatewayV2::Api" && draft.properties["ProtocolType"]
        ? "map"
        : TAGGED[draft.type];
    if (form) draft.properties["Tags"] = form === "map" ? tags : tagList(tags);
  }
}
