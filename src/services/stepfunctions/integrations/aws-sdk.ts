import { type SdkOperation, sdkOperation } from "../../../aws/sdk-operation.ts";
import { sdkInput, sdkOutput } from "../../../aws/sdk-shapes.ts";
import type { Integration } from "./integration.ts";
import { sdkFailure } from "./task-errors.ts";

const made = new Map<string, Integration>();

/** Any operation of any service: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html */
export function awsSdk(id: string, action: string): Integration | undefined {
  const found = /^[a-z]/.test(action) ? sdkOperation(id, action) : undefined;
  if (found === undefined) return undefined;
  const key = `${found.service}.${found.operation}`;
  let integration = made.get(key);
  if (integration === undefined) {
    integration = integrationOf(found);
    made.set(key, integration);
  }
  return integration;
}

const integrationOf = ({ service, operation, spelled }: SdkOperation): Integration => ({
  kind: "service",
  async request(request) {
    try {
      const output = await request.call(service, operation, sdkInput(service, operation, request.parameters));
      return await sdkOutput(service, operation, output);
    } catch (error) {
      throw sdkFailure(error, spelled, request.run.host.random.uuid());
    }
  },
});
