import type { ConditionReader } from "../../aws/declaration.ts";

const texts =
  (member: string): ConditionReader =>
  (input) => {
    const value = input[member];
    if (value instanceof Date) return [value.toISOString().replace(/\.\d+/, "")];
    return ["string", "number", "boolean"].includes(typeof value) ? [String(value)] : undefined;
  };

/** Condition keys with the members that have their values: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys */
const MEMBERS: Readonly<Record<string, string>> = {
  "s3:prefix": "Prefix",
  "s3:delimiter": "Delimiter",
  "s3:max-keys": "MaxKeys",
  "s3:versionid": "VersionId",
  "s3:if-match": "IfMatch",
  "s3:if-none-match": "IfNoneMatch",
  "s3:x-amz-acl": "ACL",
  "s3:x-amz-grant-full-control": "GrantFullControl",
  "s3:x-amz-grant-read": "GrantRead",
  "s3:x-amz-grant-read-acp": "GrantReadACP",
  "s3:x-amz-grant-write": "GrantWrite",
  "s3:x-amz-grant-write-acp": "GrantWriteACP",
  "s3:x-amz-copy-source": "CopySource",
  "s3:x-amz-metadata-directive": "MetadataDirective",
  "s3:x-amz-server-side-encryption": "ServerSideEncryption",
  "s3:x-amz-server-side-encryption-aws-kms-key-id": "SSEKMSKeyId",
  "s3:x-amz-server-side-encryption-customer-algorithm": "SSECustomerAlgorithm",
  "s3:x-amz-storage-class": "StorageClass",
  "s3:x-amz-website-redirect-location": "WebsiteRedirectLocation",
  "s3:x-amz-object-ownership": "ObjectOwnership",
  "s3:object-lock-mode": "ObjectLockMode",
  "s3:object-lock-retain-until-date": "ObjectLockRetainUntilDate",
  "s3:object-lock-legal-hold": "ObjectLockLegalHoldStatus",
};

export const conditionKeys: Readonly<Record<string, ConditionReader>> = {
  ...Object.fromEntries(Object.entries(MEMBERS).map(([key, member]) => [key, texts(member)])),
  "s3:LocationConstraint": "CreateBucketConfiguration.LocationConstraint",
};
