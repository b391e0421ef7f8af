import type { AwsError } from "../../core/aws-error.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import { wholeBody } from "../../core/joined.ts";
import type { CallOptions, Context, DataPlane, ServiceHost } from "../../core/service.ts";
import { upTo } from "../../core/text.ts";
import { forbidden } from "./errors.ts";
import type { Scope } from "./function-name.ts";
import { type FunctionUrlRecord, functionUrls } from "./function-url-records.ts";
import { holdsWhole } from "./invocations.ts";
import type { Lambda } from "./lambda.ts";
import { type Found, locateFunction } from "./lookup.ts";
import { policyOf } from "./policy.ts";
import { corsHeaders, preflight } from "./url-cors.ts";
import { urlEvent } from "./url-event.ts";
import { streamedUrlResponse, urlResponse } from "./url-response.ts";

interface Place extends Scope {
  readonly url: FunctionUrlRecord;
}

interface StreamedEvent {
  readonly PayloadChunk?: { readonly Payload?: Uint8Array };
  readonly InvokeComplete?: { readonly ErrorCode?: string };
}

interface StreamedOutput {
  readonly ResponseStreamContentType: string;
  readonly EventStream: AsyncIterable<StreamedEvent>;
}

/** Answers requests for `<id>.lambda-url.<region>.*`: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export const functionUrlPlane = (lambda: Lambda): DataPlane => ({
  decode(request) {
    const id = idOf(request);
    const place = findUrl(lambda.host, id);
    return {
      operation: "InvokeFunctionUrl",
      input: { FunctionUrlId: id, ...(place && { FunctionName: place.url.functionName }) },
      ...(place && { account: place.account, region: place.region }),
    };
  },

  async handle(request, ctx) {
    const place = findUrl(lambda.host, idOf(request));
    // AWS does not tell a URL that is not there from one that lets nobody in.
    if (!place) return encodeError(forbidden());
    const early = preflight(place.url.cors, request);
    if (early) return early;
    const response = await invokeUrl(lambda, place, request, ctx);
    // The URL's settings go before what the function says.
    const headers = { ...response.headers, "x-amzn-requestid": ctx.requestId };
    return { ...response, headers: { ...headers, ...corsHeaders(place.url.cors, request) } };
  },

  encodeError(error) {
    return encodeError(error);
  },
});

async function invokeUrl(
  lambda: Lambda,
  { url, ...scope }: Place,
  request: HttpRequest,
  ctx: Context,
): Promise<HttpResponse> {
  const { functionName: name, qualifier } = url;
  const found = locateFunction(lambda.host, { ...scope, name, ...(qualifier && { qualifier }) });
  authorize(url, found, request, ctx);
  const event = urlEvent(request, {
    urlId: url.urlId,
    requestId: ctx.requestId,
    nowMs: ctx.clock.now(),
    ...(url.authType === "AWS_IAM" && { iam: ctx.caller }),
  });
  const payload = Buffer.from(JSON.stringify(event));
  if (url.invokeMode !== "RESPONSE_STREAM") return await invokeWhole(ctx, { url, ...scope }, payload);
  return await invokeStreaming(ctx, { url, ...scope }, payload);
}

/** The same for an answer that comes in pieces. */
async function invokeStreaming(ctx: Context, place: Place, payload: Uint8Array): Promise<HttpResponse> {
  const output = await ctx.call<StreamedOutput>(
    "lambda",
    "InvokeWithResponseStream",
    ...asOwner(place, payload),
  );
  if (holdsWhole(output)) return urlResponse(await wholeBody(payloadsOf(output.EventStream)));
  const pieces = payloadsOf(output.EventStream);
  const first = await pieces.next();
  // A function that fails before it has said anything.
  if (first.done && first.value) return failed();
  return await streamedUrlResponse(output.ResponseStreamContentType, from(first, pieces));
}

/** The payloads of a stream; its last value says whether the function failed. */
async function* payloadsOf(events: AsyncIterable<StreamedEvent>): AsyncGenerator<Uint8Array, boolean> {
  for await (const { PayloadChunk, InvokeComplete } of events) {
    if (PayloadChunk?.Payload) yield PayloadChunk.Payload;
    if (InvokeComplete?.ErrorCode !== undefined) return true;
  }
  return false;
}

async function* from(
  first: IteratorResult<Uint8Array>,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/** As a call of its own: what strikes Lambda's Invoke strikes its URLs. */
async function invokeWhole(ctx: Context, place: Place, payload: Uint8Array): Promise<HttpResponse> {
  const output = await ctx.call<{ FunctionError?: string; Payload?: Uint8Array }>(
    "lambda",
    "Invoke",
    ...asOwner(place, payload),
  );
  return output.FunctionError ? failed() : urlResponse(output.Payload ?? new Uint8Array());
}

/** Input and options of a call to the URL's function. */
function asOwner({ url, account, region }: Place, payload: Uint8Array): [object, CallOptions] {
  const input = {
    FunctionName: url.functionName,
    ...(url.qualifier && { Qualifier: url.qualifier }),
    Payload: payload,
  };
  // Who may use the URL has been decided: Lambda asks nobody for leave to run its own function.
  return [input, { account, region, as: "squall.amazonaws.com" }];
}

const failed = (): HttpResponse => ({ status: 502, headers: {}, body: "Internal Server Error" });

/** @throws AccessDeniedException */
function authorize(url: FunctionUrlRecord, found: Found, request: HttpRequest, ctx: Context): void {
  if (url.authType === "AWS_IAM") {
    const isSigned =
      request.headers["authorization"] !== undefined || /X-Amz-Signature=/i.test(request.query);
    if (!isSigned) throw forbidden();
    const refusal = ctx.host.refusalOfSignature(request, { service: "lambda-url", region: ctx.region });
    if (refusal) throw refusal;
    return;
  }
  // AWS wants a policy that lets everybody in; a forgotten one only matters to a strict Squall.
  if (!ctx.host.strict) return;
  const policy = policyOf(found.store, found.name, url.qualifier);
  const isOpen = policy?.statements.some(
    (statement) => statement.Principal === "*" && statement.Action === "lambda:InvokeFunctionUrl",
  );
  if (!isOpen) throw forbidden();
}

function idOf(request: HttpRequest): string {
  return upTo(".", request.headers["host"] ?? "").toLowerCase();
}

function findUrl(host: ServiceHost, id: string): Place | undefined {
  for (const scope of host.scopes()) {
    const url = host
      .store(scope.account, scope.region)
      .collection(functionUrls)
      .by("id")
      .first({ prefix: [id] });
    if (url) return { ...scope, url };
  }
  return undefined;
}

function encodeError(error: AwsError): HttpResponse {
  return {
    status: error.status,
    headers: { "content-type": "application/json", "x-amzn-errortype": error.code, ...error.headers },
    body: JSON.stringify({ Message: error.message }),
  };
}
