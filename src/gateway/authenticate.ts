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
import { regionNamedBy } from "./recognize.ts";
import { verifySignature } from "./verify.ts";

/** Operations that AWS takes unsigned. */
const UNSIGNED = new Set([
  "AssumeRoleWithWebIdentity",
  "AssumeRoleWithSAML",
  "ConfirmSubscription",
  "Unsubscribe",
]);

/**
 * Why a client's call is not taken, in the words of its service; undefined when it is. Signatures are checked under
 * `--verify-signatures`, that they are well-formed under `--strict`. Data planes ask by themselves, for whom they want signed.
 */
export function refusalOfCall(
  call: ApiCall,
  request: HttpRequest,
  parts: GatewayParts,
): AwsError | undefined {
  if (isDataPlane(call.service)) return undefined;
  if (parts.verifySignatures)
    return UNSIGNED.has(call.operation) ? undefined : refusalOfSignature(call, request, parts);
  if (!parts.strict || isVersion4a(request)) return undefined;
  return refusalFrom(call, () => readAuthorization(request, call.service));
}

/** Why a request is not signed by whom it says, for this call; undefined when it is, or when signatures are not checked. */
export function refusalOfSignature(
  call: ApiCall,
  request: HttpRequest,
  { verifySignatures, credentials, recorder, allowAnyRegion }: GatewayParts,
): AwsError | undefined {
  if (!verifySignatures) return undefined;
  const operation = loadModel(call.service)?.operations[call.operation];
  return refusalFrom(call, () =>
    verifySignature(request, {
      service: call.service,
      signingName: wireIndex().get(servedBy(call.service))?.signingName ?? call.service,
      // An API of a data plane is where it is; for everything else the host may say where.
      region: isDataPlane(call.service) ? call.region : regionNamedBy(request),
      isRegion: (name) => allowAnyRegion || isRegion(name),
      accessKeyId: call.caller.accessKeyId,
      mayBeUnsigned: operation?.authtype === "v4-unsigned-body",
      credentials,
      nowMs: recorder.now(),
    }),
  );
}

function refusalFrom(call: ApiCall, check: () => unknown): AwsError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const protocol = isDataPlane(call.service) ? "rest-json" : protocolSpoken(call.service, call.headers);
    return refusalOf(error, call.service, protocol ?? "");
  }
}
