import { AwsError } from "../core/aws-error.ts";
import type { HttpRequest } from "../core/http.ts";
import { refusalOf } from "../faults/auth-errors.ts";
import { loadModel, wireIndex } from "../models/model.ts";
import { protocolSpoken } from "../protocols/protocol.ts";
import type { ApiCall } from "./api-call.ts";
import { isVersion4a, readAuthorization } from "./authorization.ts";
import { isDataPlane, servedBy } from "./data-planes.ts";
import { isRegion } from "./identity.ts";
import type { GatewayParts } from "./pipeline.ts";
import { recognize, regionNamedBy } from "./recognize.ts";
import { checkPresigned, verifySignature } from "./verify.ts";

/** Operations that AWS takes unsigned. */
const UNSIGNED: ReadonlyMap<string, readonly string[]> = new Map([
  ["sts", ["AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"]],
  ["sns", ["ConfirmSubscription", "Unsubscribe"]],
]);

/** S3 serves those, too, who do not say who they are, as far as a bucket's policy or ACL lets everybody in. */
const isAnonymous = (service: string, { headers, query }: HttpRequest): boolean =>
  service === "s3" &&
  headers["authorization"] === undefined &&
  !/(?:^|&)(?:X-Amz-(?:Algorithm|Credential|Signature|SignedHeaders|Date)|AWSAccessKeyId|Signature)=/i.test(
    query,
  );

/** What a request was signed for. */
export interface SignedFor {
  /** A service, or a data plane: `execute-api`, `lambda-url`. */
  readonly service: string;
  /** Where its API is; undefined where only the host, or the signature itself, says so. */
  readonly region: string | undefined;
  readonly operation?: string;
}

/**
 * Why a client's call is not taken, in the words of its service; undefined when it is. Signatures are checked under
 * `--verify-signatures`, that they are well-formed under `--strict`. Data planes ask by themselves, for whom they want signed.
 */
export function refusalOfCall(
  call: ApiCall,
  request: HttpRequest,
  parts: GatewayParts,
): AwsError | undefined {
  const { service, operation } = call;
  if (isDataPlane(service)) return undefined;
  if (parts.verifySignatures) {
    if (UNSIGNED.get(service)?.includes(operation) || isAnonymous(service, request)) return undefined;
    return refusalOfSignature(request, { service, operation, region: regionNamedBy(request) }, parts);
  }
  if (isVersion4a(request)) return undefined;
  if (isPresigned(service, request))
    return refusalFrom(service, request, () => checkPresigned(request, parts.recorder.now()));
  if (!parts.strict) return undefined;
  return refusalFrom(service, request, () => readAuthorization(request, service));
}

/** Is the signature in the query? Such links to S3 are handed on, and hold for a time, whether signatures are checked or not. */
export const isPresigned = (service: string, { query }: HttpRequest): boolean =>
  query !== "" &&
  service === "s3" &&
  /(?:^|&)(?:X-Amz-(?:Algorithm|Signature|Credential)|Signature|AWSAccessKeyId)=/.test(query);

/** Why a request is not signed by whom it says; undefined when it is, or when signatures are not checked. */
export function refusalOfSignature(
  request: HttpRequest,
  { service, region, operation = "" }: SignedFor,
  { verifySignatures, credentials, recorder, allowAnyRegion }: GatewayParts,
): AwsError | undefined {
  if (!verifySignatures) return undefined;
  const { accessKeyId, bucket } = recognize(request);
  return refusalFrom(service, request, () =>
    verifySignature(request, {
      service,
      region,
      signingName: wireIndex().get(servedBy(service))?.signingName ?? service,
      isRegion: (name) => allowAnyRegion || isRegion(name),
      accessKeyId,
      bucket,
      mayBeUnsigned: loadModel(service)?.operations[operation]?.authtype === "v4-unsigned-body",
      credentials,
      nowMs: recorder.now(),
    }),
  );
}

function refusalFrom(service: string, { headers }: HttpRequest, check: () => unknown): AwsError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const protocol = isDataPlane(service) ? "rest-json" : protocolSpoken(service, headers);
    return refusalOf(error, service, protocol ?? "");
  }
}
