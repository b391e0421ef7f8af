import assert from "node:assert/strict";
import { test } from "node:test";
import { APIGatewayClient, GetTagsCommand as GetTagsV1 } from "@aws-sdk/client-api-gateway";
import { ApiGatewayV2Client, GetTagsCommand as GetTagsV2 } from "@aws-sdk/client-apigatewayv2";
import { clientOptions, testCloud } from "../../../test/cloud.ts";

for (const arn of ["%", "%25", "%zz", "arn:aws:apigateway:us-east-1::/restapis/%", "__proto__"]) {
  test(`the tags of ${arn}, which is no ARN, are refused`, async () => {
    await using cloud = await testCloud();
    const v1 = new APIGatewayClient(clientOptions(cloud));
    const v2 = new ApiGatewayV2Client(clientOptions(cloud));
    const name = arn.startsWith("arn:") ? "NotFoundException" : "BadRequestException";
    await assert.rejects(v1.send(new GetTagsV1({ resourceArn: arn })), { name });
    await assert.rejects(v2.send(new GetTagsV2({ ResourceArn: arn })), { name: "BadRequestException" });
  });
}
