import { canonicalId } from "./bucket.ts";
import {
  aclNotSupported,
  invalidArgument,
  invalidRequest,
  malformedAcl,
  missingHeader,
  unexpectedContent,
} from "./errors.ts";
import type { Grant } from "./object.ts";
import type { OpenBucket } from "./open-buckets.ts";

const GROUPS = "http://acs.amazonaws.com/groups";
export const ALL_USERS = `${GROUPS}/global/AllUsers`;
export const AUTHENTICATED_USERS = `${GROUPS}/global/AuthenticatedUsers`;
const LOG_DELIVERY = `${GROUPS}/s3/LogDelivery`;
const KNOWN_GROUPS = new Set([ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY]);
const PERMISSIONS = new Set(["FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP"]);

const group = (URI: string, Permission: string): Grant => ({ Grantee: { Type: "Group", URI }, Permission });
const user = (ID: string, Permission: string): Grant => ({
  Grantee: { Type: "CanonicalUser", ID },
  Permission,
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
const CANNED: Readonly<Record<string, readonly Grant[]>> = {
  private: [],
  "public-read": [group(ALL_USERS, "READ")],
  "public-read-write": [group(ALL_USERS, "READ"), group(ALL_USERS, "WRITE")],
  "authenticated-read": [group(AUTHENTICATED_USERS, "READ")],
  "aws-exec-read": [],
  "log-delivery-write": [group(LOG_DELIVERY, "WRITE"), group(LOG_DELIVERY, "READ_ACP")],
  "bucket-owner-read": [],
  "bucket-owner-full-control": [],
};

const HEADERS = [
  ["GrantFullControl", "x-amz-grant-full-control", "FULL_CONTROL"],
  ["GrantRead", "x-amz-grant-read", "READ"],
  ["GrantReadACP", "x-amz-grant-read-acp", "READ_ACP"],
  ["GrantWrite", "x-amz-grant-write", "WRITE"],
  ["GrantWriteACP", "x-amz-grant-write-acp", "WRITE_ACP"],
] as const;

/** Members of inputs that say who may what. */
export interface AclInput {
  readonly ACL?: string;
  readonly GrantFullControl?: string;
  readonly GrantRead?: string;
  readonly GrantReadACP?: string;
  readonly GrantWrite?: string;
  readonly GrantWriteACP?: string;
}

interface AclDocument {
  readonly Grants?: readonly Grant[];
  readonly Owner?: { readonly ID?: string };
}

/** What the owner alone may do: everything. */
export const ownersAcl = (account: string): readonly Grant[] => [user(canonicalId(account), "FULL_CONTROL")];

/**
 * The grants that headers ask for; undefined when none do.
 * @throws AwsError `InvalidArgument`, `InvalidRequest`
 */
export function aclOfHeaders(input: AclInput, account: string): readonly Grant[] | undefined {
  const granted = HEADERS.flatMap(([member, header, permission]) => {
    const value = input[member];
    return value === undefined ? [] : grantsOf(value, header, permission);
  });
  if (input.ACL === undefined) return granted.length > 0 ? granted : undefined;
  if (granted.length > 0)
    throw invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
  const canned = Object.hasOwn(CANNED, input.ACL) ? CANNED[input.ACL] : undefined;
  if (!canned) throw invalidArgument("", "x-amz-acl", input.ACL);
  return [...ownersAcl(account), ...canned];
}

/** `id="…", uri="…"` */
function grantsOf(value: string, header: string, permission: string): Grant[] {
  return value.split(",").map((one) => {
    const match = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/i.exec(one);
    if (!match) throw invalidArgument("Argument format not recognized", header, one.trim());
    const [, kind, text] = match as unknown as [string, string, string];
    if (kind.toLowerCase() === "uri") {
      if (!KNOWN_GROUPS.has(text)) throw invalidArgument("Invalid group uri", "uri", text);
      return group(text, permission);
    }
    if (kind.toLowerCase() === "id") {
      if (!isCanonicalId(text)) throw invalidArgument("Invalid id", "id", text);
      return user(text, permission);
    }
    return { Grantee: { Type: "AmazonCustomerByEmail", EmailAddress: text }, Permission: permission };
  });
}

const isCanonicalId = (id: string) => /^[0-9a-f]{64}$/i.test(id);

/**
 * The grants of a PutBucketAcl or PutObjectAcl: by headers or by document, never both.
 * @throws AwsError `MissingSecurityHeader`, `UnexpectedContent`, `MalformedACLError`, `InvalidArgument`
 */
export function aclToPut(
  input: AclInput & { readonly AccessControlPolicy?: AclDocument },
  account: string,
  hasBody: boolean,
): readonly Grant[] {
  const byHeaders = aclOfHeaders(input, account);
  if (byHeaders) {
    if (input.AccessControlPolicy !== undefined) throw unexpectedContent();
    return byHeaders;
  }
  if (input.AccessControlPolicy === undefined) {
    if (hasBody) throw malformedAcl();
    throw missingHeader("x-amz-acl");
  }
  return grantsOfDocument(input.AccessControlPolicy);
}

function grantsOfDocument({ Grants: grants, Owner: owner }: AclDocument): readonly Grant[] {
  if (!owner?.ID) throw malformedAcl();
  if (!isCanonicalId(owner.ID)) throw invalidArgument("Invalid id", "CanonicalUser/ID", owner.ID);
  for (const { Grantee: grantee, Permission: permission } of grants ?? []) {
    if (!grantee?.Type || permission === undefined || !PERMISSIONS.has(permission)) throw malformedAcl();
    if (grantee.Type === "Group") {
      if (!grantee.URI) throw malformedAcl();
      if (!KNOWN_GROUPS.has(grantee.URI))
        throw invalidArgument("Invalid group uri", "Group/URI", grantee.URI);
    } else if (grantee.Type === "CanonicalUser") {
      if (!grantee.ID) throw malformedAcl();
      if (!isCanonicalId(grantee.ID)) throw invalidArgument("Invalid id", "CanonicalUser/ID", grantee.ID);
    } else if (grantee.Type !== "AmazonCustomerByEmail") {
      throw malformedAcl();
    }
  }
  return grants ?? [];
}

/**
 * A bucket whose owner owns everything takes no ACLs but those that say just that.
 * @throws AwsError `AccessControlListNotSupported`
 */
export function checkAclIsTaken(bucket: OpenBucket, input: AclInput): void {
  if (!ownerOwnsAll(bucket)) return;
  const asks = HEADERS.some(([member]) => input[member] !== undefined);
  const isOwners = input.ACL === undefined || ["private", "bucket-owner-full-control"].includes(input.ACL);
  if (asks || !isOwners) throw aclNotSupported();
}

export function ownerOwnsAll(bucket: OpenBucket): boolean {
  const controls = bucket.record.settings["ownership"] as
    | { Rules?: readonly { ObjectOwnership?: string }[] }
    | undefined;
  return controls?.Rules?.[0]?.ObjectOwnership === "BucketOwnerEnforced";
}
