import { declareService } from "../../aws/declaration.ts";
import { lifecyclePoint } from "../../aws/lifecycle.ts";
import { defineResource, type ResourceDeclaration, type TagDeclaration } from "../../aws/resource.ts";
import { tagList } from "../../aws/tags.ts";
import type { Key } from "../../core/key.ts";
import type { CollectionDefinition } from "../../core/storage.ts";
import {
  type Entity,
  GROUP,
  INSTANCE_PROFILE,
  type InstanceProfileRecord,
  ROLE,
  type RoleRecord,
  USER,
} from "./entity.ts";
import { credentialReportLifecycle } from "./lifecycles.ts";
import { type MfaDeviceRecord, mfaDevices } from "./mfa-device-record.ts";
import { type OidcProviderRecord, oidcProviders } from "./oidc-provider-record.ts";
import { type PolicyRecord, policyRecords } from "./policy-record.ts";
import { principals } from "./principals.ts";
import { type SamlProviderRecord, samlProviders } from "./saml-provider-record.ts";
import { type ServerCertificateRecord, serverCertificates } from "./server-certificate-record.ts";

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

/** Groups have no tags. */
function untagged({ tags: _, ...declaration }: ResourceDeclaration): ResourceDeclaration {
  return declaration;
}

/** Kept under their ARN. */
const byArn = (_: unknown, [arn]: Key) => String(arn);

/** Tagged by an operation of their type's own, under their ARN. */
function taggedBy(type: string, member: string): TagDeclaration<{ tags: Readonly<Record<string, string>> }> {
  return {
    of: ({ tags }) => tags,
    add: { operation: `Tag${type}`, input: (arn, tags) => ({ [member]: arn, Tags: tagList(tags) }) },
    remove: { operation: `Untag${type}`, input: (arn, keys) => ({ [member]: arn, TagKeys: [...keys] }) },
  };
}

/** AWS Identity and Access Management, one for all regions of an account: https://docs.aws.amazon.com/IAM/latest/APIReference/ */
export default declareService({
  name: "iam",
  scope: "global",
  faultPoints: lifecyclePoint(credentialReportLifecycle),
  iam: {
    passesRole: { AddRoleToInstanceProfile: "RoleName" },
    takesRolesAs: ["ec2.amazonaws.com"],
    principals,
    onCaller: "UserName",
    also: {
      CreateRole: [{ action: "iam:TagRole", when: "Tags" }],
      CreateUser: [{ action: "iam:TagUser", when: "Tags" }],
      CreatePolicy: [{ action: "iam:TagPolicy", when: "Tags" }],
      CreateInstanceProfile: [{ action: "iam:TagInstanceProfile", when: "Tags" }],
    },
    conditionKeys: {
      "iam:PolicyARN": "PolicyArn",
      "iam:PermissionsBoundary": "PermissionsBoundary",
      "iam:AWSServiceName": "AWSServiceName",
    },
  },
  resources: {
    // Before users: who is added to a group, is so by an action on the group.
    group: untagged(entity(GROUP, "Group")),
    role: { ...entity(ROLE, "Role"), trust: ({ trust }: RoleRecord) => trust },
    user: entity(USER, "User"),
    "instance-profile": {
      ...entity(INSTANCE_PROFILE, "InstanceProfile"),
      insteadOf: "role",
      holdsRoles: ({ roles }: InstanceProfileRecord) => roles,
    },
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
    "oidc-provider": defineResource<OidcProviderRecord>({
      arn: "arn:{partition}:iam::{account}:oidc-provider/{Url/}",
      namedBy: { OpenIDConnectProviderArn: true },
      fis: "aws:iam:oidc-provider",
      cfn: "AWS::IAM::OIDCProvider",
      collection: oidcProviders,
      nameOf: byArn,
      tags: taggedBy("OpenIDConnectProvider", "OpenIDConnectProviderArn"),
    }),
    "saml-provider": defineResource<SamlProviderRecord>({
      arn: "arn:{partition}:iam::{account}:saml-provider/{Name}",
      namedBy: { SAMLProviderArn: true },
      fis: "aws:iam:saml-provider",
      cfn: "AWS::IAM::SAMLProvider",
      collection: samlProviders,
      nameOf: byArn,
      tags: taggedBy("SAMLProvider", "SAMLProviderArn"),
    }),
    mfa: defineResource<MfaDeviceRecord>({
      arn: "arn:{partition}:iam::{account}:mfa{Path/}{VirtualMFADeviceName}",
      namedBy: { SerialNumber: true, VirtualMFADeviceName: true, Path: "Path" },
      defaults: { Path: "/" },
      fis: "aws:iam:mfa",
      cfn: "AWS::IAM::VirtualMFADevice",
      collection: mfaDevices,
      nameOf: byArn,
      tags: taggedBy("MFADevice", "SerialNumber"),
    }),
    "server-certificate": defineResource<ServerCertificateRecord>({
      arn: "arn:{partition}:iam::{account}:server-certificate{Path/}{ServerCertificateName}",
      namedBy: { ServerCertificateName: true, Path: "Path" },
      defaults: { Path: "/" },
      fis: "aws:iam:server-certificate",
      cfn: "AWS::IAM::ServerCertificate",
      collection: serverCertificates,
      nameOf: ({ arn }) => arn,
      tags: taggedByName("ServerCertificate", "ServerCertificateName"),
    }),
  },
});
