import { patched } from "../mapping/apigateway-patched.ts";

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-clientcertificate.html */
export default patched(
  {
    type: "AWS::ApiGateway::ClientCertificate",
    service: "apigateway",
    idOf: (output) => output["clientCertificateId"],
    keyOf: (id) => ({ ClientCertificateId: id }),
    attributesOf: (_output, _properties, id) => ({ ClientCertificateId: id }),
    create: "GenerateClientCertificate",
    delete: "DeleteClientCertificate",
    read: "GetClientCertificate",
  },
  "UpdateClientCertificate",
  { Description: "whole" },
  (id) => `/clientcertificates/${id}`,
);
