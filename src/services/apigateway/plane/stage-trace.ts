import { readTraceHeader, seconds, TRACE_HEADER, traceHeaderOf, tracerOf } from "../../../aws/tracing.ts";
import { makeArn } from "../../../core/arn.ts";
import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import type { Context } from "../../../core/service.ts";
import type { Stage } from "../collections.ts";
import { hostOf } from "./address.ts";
import type { Found } from "./directory.ts";
import type { RequestContext } from "./request-context.ts";

/** A request at a stage whose tracing is enabled. */
export interface StageTrace {
  /** What goes on to the integration, and back to the client. */
  readonly header: string;
  /** It has been answered: the stage's segment is sent, where it is traced. */
  end(response: HttpResponse, context: RequestContext): void;
}

/** https://docs.aws.amazon.com/xray/latest/devguide/xray-services-apigateway.html */
export async function traceStage(
  request: HttpRequest,
  ctx: Context,
  { apiId, name, account, region }: Found,
  stage: Stage,
): Promise<StageTrace> {
  const startedAtMs = ctx.clock.now();
  const place = { account, region };
  const serviceName = `${name}/${stage.stageName}`;
  const serviceType = "AWS::ApiGateway::Stage";
  const resourceArn = makeArn("apigateway", region, "", `/restapis/${apiId}/stages/${stage.stageName}`);
  const tracer = tracerOf(ctx.host);
  const host = hostOf(request);
  const trace = await tracer.decide(
    readTraceHeader(request.headers[TRACE_HEADER]),
    { serviceName, serviceType, host, method: request.method, path: request.path, resourceArn },
    place,
  );
  const id = ctx.random.hex(16);
  return {
    header: traceHeaderOf({ ...trace, ...(trace.sampled && { parent: id }) }),
    end({ status, body }, context) {
      if (!trace.sampled) return;
      const segment = {
        name: serviceName,
        id,
        trace_id: trace.root,
        parent_id: trace.parent,
        origin: serviceType,
        start_time: seconds(startedAtMs),
        end_time: seconds(ctx.clock.now()),
        resource_arn: resourceArn,
        http: {
          request: {
            url: `https://${host}${request.path}`,
            method: request.method,
            user_agent: request.headers["user-agent"],
            client_ip: context.identity["sourceIp"],
          },
          response: { status, ...(body instanceof Uint8Array && { content_length: body.length }) },
        },
        aws: {
          api_gateway: {
            account_id: account,
            rest_api_id: apiId,
            stage: stage.stageName,
            request_id: ctx.requestId,
          },
        },
        annotations: { "aws:api_id": apiId, "aws:api_stage": stage.stageName },
        ...(status >= 400 && status < 500 && { error: true }),
        ...(status === 429 && { throttle: true }),
        ...(status >= 500 && { fault: true }),
      };
      void tracer.send([segment], place, { parentId: ctx.id });
    },
  };
}
