import { AwsError } from "../../core/aws-error.ts";
import type { Context } from "../../core/service.ts";
import { isAccessPoint, SERVED } from "./access-point.ts";
import { checkDocument } from "./document-checksums.ts";
import { methodNotAllowed, requestExpired } from "./errors.ts";
import { PRESIGNED } from "./fault-points.ts";
import { checkKey } from "./new-object.ts";
import type { OpenBuckets } from "./open-buckets.ts";
import { permissionsOf } from "./permissions.ts";
import { PrefixRates } from "./prefix-rates.ts";
import { checkAnonymous, isAnonymous } from "./public-access.ts";
import { isCharged } from "./request-payment.ts";

interface Input {
  readonly Bucket?: string;
  readonly Key?: string;
  readonly Prefix?: string;
  readonly CopySource?: string;
  readonly RequestPayer?: string;
}
type Handler = (input: Input, ctx: Context) => unknown;

/** What every request passes before its handler: who asks, whether its URL still holds, how many ask at once. */
export function behindDoors(open: OpenBuckets, operations: object): Record<string, Handler> {
  const isForEverybody = open.host.setting<boolean>("allow-anonymous");
  const rates = new PrefixRates(open.host);
  const { accessLogs } = open;
  return Object.fromEntries(
    Object.entries(operations as Record<string, Handler>).map(([operation, handler]) => {
      const pass: Handler = (input, ctx) => {
        if (input.Bucket !== undefined && isAccessPoint(input.Bucket) && !SERVED.has(operation))
          throw methodNotAllowed();
        const isUnknown = !isForEverybody && isAnonymous(ctx);
        if (isUnknown) checkAnonymous(open, operation, input, ctx);
        const refused = ctx.refusalOf(() => permissionsOf(open, operation, input, ctx));
        if (refused) throw refused;
        const charges = isCharged(open, operation, input, ctx);
        if (input.Key !== undefined) checkKey(input.Key);
        if (isPresigned(ctx)) checkPresigned(operation, input, ctx);
        checkDocument(operation, input, open, ctx);
        if (rates.isLimited) rates.take(operation, input.Bucket ?? "", input.Key ?? input.Prefix ?? "");
        const answer = READS.has(operation)
          ? notTelling(open, handler, input, isUnknown, ctx)
          : handler(input, ctx);
        return charges ? charged(answer) : answer;
      };
      const told = operation === "HeadBucket" ? tellingRegion(open, pass) : pass;
      const logged: Handler = (input, ctx) =>
        accessLogs.isOn ? accessLogs.around({ ...input }, ctx, () => told(input, ctx)) : told(input, ctx);
      return [operation, logged];
    }),
  );
}

const charged = async (answer: unknown) => ({ ...((await answer) as object), RequestCharged: "requester" });

/** Whether an object is there is told to those only who may list its bucket. */
const READS: ReadonlySet<string> = new Set(["GetObject", "HeadObject"]);

async function notTelling(
  open: OpenBuckets,
  handler: Handler,
  input: Input,
  isUnknown: boolean,
  ctx: Context,
): Promise<unknown> {
  try {
    return await handler(input, ctx);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "NoSuchKey") throw error;
    const listing = { ...(input.Bucket && { Bucket: input.Bucket }) };
    if (isUnknown) checkAnonymous(open, "ListObjectsV2", listing, ctx);
    throw ctx.refusalOf(() => permissionsOf(open, "ListObjectsV2", listing, ctx)) ?? error;
  }
}

/** Where a bucket is hears also who may not have it: clients look for it so, unsigned. */
function tellingRegion(open: OpenBuckets, handler: Handler): Handler {
  return async (input, ctx) => {
    try {
      return await handler(input, ctx);
    } catch (error) {
      const region = open.find(input.Bucket ?? "")?.record.region;
      if (!(error instanceof AwsError) || region === undefined) throw error;
      const { code, message, status, members, headers } = error;
      throw new AwsError(code, message, {
        status,
        statusIsFixed: true,
        members: { ...members },
        headers: { ...headers, "x-amz-bucket-region": region },
      });
    }
  };
}

const isPresigned = ({ request }: Context): boolean =>
  request !== undefined && request.query !== "" && /(?:^|&)(?:X-Amz-)?Signature=/.test(request.query);

/** @throws AwsError `AccessDenied` for a URL that a rule has end before its time */
function checkPresigned(operation: string, { Bucket = "", Key = "" }: Input, ctx: Context): void {
  const subject = { resource: `arn:aws:s3:::${Bucket}/${Key}`, operation, input: { Bucket, Key } };
  if (!ctx.hits(PRESIGNED, subject).some(({ effect }) => effect === "expire")) return;
  const lifetime = new URLSearchParams(ctx.request?.query).get("X-Amz-Expires");
  const now = new Date(ctx.clock.now()).toISOString().replace(/\.\d+/, "");
  throw requestExpired({ ...(lifetime && { "X-Amz-Expires": lifetime }), Expires: now, ServerTime: now });
}
