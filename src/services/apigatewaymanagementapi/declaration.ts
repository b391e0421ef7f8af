import { declareService } from "../../aws/declaration.ts";

/** What a WebSocket API's connections are managed by: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html */
export default declareService({
  name: "apigatewaymanagementapi",
  storeName: "apigateway",
  iam: {
    prefix: "execute-api",
    actions: {
      PostToConnection: "execute-api:ManageConnections",
      GetConnection: "execute-api:ManageConnections",
      DeleteConnection: "execute-api:ManageConnections",
    },
  },
});
