import { invalidResource } from "../errors.ts";
import type { SamResource } from "../translation.ts";

/** Types of SAM whose services Squall does not have: a template with one is refused by name. */
function unserved(type: string, service: string): SamResource {
  return {
    translate(id) {
      throw invalidResource(id, `Squall does not translate ${type}: it does not serve ${service}.`);
    },
  };
}

export const graphQlApi = unserved("AWS::Serverless::GraphQLApi", "AWS AppSync");
export const capacityProvider = unserved("AWS::Serverless::CapacityProvider", "Lambda's capacity providers");
export const networkConnector = unserved("AWS::Serverless::NetworkConnector", "Lambda's network connectors");
export const microVmImage = unserved("AWS::Serverless::MicrovmImage", "Lambda's MicroVM images");
export const webFunction = unserved("AWS::Serverless::WebFunction", "Lambda's web functions");
