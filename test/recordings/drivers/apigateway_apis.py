"""API Gateway: REST APIs, their resources, models, validators, documentation, gateway responses and VPC links."""

import json

from walker import drives

PARTS, MODELS = "apigateway_api · TestApiGatewayApiDocumentationPart · ", "apigateway_api · TestApiGatewayApiModels · "
VALIDATORS, APIS = "apigateway_api · TestApiGatewayApiRequestValidator · ", "apigateway_api · TestApiGatewayApiRestApi · "
RESPONSES, LINKS = "apigateway_api · TestApiGatewayGatewayResponse · ", "apigateway_api · TestApiGatewayVpcLink · "


def gateway(walk, **more):
    return walk.client("apigateway", **more)


def api(walk, name="api-1", **more):
    return gateway(walk).create_rest_api(name=name, **more)["id"]


def root_of(walk, rest):
    return gateway(walk).get_resources(restApiId=rest)["items"][0]["id"]


def with_root(walk, name="api-1", **more):
    """An API and its root resource."""
    rest = api(walk, name, **more)
    return {"restApiId": rest, "resourceId": root_of(walk, rest)}


def patch(op, path=None, value=None):
    return {"op": op, **({"path": path} if path is not None else {}), **({"value": value} if value is not None else {})}


# Documentation


@drives("apigateway", PARTS + "test_doc_parts_crud_no_api")
def parts_of_none(walk):
    walk("wrong-rest-api-id-get-doc-parts", gateway(walk).get_documentation_parts, restApiId="test-fake-rest-id")
    walk(
        "wrong-rest-api-id-create-doc-part",
        gateway(walk).create_documentation_part,
        restApiId="test-fake-rest-id",
        location={"type": "API"},
        properties='{"description": "Sample API description"}',
    )


@drives("apigateway", PARTS + "test_documentation_part_lifecycle")
def part(walk):
    rest, own = api(walk), gateway(walk)
    made = walk(
        "create-documentation-part",
        own.create_documentation_part,
        restApiId=rest,
        location={"type": "API"},
        properties='{"description": "Sample API description"}',
    )
    one = {"restApiId": rest, "documentationPartId": made["id"]}
    walk("get-documentation-part", own.get_documentation_part, **one)
    walk("get-documentation-parts", own.get_documentation_parts, restApiId=rest)
    other = patch("replace", "/properties", '{"description": "Updated Sample API description"}')
    walk("update-documentation-part", own.update_documentation_part, **one, patchOperations=[other])
    walk("get-documentation-part-after-update", own.get_documentation_part, **one)
    walk("delete_documentation_part", own.delete_documentation_part, **one)


@drives("apigateway", PARTS + "test_import_documentation_parts")
def parts_imported(walk):
    own = gateway(walk)
    definition = {
        "openapi": "3.0.1",
        "info": {"description": "description", "version": "1", "title": "doc"},
        "paths": {"/": {"get": {"responses": {"200": {"description": "200 response", "content": {}}}}}},
        "components": {"schemas": {"Empty": {"title": "Empty Schema", "type": "object"}}},
        "x-amazon-apigateway-documentation": {
            "version": "1.0.3",
            "documentationParts": [
                {
                    "location": {"type": "API"},
                    "properties": {
                        "description": "API description",
                        "info": {"description": "API info description 4", "version": "API info version 3"},
                    },
                },
                {"location": {"type": "METHOD", "method": "GET"}, "properties": {"description": "Method description."}},
                {"location": {"type": "MODEL", "name": "Empty"}, "properties": {"title": "Empty Schema"}},
                {"location": {"type": "RESPONSE", "method": "GET", "statusCode": "200"}, "properties": {"description": "200 response"}},
            ],
        },
    }
    rest = own.import_rest_api(body=json.dumps(definition))["id"]
    walk("get-documentations-parts-after-api-imports", own.get_documentation_parts, restApiId=rest)
    for one in own.get_documentation_parts(restApiId=rest)["items"]:
        own.delete_documentation_part(restApiId=rest, documentationPartId=one["id"])
    walk("import-documentation-parts", own.import_documentation_parts, restApiId=rest, mode="overwrite", body=json.dumps(definition))
    walk("get-documentations-parts-after-import", own.get_documentation_parts, restApiId=rest)


@drives("apigateway", PARTS + "test_invalid_get_documentation_part")
def part_of_none(walk):
    rest, own = api(walk), gateway(walk)
    made = own.create_documentation_part(restApiId=rest, location={"type": "API"}, properties="{}")
    walk("get-documentation-part-invalid-api-id", own.get_documentation_part, restApiId="api_id", documentationPartId=made["id"])
    walk("get-documentation-part-invalid-doc-id", own.get_documentation_part, restApiId=rest, documentationPartId="doc_id")


@drives("apigateway", PARTS + "test_invalid_get_documentation_parts")
def parts_of_no_api(walk):
    walk("get-inavlid-documentation-parts", gateway(walk).get_documentation_parts, restApiId="api_id")


@drives("apigateway", PARTS + "test_invalid_update_documentation_part")
def part_wrongly(walk):
    rest, own = api(walk), gateway(walk)
    made = own.create_documentation_part(restApiId=rest, location={"type": "API"}, properties="{}")
    update = lambda label, of, operation: walk(
        label, own.update_documentation_part, restApiId=of, documentationPartId=made["id"], patchOperations=[operation]
    )
    update("update-documentation-part-invalid-api-id", "api_id", patch("replace", "/properties", "{}"))
    update("update-documentation-part-invalid-add-operation", rest, patch("add", "/properties", "{}"))
    update("update-documentation-part-invalid-path", rest, patch("replace", "/invalidPath", "{}"))


@drives("apigateway", "apigateway_common · TestDocumentations · test_documentation_parts_and_versions")
def documentation(walk):
    rest, own = api(walk), gateway(walk)
    walk(
        "create-part-response",
        own.create_documentation_part,
        restApiId=rest,
        location={"type": "API"},
        properties=json.dumps({"foo": "bar"}),
    )
    walk("get-parts-response", own.get_documentation_parts, restApiId=rest)
    walk("create-version-response", own.create_documentation_version, restApiId=rest, documentationVersion="v123")
    other = [patch("replace", "/description", "doc version new")]
    walk("update-version-response", own.update_documentation_version, restApiId=rest, documentationVersion="v123", patchOperations=other)
    walk("get-version-response", own.get_documentation_version, restApiId=rest, documentationVersion="v123")


# Models and validators


@drives("apigateway", MODELS + "test_model_lifecycle")
def model(walk):
    rest, own = api(walk), gateway(walk)
    number = {"type": "number"}
    schema = {
        "title": "Calc output",
        "type": "object",
        "properties": {"a": number, "b": number, "c": number, "op": {"type": "string", "description": "operation of +, -, * or /"}},
        "required": ["a", "b", "op"],
    }
    one = {"restApiId": rest, "modelName": "CalcOutput"}
    walk(
        "create-model",
        own.create_model,
        restApiId=rest,
        name="CalcOutput",
        contentType="application/json",
        description="Calc output model",
        schema=json.dumps(schema),
    )
    walk("get-models", own.get_models, restApiId=rest)
    walk("get-model", own.get_model, **one)
    walk("del-model", own.delete_model, **one)


@drives("apigateway", MODELS + "test_model_validation")
def model_wrongly(walk):
    rest, own = api(walk), gateway(walk)
    create = lambda label, of=rest, name="MySchema", kind="application/json", **more: walk(
        label, own.create_model, restApiId=of, name=name, contentType=kind, **more
    )
    schema = {"schema": json.dumps({"title": "MySchema", "type": "object"})}
    create("create-model-wrong-id", "abcde0", **schema)
    walk("get-models-wrong-id", own.get_models, restApiId="abcde0")
    walk("get-model-wrong-id", own.get_model, restApiId="abcde0", modelName="MySchema")
    walk("del-model-wrong-id", own.delete_model, restApiId="abcde0", modelName="MySchema")
    create("create-model-empty-name", name="", **schema)
    create("create-model-empty-schema", schema="")
    create("create-model-no-schema-json")
    create("create-model-no-schema-xml", kind="application/xml")
    own.create_model(restApiId=rest, name="MySchema", contentType="application/json", **schema)
    create("create-model-already-exists", **schema)


@drives("apigateway", VALIDATORS + "test_create_request_validator_invalid_api_id")
def validator_of_none(walk):
    walk("invalid-create-request-validator", gateway(walk).create_request_validator, restApiId="api_id", name="validator")


@drives("apigateway", VALIDATORS + "test_invalid_get_request_validators")
def validators_of_none(walk):
    walk("get-invalid-request-validators", gateway(walk).get_request_validators, restApiId="api_id")


def validated(walk):
    rest = walk("create-rest-api", gateway(walk).create_rest_api, name="api-1", description="my api")["id"]
    made = walk("create-request-validator", gateway(walk).create_request_validator, restApiId=rest, name="validator-1")
    return {"restApiId": rest, "requestValidatorId": made["id"]}


@drives("apigateway", VALIDATORS + "test_invalid_update_request_validator_operations")
def validator_wrongly(walk):
    one = validated(walk)
    update = lambda label, operation: walk(label, gateway(walk).update_request_validator, **one, patchOperations=[operation])
    update("update-request-validator-invalid-add-operation", patch("add", "/validateRequestBody", "true"))
    update("update-request-validator-invalid-remove-operation", patch("remove", "/validateRequestBody", "true"))
    update("update-request-validator-invalid-path", patch("replace", "/invalidPath", "true"))
    update("update-request-validator-empty-name-value", patch("replace", "/name", ""))


@drives("apigateway", VALIDATORS + "test_request_validator_lifecycle")
def validator(walk):
    one, own = validated(walk), gateway(walk)
    rest = one["restApiId"]
    walk("get-request-validators", own.get_request_validators, restApiId=rest)
    walk("get-request-validator", own.get_request_validator, **one)
    update = lambda label, *operation: walk(label, own.update_request_validator, **one, patchOperations=[patch(*operation)])
    update("update-request-validator-with-value", "replace", "/validateRequestBody", "true")
    update("update-request-validator-without-value", "replace", "/validateRequestBody")
    walk("get-request-validators-after-update-operation", own.get_request_validator, **one)
    walk("delete-request-validator", own.delete_request_validator, **one)
    walk("get-request-validators-after-delete", own.get_request_validators, restApiId=rest)
    walk("get-deleted-request-validator", own.get_request_validator, **one)


# APIs and resources


@drives("apigateway", "apigateway_api · TestApiGatewayApiResource · test_update_resource_behaviour")
def resource(walk):
    rest, own = api(walk), gateway(walk)
    root = root_of(walk, rest)
    of = {"restApiId": rest}
    pets = own.create_resource(**of, parentId=root, pathPart="pets")["id"]
    sub = walk("create-subresource", own.create_resource, **of, parentId=pets, pathPart="subpets")["id"]
    update = lambda label, one, *operation: walk(
        label, own.update_resource, **of, resourceId=one, patchOperations=[patch(*operation)]
    )
    update("nonexistent-resource", "fake-resource", "replace", "/pathPart", "dogs")
    update("invalid-path-part", sub, "replace", "/invalid", "dogs")
    update("invalid-parent-id", sub, "replace", "/parentId", "fake-parent")
    update("add-unsupported", sub, "add", "/pathPart", "dogs")
    update("remove-unsupported", sub, "remove", "/pathPart", "dogs")
    child = walk("create-subresource-child", own.create_resource, **of, parentId=sub, pathPart="pets")["id"]
    # The child would be beside `pets`, of whose name it is.
    update("existing-future-sibling-path", child, "replace", "/parentId", root)
    update("update-parent-id-to-subresource-id", sub, "replace", "/parentId", child)
    update("update-parent-id-to-root-id", sub, "replace", "/parentId", root)
    update("update-path-already-exists", sub, "replace", "/pathPart", "pets")
    own.delete_resource(**of, resourceId=pets)
    own.delete_resource(**of, resourceId=child)
    walk("resources-after-deletion", own.get_resources, **of)


@drives("apigateway", APIS + "test_create_rest_api_with_endpoint_configuration")
def api_endpoints(walk):
    create = lambda label, name="api-1", configuration={}, **more: walk(
        label, gateway(walk).create_rest_api, name=name, endpointConfiguration=configuration, **more
    )
    wrong = {"types": ["wrong"], "ipAddressType": "wrong"}
    create("create-with-empty-types", configuration={"types": []})
    create("create-with-two-types", configuration={"types": ["EDGE", "REGIONAL"]})
    create("create-with-invalid-types", configuration={"types": ["wrong"]})
    create("create-with-invalid-ip-address-type", configuration={"types": ["EDGE"], "ipAddressType": "wrong"})
    create("create-with-invalid-types-and-ip-address-type", configuration=wrong)
    create("create-with-invalid-ip-address-type-and-types", configuration=wrong)
    create("create-with-multiple-errors-1", configuration=wrong, description="")
    create("create-with-multiple-errors-2", configuration={"types": ["EDGE", "REGIONAL"]}, description="")
    create("create-with-endpoint-config-dualstack", configuration={"types": ["EDGE"], "ipAddressType": "dualstack"})
    create("create-with-endpoint-config-regional", "api-2", {"types": ["REGIONAL"]})


@drives("apigateway", APIS + "test_create_rest_api_with_tags")
def api_tagged(walk):
    own = gateway(walk)
    made = walk("create-rest-api-w-tags", own.create_rest_api, name="api-1", description="this is my api", tags={"MY_TAG1": "MY_VALUE1"})
    walk("get-rest-api-w-tags", own.get_rest_api, restApiId=made["id"])
    walk("get-rest-apis-w-tags", own.get_rest_apis)


@drives("apigateway", APIS + "test_get_api_case_insensitive")
def api_in_capitals(walk):
    made = walk("create-rest-api", gateway(walk).create_rest_api, name="api-1", description="lower case api")
    walk("get-api-upper-case", gateway(walk).get_rest_api, restApiId=made["id"].upper())


@drives("apigateway", APIS + "test_list_and_delete_apis")
def apis(walk):
    own = gateway(walk)
    first = walk("create-rest-api-1", own.create_rest_api, name="api-1", description="this is my api")
    walk("create-rest-api-2", own.create_rest_api, name="api-2", description="this is my api2")
    walk("get-rest-api-before-delete", own.get_rest_apis)
    walk("delete-rest-api", own.delete_rest_api, restApiId=first["id"])
    walk("get-rest-api-after-delete", own.get_rest_apis)


@drives("apigateway", APIS + "test_update_rest_api_invalid_api_id")
def api_of_none(walk):
    walk(
        "not-found-update-rest-api",
        gateway(walk).update_rest_api,
        restApiId="api_id",
        patchOperations=[patch("replace", "/apiKeySource", "AUTHORIZER")],
    )


@drives("apigateway", APIS + "test_update_rest_api_ip_address_type")
def api_address_type(walk):
    rest = api(walk, endpointConfiguration={"types": ["EDGE"]})
    update = lambda label, *operation: walk(
        label, gateway(walk).update_rest_api, restApiId=rest, patchOperations=[patch(*operation)]
    )
    kind, address = "/endpointConfiguration/types/EDGE", "/endpointConfiguration/ipAddressType"
    update("update-rest-api-wrong-type", "replace", kind, "wrong")
    update("update-rest-api-invalid-operation-on-type", "test", kind, "PRIVATE")
    update("update-rest-api-wrong-ipAddressType", "replace", address, "wrong")
    update("update-rest-api-invalid-operation-on-ipAddressType", "add", address, "dualstack")
    gateway(walk).update_rest_api(restApiId=rest, patchOperations=[patch("replace", address, "dualstack")])
    update("update-rest-api-replace-type", "replace", kind, "PRIVATE")
    update("update-rest-api-replace-to-ipv4-within-private-type", "replace", address, "ipv4")
    update("update-rest-api-replace-ip-address-type", "replace", address, "dualstack")


# Gateway responses

TEMPLATE = (
    '{\n     "message": $context.error.messageString,\n     "type":  "$context.error.responseType",\n     "stage":  "$context.stage",\n'
    '     "resourcePath":  "$context.resourcePath",\n     "stageVariables.a":  "$stageVariables.a",\n     "statusCode": "\'404\'"\n}'
)
HEADERS = {
    "gatewayresponse.header.x-request-path": "method.request.path.petId",
    "gatewayresponse.header.Access-Control-Allow-Origin": "'a.b.c'",
    "gatewayresponse.header.x-request-query": "method.request.querystring.q",
    "gatewayresponse.header.x-request-header": "method.request.header.Accept",
}
TOKEN = "MISSING_AUTHENTICATION_TOKEN"


@drives("apigateway", RESPONSES + "test_gateway_response_crud")
def response(walk):
    rest, own = api(walk), gateway(walk)
    one = {"restApiId": rest, "responseType": TOKEN}
    walk("get-gateway-response-default", own.get_gateway_response, **one)
    whole = {"statusCode": "404", "responseParameters": HEADERS, "responseTemplates": {"application/json": TEMPLATE}}
    walk("put-gateway-response", own.put_gateway_response, **one, **whole)
    walk("get-gateway-responses", own.get_gateway_responses, restApiId=rest)
    walk("get-gateway-response", own.get_gateway_response, **one)
    walk("delete-gateway-response", own.delete_gateway_response, **one)
    walk("get-deleted-gw-response", own.get_gateway_response, **one)


@drives("apigateway", RESPONSES + "test_gateway_response_put")
def response_put(walk):
    rest, own = api(walk), gateway(walk)
    header = {"gatewayresponse.header.x-request-header": "method.request.header.Accept"}
    template = {"application/json": TEMPLATE}
    put = lambda label, kind=TOKEN, **more: walk(f"put-gateway-response-{label}", own.put_gateway_response, restApiId=rest, responseType=kind, **more)
    put("all-value", statusCode="404", responseParameters=HEADERS, responseTemplates=template)
    put("status-only", statusCode="404")
    put("response-parameters-only", responseParameters=header)
    put("response-templates-only", responseTemplates=template)
    put("default-5xx", "DEFAULT_5XX", statusCode="599", responseParameters=header, responseTemplates=template)
    put("default-ignored", "AUTHORIZER_FAILURE", responseParameters={"gatewayresponse.header.foo": "'bar'"})
    walk("get-gateway-responses", own.get_gateway_responses, restApiId=rest)


@drives("apigateway", RESPONSES + "test_gateway_response_validation")
def response_wrongly(walk):
    rest, own = api(walk), gateway(walk)
    none, fake = {"restApiId": "fake-api-id"}, {"restApiId": rest, "responseType": "FAKE_RESPONSE_TYPE"}
    operations = {"patchOperations": [patch("replace", "/statusCode", "500")]}
    walk("get-gateway-responses-no-api", own.get_gateway_responses, **none)
    walk("get-gateway-response-no-api", own.get_gateway_response, **none, responseType="UNAUTHORIZED")
    walk("delete-gateway-response-no-api", own.delete_gateway_response, **none, responseType="UNAUTHORIZED")
    walk("update-gateway-response-no-api", own.update_gateway_response, **none, responseType="UNAUTHORIZED", **operations)
    walk("get-gateway-response-wrong-response-type", own.get_gateway_response, **fake)
    walk("delete-gateway-response-wrong-response-type", own.delete_gateway_response, **fake)
    walk("put-gateway-response-wrong-response-type", own.put_gateway_response, **fake)
    walk("update-gateway-response-wrong-response-type", own.update_gateway_response, **fake, **operations)
    walk("delete-gateway-response-not-set", own.delete_gateway_response, restApiId=rest, responseType=TOKEN)


@drives("apigateway", RESPONSES + "test_update_gateway_response")
def response_patched(walk):
    rest, own = api(walk), gateway(walk)
    one = {"restApiId": rest, "responseType": "DEFAULT_4XX"}
    update = lambda label, *operations: walk(label, own.update_gateway_response, **one, patchOperations=list(operations))
    update("update-gateway-response-not-set", patch("replace", "/statusCode", "444"))
    walk("default-get-gateway-response", own.get_gateway_response, **one)
    template = json.dumps({"application/json": '{"message":$context.error.messageString}'})
    walk(
        "put-gateway-response",
        own.put_gateway_response,
        **one,
        statusCode="404",
        responseParameters=HEADERS,
        responseTemplates={"application/json": template},
    )
    origin = "/responseParameters/gatewayresponse.header.Access-Control-Allow-Origin"
    xml = "<gatewayResponse><message>$context.error.messageString</message><type>$context.error.responseType</type></gatewayResponse>"
    update(
        "update-gateway-response",
        patch("replace", "/statusCode", "444"),
        patch("replace", origin, "'example.com'"),
        patch("add", "/responseTemplates/application~1xml", xml),
    )
    walk("get-gateway-response", own.get_gateway_response, **one)
    update("update-gateway-add-status-code", patch("add", "/statusCode", "444"))
    update("update-gateway-remove-status-code", patch("remove", "/statusCode"))
    update(
        "update-gateway-replace-invalid-parameter",
        patch("replace", "/responseParameters/gatewayresponse.header.nothing", "'foo'"),
    )
    update("update-gateway-no-path", patch("remove"))
    update("update-gateway-wrong-op", patch("wrong-op", "/statusCode", "444"))
    update("update-gateway-wrong-path", patch("replace", "/wrongPath", "444"))
    update("update-gateway-replace-invalid-parameter-0-none", patch("add", "/responseTemplates/application~1json"))
    update("update-gateway-replace-invalid-parameter-1-none", patch("replace", origin))


# VPC links


@drives("apigateway", LINKS + "test_create_vpc_link_invalid_parameters")
def link_wrongly(walk):
    arn = "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/my-load-balancer/50dc6c495c0c9188"
    walk("create_vpc_link_empty_name", gateway(walk).create_vpc_link, name="", targetArns=[arn])
    walk("create_vpc_link_invalid_target_arn", gateway(walk).create_vpc_link, name="link", targetArns=["invalid-arn"])


@drives("apigateway", LINKS + "test_get_vpc_link_invalid_id", LINKS + "test_update_vpc_link_invalid_id")
def link_of_none(walk):
    if "get_vpc_link_invalid_id" in walk.answers:
        walk("get_vpc_link_invalid_id", gateway(walk).get_vpc_link, vpcLinkId="invalid-id")
    else:
        operations = [patch("replace", "/name", "other")]
        walk("update_vpc_link_invalid_id", gateway(walk).update_vpc_link, vpcLinkId="invalid-id", patchOperations=operations)
