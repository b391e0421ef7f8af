import type { SamResource } from "../translation.ts";
import { api } from "./api.ts";
import { application } from "./application.ts";
import { connector } from "./connector.ts";
import { samFunction } from "./function.ts";
import { httpApi } from "./http-api.ts";
import { layerVersion } from "./layer-version.ts";
import { simpleTable } from "./simple-table.ts";
import { stateMachine } from "./state-machine.ts";
import { capacityProvider, graphQlApi, microVmImage, networkConnector, webFunction } from "./unserved.ts";
import { webSocketApi } from "./websocket-api.ts";

/** All that SAM knows, by type. */
export const SAM_RESOURCES: Readonly<Record<string, SamResource>> = {
  "AWS::Serverless::Api": api,
  "AWS::Serverless::Application": application,
  "AWS::Serverless::CapacityProvider": capacityProvider,
  "AWS::Serverless::Connector": connector,
  "AWS::Serverless::Function": samFunction,
  "AWS::Serverless::GraphQLApi": graphQlApi,
  "AWS::Serverless::HttpApi": httpApi,
  "AWS::Serverless::LayerVersion": layerVersion,
  "AWS::Serverless::MicrovmImage": microVmImage,
  "AWS::Serverless::NetworkConnector": networkConnector,
  "AWS::Serverless::SimpleTable": simpleTable,
  "AWS::Serverless::StateMachine": stateMachine,
  "AWS::Serverless::WebFunction": webFunction,
  "AWS::Serverless::WebSocketApi": webSocketApi,
};

/**
 * In which order types are translated: events write into APIs, so these come after functions and state machines; connectors
 * look at what all others have become.
 */
export const ORDER: readonly (readonly string[])[] = [
  ["AWS::Serverless::Function"],
  ["AWS::Serverless::WebFunction"],
  ["AWS::Serverless::StateMachine"],
  ["AWS::Serverless::Api", "AWS::Serverless::HttpApi", "AWS::Serverless::WebSocketApi"],
  [
    "AWS::Serverless::Application",
    "AWS::Serverless::CapacityProvider",
    "AWS::Serverless::GraphQLApi",
    "AWS::Serverless::LayerVersion",
    "AWS::Serverless::MicrovmImage",
    "AWS::Serverless::NetworkConnector",
    "AWS::Serverless::SimpleTable",
  ],
  ["AWS::Serverless::Connector"],
];
