import type { Handlers } from "../../core/service.ts";
import type * as APIGateway from "../../models/generated/apigateway.ts";
import { sdkTypeNotFound } from "./errors.ts";
import { page } from "./pages.ts";

const property = (
  name: string,
  friendlyName: string,
  required: boolean,
): APIGateway.SdkConfigurationProperty => ({
  name,
  friendlyName,
  required,
});

/** The languages that API Gateway writes client libraries in. Squall lists them; it writes none. */
const SDK_TYPES: readonly APIGateway.SdkType[] = [
  { id: "javascript", friendlyName: "JavaScript", configurationProperties: [] },
  {
    id: "android",
    friendlyName: "Android",
    configurationProperties: [
      property("groupId", "Group ID", true),
      property("artifactId", "Artifact ID", true),
      property("artifactVersion", "Artifact version", true),
      property("invokerPackage", "Invoker package", true),
    ],
  },
  {
    id: "objectivec",
    friendlyName: "iOS (Objective-C)",
    configurationProperties: [property("classPrefix", "Prefix", true)],
  },
  {
    id: "swift",
    friendlyName: "iOS (Swift)",
    configurationProperties: [property("classPrefix", "Prefix", true)],
  },
  {
    id: "java",
    friendlyName: "Java SDK",
    configurationProperties: [
      property("java.service-name", "Service Name", true),
      property("java.package-name", "Java Package Name", false),
    ],
  },
  {
    id: "ruby",
    friendlyName: "Ruby",
    configurationProperties: [property("service.name", "Service Name", true)],
  },
];

export const sdkTypes: Handlers<APIGateway.Operations> = {
  GetSdkTypes: (input) => page(SDK_TYPES, input, ({ id = "" }) => [id]),

  GetSdkType({ id }) {
    const type = SDK_TYPES.find((candidate) => candidate.id === id);
    if (!type) throw sdkTypeNotFound();
    return type;
  },
};
