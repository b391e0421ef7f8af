"""API Gateway: methods, their integrations, and what both answer."""

import json

from drivers.apigateway_apis import api, gateway, patch, root_of, with_root
from walker import drives

METHODS, RESPONSES = "apigateway_api · TestApiGatewayApiMethod · ", "apigateway_api · TestApigatewayMethodResponse · "
INTEGRATIONS, ANSWERS = "apigateway_api · TestApigatewayIntegration · ", "apigateway_api · TestApigatewayIntegrationResponse · "
ANY = {"httpMethod": "ANY", "authorizationType": "NONE"}
GET = {"httpMethod": "GET"}
STATUS = {"requestTemplates": {"application/json": '{"statusCode": 200}'}}


def mocked(walk, method="GET", **more):
    """A method with a mock behind it."""
    one, own = {**with_root(walk, **more), "httpMethod": method}, gateway(walk)
    own.put_method(**one, authorizationType="NONE")
    own.put_integration(**one, type="MOCK", **STATUS)
    return one


@drives("apigateway", METHODS + "test_put_method_model")
def method_model(walk):
    rest, own = api(walk), gateway(walk)
    root = root_of(walk, rest)
    of = {"restApiId": rest}
    create = lambda label, name: walk(
        label, own.create_model, **of, name=name, contentType="application/json", schema=json.dumps({"title": name, "type": "object"})
    )
    drop = lambda label, name: walk(label, own.delete_model, **of, modelName=name)
    update = lambda label, one, *operation: walk(label, own.update_method, **of, **one, patchOperations=[patch(*operation)])
    create("create-model", "MyModel")
    create("create-model-2", "MyModelTwo")
    one = {"resourceId": root, "httpMethod": "ANY"}
    walk("put-method-request-models", own.put_method, **of, **one, authorizationType="NONE", requestModels={"application/json": "MyModel"})
    drop("delete-model-used", "MyModel")
    update("update-method-model", one, "replace", "/requestModels/application~1json", "MyModelTwo")
    drop("delete-model-unused", "MyModel")
    drop("delete-model-used-2", "MyModelTwo")
    test = own.create_resource(**of, parentId=root, pathPart="test")["id"]
    two = {"resourceId": test, "httpMethod": "ANY"}
    walk("put-method-2-request-models", own.put_method, **of, **two, authorizationType="NONE", requestModels={"application/json": "MyModelTwo"})
    drop("delete-model-used-by-method-1", "MyModelTwo")
    update("update-method-model-2", one, "remove", "/requestModels/application~1json")
    drop("delete-model-used-by-2-method", "MyModelTwo")
    walk("delete-method-using-model-2", own.delete_method, **of, **two)
    drop("delete-model-unused-2", "MyModelTwo")


def authorizer(walk, rest):
    uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111111111111:function:fn/invocations"
    made = gateway(walk).create_authorizer(
        restApiId=rest, name="authorizer-1", type="TOKEN", authorizerUri=uri, identitySource="method.request.header.Auth"
    )
    return made["id"]


@drives("apigateway", METHODS + "test_update_method")
def method(walk):
    one, own = {**with_root(walk), "httpMethod": "ANY"}, gateway(walk)
    update = lambda label, *operations: walk(label, own.update_method, **one, patchOperations=list(operations))
    walk("put-method-response", own.put_method, **one, authorizationType="NONE")
    models, optional = "/requestModels/application~1json", "/requestParameters/method.request.querystring.optional"
    update("update-method-add", patch("add", models, "Empty"), patch("add", optional, "true"))
    update(
        "update-method-replace",
        patch("replace", "/operationName", "ReplacedOperationName"),
        patch("replace", "/apiKeyRequired", "true"),
        patch("replace", "/authorizationType", "AWS_IAM"),
        patch("replace", optional, "false"),
    )
    id = authorizer(walk, one["restApiId"])
    update(
        "update-method-replace-authorizer",
        patch("replace", "/authorizationType", "CUSTOM"),
        patch("replace", "/authorizerId", id),
    )
    update("update-method-remove", patch("remove", models), patch("remove", optional))


@drives("apigateway", METHODS + "test_update_method_validation")
def method_wrongly(walk):
    one, own = {**with_root(walk), "httpMethod": "ANY"}, gateway(walk)
    update = lambda label, *operation, **more: walk(label, own.update_method, **{**one, **more}, patchOperations=[patch(*operation)])
    key = ("replace", "/apiKeyRequired", "false")
    update("wrong-rest-api", *key, restApiId="fake-api")
    update("wrong-resource-id", *key, resourceId="fake-resource")
    update("method-does-not-exist", *key)
    walk("put-method-response", own.put_method, **one, authorizationType="NONE", apiKeyRequired=True)
    update("unsupported-operation", "add", "/operationName", "operationName")
    update("unsupported-operation-2", "remove", "/operationName")
    update("unsupported-path", "replace", "/httpMethod", "GET")
    update("wrong-path-request-parameters", "add", "/requestParameters", "method.request.querystring.optional=false")
    update("wrong-path-request-models", "add", "/requestModels/application/json", "Empty")
    update("wrong-value-type", "replace", "/apiKeyRequired", "whatever")
    update("wrong-auth-type", "replace", "/authorizationType", "CUSTOM")
    update("wrong-req-validator-id", "replace", "/requestValidatorId", "fake-validator")
    update("skip-auth-id-with-wrong-type", "replace", "/authorizerId", "fake-authorizer")
    operations = [patch("replace", "/authorizationType", "CUSTOM"), patch("replace", "/authorizerId", "fake-authorizer")]
    walk("wrong-auth-id", own.update_method, **one, patchOperations=operations)


@drives("apigateway", "apigateway_basic · TestAPIGateway · test_apigateway_with_custom_authorization_method")
def method_authorized(walk):
    rest, own = api(walk), gateway(walk)
    walk.match("api-id", {"api_id": rest})
    made = walk(
        "authorizer",
        own.create_authorizer,
        restApiId=rest,
        name="lambda_authorizer",
        type="TOKEN",
        authorizerUri="arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111111111111:function:fn/invocations",
        identitySource="method.request.header.Auth",
    )
    one = {"restApiId": rest, "resourceId": root_of(walk, rest), "httpMethod": "GET"}
    walk("put-method-response", own.put_method, **one, authorizationType="CUSTOM", authorizerId=made["id"], apiKeyRequired=True)


# What methods answer


@drives("apigateway", RESPONSES + "test_lifecycle_method_response")
def method_response(walk):
    one, own = mocked(walk), gateway(walk)
    answer = {**one, "statusCode": "200"}
    header = "/responseParameters/method.response.header.my-header"
    walk("put-method-response", own.put_method_response, **answer, responseParameters={}, responseModels={})
    walk("get-integration-response", own.get_method_response, **answer)
    operations = [patch("add", header, "true"), patch("add", "/responseModels/application~1json", "Empty")]
    walk("add-method-responses", own.update_method_response, **answer, patchOperations=operations)
    operations = [patch("replace", header, "true"), patch("replace", "/responseModels/application~1json", "Empty")]
    walk("update-method-responses", own.update_method_response, **answer, patchOperations=operations)
    walk("get-method", own.get_method, **one)
    walk("delete-method-response", own.delete_method_response, **answer)


@drives("apigateway", RESPONSES + "test_update_method_response")
def method_response_patched(walk):
    one, own = mocked(walk), gateway(walk)
    own.put_method_response(**one, statusCode="200")
    paths = ["/responseParameters/method.response.header.my-header", "/responseModels/application~1json"]
    update = lambda label, operations: walk(label, own.update_method_response, **one, statusCode="200", patchOperations=operations)
    update("add-update-method-response", [patch("add", paths[0], "true"), patch("add", paths[1], "Empty")])
    update("remove-update-method-response", [patch("remove", path) for path in paths])


@drives("apigateway", RESPONSES + "test_update_method_wrong_param_names")
def method_response_wrongly(walk):
    one, own = mocked(walk), gateway(walk)
    own.put_method_response(**one, statusCode="200")
    header, model = "/responseParameters/method.response.header.none", "/responseModels/application~1none"
    for at, operation in enumerate([patch("replace", header, "true"), patch("remove", header), patch("replace", model, "Empty"), patch("remove", model)]):
        walk(
            f"update-method-response-operation-with-wrong-param-name-{at + 1}",
            own.update_method_response,
            **one,
            statusCode="200",
            patchOperations=[operation],
        )


# Integrations


@drives("apigateway", INTEGRATIONS + "test_create_integration_with_vpc_link")
def integration_linked(walk):
    one, own = {**with_root(walk), **GET}, gateway(walk)
    own.put_method(**one, authorizationType="NONE")
    walk(
        "put-integration-vpc-link",
        own.put_integration,
        **one,
        type="HTTP_PROXY",
        integrationHttpMethod="GET",
        uri="http://my-vpclink-test-nlb-1234567890abcdef.us-east-1.amazonaws.com",
        connectionType="VPC_LINK",
        connectionId="${stageVariables.vpcLinkId}",
    )
    walk("get-integration-vpc-link", own.get_integration, **one)
    operations = [patch("replace", "/connectionId", "${stageVariables.vpcLinkIdBeta}")]
    walk("update-integration-vpc-link", own.update_integration, **one, patchOperations=operations)
    walk("get-integration-update-vpc-link", own.get_integration, **one)


@drives("apigateway", INTEGRATIONS + "test_get_integration_non_existent")
def integration_of_none(walk):
    one, own = {**with_root(walk), **GET}, gateway(walk)
    get = lambda label, **more: walk(f"get-integration-no-{label}", own.get_integration, **{**one, **more})
    get("api", restApiId="none")
    get("resource", resourceId="none")
    get("method")
    own.put_method(**one, authorizationType="NONE")
    get("integration")


@drives("apigateway", INTEGRATIONS + "test_put_integration_request_parameter_bool_type")
def integration_of_booleans(walk):
    rest, own = api(walk), gateway(walk)
    of = {"restApiId": rest, "resourceId": own.create_resource(restApiId=rest, parentId=root_of(walk, rest), pathPart="proxy")["id"]}
    walk("put-method-request-param-wrong-type", own.put_method, **of, **GET, authorizationType="NONE", requestParameters={True: True})
    path = {"method.request.path.testPath": True}
    walk("bool-method", own.put_method, **of, **GET, authorizationType="NONE", requestParameters=path)
    put = lambda label, parameters: walk(
        label,
        own.put_integration,
        **of,
        **GET,
        type="HTTP_PROXY",
        integrationHttpMethod="GET",
        uri="http://example.com/{testPath}",
        requestParameters=parameters,
    )
    put("put-integration-request-param-wrong-type", {"integration.request.path.testPath": True})
    put("put-integration-request-param-bool-value", {"integration.request.path.testPath": True, "integration.request.path.other": "'a'"})


@drives("apigateway", INTEGRATIONS + "test_put_integration_response_templates")
def integration_templates(walk):
    one, own = mocked(walk), gateway(walk)
    own.put_method_response(**one, statusCode="200")
    put = lambda label, **more: walk(label, own.put_integration_response, **one, statusCode="200", selectionPattern="", **more)
    put("put-integration-no-response-template")
    put("put-integration-response-template-empty", responseTemplates={"application/json": ""})
    put("put-integration-response-template-none", responseTemplates={"application/json": None})


@drives("apigateway", INTEGRATIONS + "test_put_integration_response_validation")
def integration_wrongly(walk):
    one, own = {**with_root(walk), **GET}, gateway(walk)
    none = {**one, "resourceId": "none"}
    walk("put-integration-wrong-resource", own.put_integration, **none, type="MOCK", **STATUS)
    walk("put-integration-wrong-method", own.put_integration, **one, type="MOCK", **STATUS)
    walk("put-integration-response-wrong-resource", own.put_integration_response, **none, statusCode="200", selectionPattern="")
    walk("put-integration-response-wrong-method", own.put_integration_response, **one, statusCode="200", selectionPattern="")


@drives("apigateway", ANSWERS + "test_delete_integration_response_errors")
def answer_wrongly(walk):
    one, own = mocked(walk), gateway(walk)
    own.put_method_response(**one, statusCode="200")
    walk(
        "put-integration-response",
        own.put_integration_response,
        **one,
        statusCode="200",
        selectionPattern="",
        responseTemplates={"application/json": '"created"'},
    )
    drop = lambda label, **more: walk(label, own.delete_integration_response, **{**one, "statusCode": "200", **more})
    drop("non-existent-api-id", restApiId="none")
    drop("non-existent-resource", resourceId="none")
    drop("non-existent-method", httpMethod="POST")
    drop("bad-method", httpMethod="none")
    drop("non-existent-status-code", statusCode="201")


@drives("apigateway", ANSWERS + "test_integration_response_invalid_responsetemplates")
def answer_templates_wrongly(walk):
    one, own = mocked(walk), gateway(walk)
    own.put_method_response(**one, statusCode="200")
    for at, templates in enumerate([{"application/json": 123}, {123: "template"}]):
        walk(
            f"put-integration-response-invalid-responseTemplates-{at + 1}",
            own.put_integration_response,
            **one,
            statusCode="200",
            responseTemplates=templates,
        )


@drives("apigateway", ANSWERS + "test_integration_response_wrong_resource")
def answer_of_no_resource(walk):
    one, own = {**mocked(walk), "resourceId": "none"}, gateway(walk)
    walk("put-integration-response-wrong-resource", own.put_integration_response, **one, statusCode="200")
    walk("get-integration-response-wrong-resource", own.get_integration_response, **one, statusCode="200")


@drives("apigateway", ANSWERS + "test_integration_response_wrong_status_code")
def answer_of_no_status(walk):
    one, own = mocked(walk), gateway(walk)
    own.put_method_response(**one, statusCode="200")
    own.put_integration_response(**one, statusCode="200")
    walk("get-integration-response-wrong-status-code", own.get_integration_response, **one, statusCode="201")


@drives("apigateway", "apigateway_integrations · test_put_integration_response_with_response_template")
def answer_with_template(walk):
    one, own = mocked(walk), gateway(walk)
    own.put_method_response(**one, statusCode="200")
    template = {"application/json": json.dumps({"data": "test"})}
    own.put_integration_response(**one, statusCode="200", selectionPattern="foobar", responseTemplates=template)
    walk("get-integration-response", own.get_integration_response, **one, statusCode="200")


@drives("apigateway", "apigateway_lambda · test_put_integration_aws_proxy_uri")
def proxy_uri(walk):
    one, own = {**with_root(walk), **GET}, gateway(walk)
    own.put_method(**one, authorizationType="NONE")
    put = lambda label, uri, type="AWS_PROXY": walk(f"put-integration-{label}", own.put_integration, **one, type=type, integrationHttpMethod="POST", uri=uri)
    function = "arn:aws:lambda:us-east-1:111111111111:function:fn"
    put("lambda-uri", function)
    put("wrong-arn", "arn:aws:lambda:us-east-1")
    put("wrong-type", function, "AWS")
    put("bad-lambda-arn", "arn:aws:apigateway:us-east-1:lambda:path/random/value")
    put("wrong-firehose", "arn:aws:apigateway:us-east-1:firehose:path/foobar")
