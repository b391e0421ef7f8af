import {
  invalidArgument,
  invalidRequest,
  loggingAcrossRegions,
  malformedXml,
  noTargetForLogging,
} from "./errors.ts";
import type { OpenBucket, OpenBuckets } from "./open-buckets.ts";

/** What AWS refuses of the documents that are put on buckets. Each throws its AwsError. */

const CORS_METHODS = new Set(["GET", "PUT", "HEAD", "POST", "DELETE"]);

interface CorsDocument {
  readonly CORSRules?: readonly { readonly AllowedMethods?: string[]; readonly AllowedOrigins?: string[] }[];
}

export function cors({ CORSRules: rules }: CorsDocument): void {
  if (!rules || rules.length === 0 || rules.length > 100) throw malformedXml();
  for (const { AllowedMethods: methods, AllowedOrigins: origins } of rules) {
    if (!methods?.length || !origins?.length) throw malformedXml();
    const unknown = methods.find((method) => !CORS_METHODS.has(method));
    if (unknown !== undefined) {
      throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`);
    }
    const twice = origins.find((origin) => origin.split("*").length > 2);
    if (twice !== undefined)
      throw invalidRequest(`AllowedOrigin "${twice}" can not have more than one wildcard.`);
  }
}

interface WebsiteDocument {
  readonly IndexDocument?: { readonly Suffix?: string };
  readonly ErrorDocument?: { readonly Key?: string };
  readonly RedirectAllRequestsTo?: { readonly HostName?: string; readonly Protocol?: string };
  readonly RoutingRules?: readonly {
    readonly Condition?: { readonly HttpErrorCodeReturnedEquals?: string };
    readonly Redirect?: {
      readonly Protocol?: string;
      readonly HttpRedirectCode?: string;
      readonly ReplaceKeyWith?: string;
      readonly ReplaceKeyPrefixWith?: string;
    };
  }[];
}

export function website(document: WebsiteDocument): void {
  const { IndexDocument: index, RedirectAllRequestsTo: redirect, RoutingRules: rules } = document;
  if (redirect) {
    if (index || document.ErrorDocument || rules) throw malformedXml();
    if (!redirect.HostName) throw malformedXml();
    checkProtocol(redirect.Protocol);
    return;
  }
  if (!index)
    throw invalidArgument(
      "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
      "IndexDocument",
      null,
    );
  if (!index.Suffix || index.Suffix.includes("/"))
    throw invalidArgument(
      "The IndexDocument Suffix is not well formed",
      "IndexDocument",
      index.Suffix ?? null,
    );
  if (document.ErrorDocument && !document.ErrorDocument.Key) throw malformedXml();
  for (const { Condition: condition, Redirect: to } of rules ?? []) {
    if (!to) throw malformedXml();
    if (condition && Object.keys(condition).length === 0)
      throw invalidRequest(
        "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
      );
    const { HttpErrorCodeReturnedEquals: failure } = condition ?? {};
    if (failure !== undefined && !/^[45]\d\d$/.test(failure))
      throw invalidRequest(
        `The provided HTTP error code (${failure}) is not valid. Valid codes are 4XX or 5XX.`,
      );
    const { HttpRedirectCode: code } = to;
    if (code !== undefined && !/^3(?!00)\d\d$/.test(code))
      throw invalidRequest(
        `The provided HTTP redirect code (${code}) is not valid. Valid codes are 3XX except 300.`,
      );
    checkProtocol(to.Protocol);
    if (to.ReplaceKeyWith !== undefined && to.ReplaceKeyPrefixWith !== undefined)
      throw invalidRequest("You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
  }
}

function checkProtocol(protocol: string | undefined): void {
  if (protocol !== undefined && protocol !== "http" && protocol !== "https")
    throw invalidRequest(
      "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.",
    );
}

interface EncryptionDocument {
  readonly Rules?: readonly {
    readonly ApplyServerSideEncryptionByDefault?: {
      readonly SSEAlgorithm?: string;
      readonly KMSMasterKeyID?: string;
    };
    readonly BlockedEncryptionTypes?: { readonly EncryptionType?: readonly string[] };
  }[];
}

export function encryption({ Rules: rules }: EncryptionDocument): void {
  const rule = rules?.[0];
  if (!rule || rules.length > 1) throw malformedXml();
  const { SSEAlgorithm: algorithm, KMSMasterKeyID: key } = rule.ApplyServerSideEncryptionByDefault ?? {};
  if (
    rule.ApplyServerSideEncryptionByDefault &&
    !["AES256", "aws:kms", "aws:kms:dsse"].includes(algorithm ?? "")
  )
    throw malformedXml();
  const blocked = rule.BlockedEncryptionTypes?.EncryptionType ?? [];
  if (blocked.some((type) => type !== "SSE-C" && type !== "NONE")) throw malformedXml();
  if (key !== undefined && algorithm === "AES256") {
    throw invalidArgument(
      "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse",
      "ApplyServerSideEncryptionByDefault",
    );
  }
}

const OWNERSHIPS = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];

export function ownership({
  Rules: rules,
}: {
  readonly Rules?: readonly { ObjectOwnership?: string }[];
}): void {
  if (rules?.length !== 1 || !OWNERSHIPS.includes(rules[0]?.ObjectOwnership ?? "")) throw malformedXml();
}

export function publicAccessBlock(document: object): void {
  if (Object.keys(document).length === 0) {
    throw invalidRequest("Must specify at least one configuration.");
  }
}

/** What is not said is not blocked. */
export const completeAccessBlock = (document: unknown) => ({
  BlockPublicAcls: false,
  IgnorePublicAcls: false,
  BlockPublicPolicy: false,
  RestrictPublicBuckets: false,
  ...(document as object),
});

export function logging(
  {
    LoggingEnabled: logs,
  }: { readonly LoggingEnabled?: { readonly TargetBucket?: string; readonly TargetPrefix?: string } },
  { record }: OpenBucket,
  open: OpenBuckets,
): void {
  if (!logs) return;
  if (!logs.TargetBucket || logs.TargetPrefix === undefined) throw malformedXml();
  const target = open.find(logs.TargetBucket)?.record;
  if (!target || target.account !== record.account) throw noTargetForLogging(logs.TargetBucket);
  if (target.region !== record.region) throw loggingAcrossRegions(target.region);
}

export function requestPayment({ Payer: payer }: { readonly Payer?: string }): void {
  if (payer !== "Requester" && payer !== "BucketOwner") throw malformedXml();
}

export function accelerate({ Status: status }: { readonly Status?: string }, bucket: OpenBucket): void {
  if (bucket.name.includes(".")) {
    throw invalidRequest(
      "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names",
    );
  }
  if (status !== "Enabled" && status !== "Suspended") throw malformedXml();
}
