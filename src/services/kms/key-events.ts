import { announce } from "../../aws/announce.ts";
import type { ServiceHost } from "../../core/service.ts";
import { type KeyRecord, keyArn } from "./key.ts";

/** What has happened to a key: https://docs.aws.amazon.com/kms/latest/developerguide/kms-events.html */
export function announceKey(
  host: ServiceHost,
  what: "KMS CMK Rotation" | "KMS CMK Deletion" | "KMS Imported Key Material Expiration",
  key: KeyRecord,
): void {
  const { account, region, id } = key;
  void announce(host, "aws.kms", { account, region, origin: `key(${id})` }, () => ({
    detailType: what,
    resources: [keyArn(key)],
    detail: { "key-id": id },
  }));
}
