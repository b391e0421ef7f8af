import type { Place } from "../../../../aws/arn-template.ts";
import { zoneOf } from "../../../../aws/regions.ts";
import type { Credential } from "../../../../core/credentials.ts";
import type { At } from "../../kind.ts";
import { interfacesOf, privateDnsName } from "../../network-interface.ts";
import type { InstanceRecord } from "../instance.ts";
import { instanceType } from "../instance-type.ts";

/** A leaf's text, or what is below. */
export type MetadataTree = string | { readonly [name: string]: MetadataTree | undefined };

/** That a Spot Instance will be interrupted: what its metadata say of it. */
export interface SpotNotice {
  readonly action?: { readonly action: "stop" | "terminate"; readonly atMs: number };
  readonly rebalanceMs: number;
}

/** The second in which something happens, as metadata have it. */
export const second = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

/**
 * What an instance can read of itself below `/latest/`.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-categories.html
 */
export function metadataTree(
  instance: InstanceRecord,
  at: At,
  {
    credential,
    notice,
  }: { readonly credential: Credential | undefined; readonly notice: SpotNotice | undefined },
): MetadataTree {
  const roleName = credential?.roleArn?.split("/").at(-1);
  const dnsName = privateDnsName(instance.privateIp, at.region);
  const [eni] = interfacesOf(instance.id, at);
  const mac = eni?.macAddress ?? "02:00:00:00:00:00";
  const groups = eni?.groups ?? [];
  return {
    dynamic: { "instance-identity": { document: identityDocument(instance, at) } },
    ...(instance.userData !== undefined && {
      "user-data": Buffer.from(instance.userData, "base64").toString("latin1"),
    }),
    "meta-data": {
      "ami-id": instance.imageId,
      "ami-launch-index": String(instance.launchIndex),
      "ami-manifest-path": "(unknown)",
      ...(notice && {
        events: {
          recommendations: { rebalance: JSON.stringify({ noticeTime: second(notice.rebalanceMs) }) },
        },
      }),
      hostname: dnsName,
      ...(credential &&
        roleName !== undefined && {
          iam: {
            info: JSON.stringify({
              Code: "Success",
              LastUpdated: second(credential.session?.issuedAtMs ?? instance.launchedMs),
              InstanceProfileArn: instance.profile?.Arn ?? "",
              InstanceProfileId: instance.profile?.Id ?? "",
            }),
            "security-credentials": { [roleName]: credentialDocument(credential) },
          },
        }),
      "instance-action": "none",
      "instance-id": instance.id,
      "instance-life-cycle": instance.spotRequestId === undefined ? "on-demand" : "spot",
      "instance-type": instance.instanceType,
      "local-hostname": dnsName,
      "local-ipv4": instance.privateIp,
      mac,
      network: {
        interfaces: {
          macs: {
            [mac]: {
              "device-number": "0",
              "interface-id": eni?.id ?? "",
              "local-hostname": dnsName,
              "local-ipv4s": instance.privateIp,
              mac,
              "owner-id": at.account,
              "security-group-ids": groups.map(({ GroupId }) => GroupId).join("\n"),
              "security-groups": groups.map(({ GroupName }) => GroupName).join("\n"),
              "subnet-id": instance.subnetId,
              "vpc-id": instance.vpcId,
            },
          },
        },
      },
      placement: {
        "availability-zone": instance.zone,
        "availability-zone-id": zoneOf(at.region, instance.zone)?.id ?? "",
        region: at.region,
      },
      profile: "default-hvm",
      ...(instance.publicIp !== undefined && {
        "public-hostname": instance.publicIp,
        "public-ipv4": instance.publicIp,
      }),
      "reservation-id": instance.reservationId,
      "security-groups": groups.map(({ GroupName }) => GroupName).join("\n"),
      services: { domain: "amazonaws.com", partition: "aws" },
      ...(notice?.action && {
        spot: {
          "instance-action": JSON.stringify({
            action: notice.action.action,
            time: second(notice.action.atMs),
          }),
          ...(notice.action.action === "terminate" && { "termination-time": second(notice.action.atMs) }),
        },
      }),
      ...(instance.metadata.InstanceMetadataTags === "enabled" && { tags: { instance: instance.tags } }),
    },
  };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html */
function identityDocument(instance: InstanceRecord, { account, region }: Place): string {
  const { architecture } = instanceType(instance.instanceType);
  return JSON.stringify(
    {
      accountId: account,
      architecture,
      availabilityZone: instance.zone,
      billingProducts: null,
      devpayProductCodes: null,
      marketplaceProductCodes: null,
      imageId: instance.imageId,
      instanceId: instance.id,
      instanceType: instance.instanceType,
      kernelId: null,
      pendingTime: second(instance.launchedMs),
      privateIp: instance.privateIp,
      ramdiskId: null,
      region,
      version: "2017-09-30",
    },
    undefined,
    2,
  );
}

const credentialDocument = ({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  expiresAt = 0,
  session,
}: Credential): string =>
  JSON.stringify(
    {
      Code: "Success",
      LastUpdated: second(session?.issuedAtMs ?? 0),
      Type: "AWS-HMAC",
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: second(expiresAt),
    },
    undefined,
    2,
  );

/** What stands at a path: a text, a list of what is below, or undefined when there is nothing. */
export function lookUp(tree: MetadataTree, path: readonly string[]): string | undefined {
  let node: MetadataTree | undefined = tree;
  for (const name of path) {
    if (typeof node !== "object" || !Object.hasOwn(node, name)) return undefined;
    node = node[name];
  }
  if (typeof node !== "object") return node;
  return Object.entries(node)
    .flatMap(([name, below]) => (below === undefined ? [] : typeof below === "string" ? name : `${name}/`))
    .sort()
    .join("\n");
}
