import { declareService } from "../../aws/declaration.ts";
import { defineResource, type TagDeclaration } from "../../aws/resource.ts";
import { tagList } from "../../aws/tags.ts";
import type { CollectionDefinition } from "../../core/storage.ts";
import { type Entity, INSTANCE_PROFILE, ROLE, type RoleRecord, USER } from "./entity.ts";
import { type PolicyRecord, policyRecords } from "./policy-record.ts";
import { principals } from "./principals.ts";

/** Users, roles and instance profiles: names are the same whatever their case, and ARNs hold a path. */
function entity<T extends Entity>(
  kind: { readonly label: string; readonly collection: CollectionDefinition<T> },
  type: string,
) {
  const name = `${type}Name`;
  return defineResource<T>({
    arn: `arn:{partition}:iam::{account}:${kind.label}{Path/}{${name}}`,
    namedBy: { [name]: true, Path: "Path" },
    defaults: { Path: "/" },
    fis: `aws:iam:${kind.label}`,
    cfn: `AWS::IAM::${type}`,
    collection: kind.collection,
    nameOf: ({ arn }) => arn,
    keyOf: (names) => (names[name] === undefined ? undefined : [names[name].toLowerCase()]),
    tags: taggedByName(type, name),
  });
}

/** IAM tags each type by operations of its own: `TagRole`, `UntagRole`. */
function taggedByName<T extends Entity>(type: string, member: string): TagDeclaration<T> {
  const name = (arn: string) => arn.slice(arn.lastIndexOf("/") + 1);
  return {
    of: ({ tags }) => tags,
    add: { operation: `Tag${type}`, input: (arn, tags) => ({ [member]: name(arn), Tags: tagList(tags) }) },
    remove: {
      operation: `Untag${type}`,
      input: (arn, keys) => ({ [member]: name(arn), TagKeys: [...keys] }),
    },
  };
}

/** AWS Identity and Access Management, one for all regions of an account: https://docs.aws.amazon.com/IAM/latest/APIReference/ */
export default declareService({
  name: "iam",
  scope: "global",
  iam: {
    principals,
    onCaller: "UserName",
    conditionKeys: {
      "iam:PolicyARN": "PolicyArn",
      "iam:PermissionsBoundary": "PermissionsBoundary",
      "iam:AWSServiceName": "AWSServiceName",
    },
  },
  resources: {
    role: { ...entity(ROLE, "Role"), trust: ({ trust }: RoleRecord) => trust },
    user: entity(USER, "User"),
    "instance-profile": entity(INSTANCE_PROFILE, "InstanceProfile"),
    policy: defineResource<PolicyRecord>({
      arn: "arn:{partition}:iam::{account}:policy{Path/}{PolicyName}",
      namedBy: { PolicyArn: true },
      defaults: { Path: "/" },
      fis: "aws:iam:policy",
      cfn: "AWS::IAM::ManagedPolicy",
      collection: policyRecords,
      nameOf: ({ arn }) => arn,
      tags: {
        of: ({ tags }) => tags,
        add: { operation: "TagPolicy", input: (PolicyArn, tags) => ({ PolicyArn, Tags: tagList(tags) }) },
        remove: { operation: "UntagPolicy", input: (PolicyArn, keys) => ({ PolicyArn, TagKeys: [...keys] }) },
      },
    }),
  },
});
