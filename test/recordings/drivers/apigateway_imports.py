"""API Gateway: definitions that are imported. They are not recorded: each is made from what was read of the API afterwards."""

import json
import re

from drivers.apigateway_apis import gateway
from walker import drives

IMPORTS = "apigateway_import · TestApiGatewayImportRestApi · "
FUNCTION = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111111111111:function:fn/invocations"
PLACES = {"path": "path", "querystring": "query", "header": "header"}


def text(value):
    """Texts of JSON stand in a recording as what they hold."""
    return value if isinstance(value, str) else json.dumps(value)


def uri(recorded):
    return FUNCTION if recorded.startswith("<") else recorded.replace("<region>", "us-east-1")


def integration_of(recorded):
    """Its extension: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html"""
    kept = ("httpMethod", "contentHandling", "requestParameters", "connectionType")
    found = {name: recorded[name] for name in kept if name in recorded}
    found.update(type=recorded["type"].lower(), passthroughBehavior=recorded["passthroughBehavior"].lower())
    if "uri" in recorded:
        found["uri"] = uri(recorded["uri"])
    if "requestTemplates" in recorded:
        found["requestTemplates"] = {kind: text(one) for kind, one in recorded["requestTemplates"].items()}
    for status, answer in recorded.get("integrationResponses", {}).items():
        one = {"statusCode": status}
        if "responseParameters" in answer:
            one["responseParameters"] = answer["responseParameters"]
        if "responseTemplates" in answer:
            one["responseTemplates"] = {kind: text(value) for kind, value in answer["responseTemplates"].items()}
        found.setdefault("responses", {})[answer.get("selectionPattern") or "default"] = one
    return found


def parameters_of(method, of):
    for source, required in method.get("requestParameters", {}).items():
        _, _, place, name = source.split(".", 3)
        yield {"name": name, "in": PLACES[place], "required": required, "type": "string"}
    for model in method.get("requestModels", {}).values():
        yield {"name": model, "in": "body", "required": True, "schema": of(model)}


def operation_of(method, of, authorizers):
    found = {"parameters": list(parameters_of(method, of)), "responses": {}}
    if "operationName" in method:
        found["operationId"] = method["operationName"]
    if method["authorizationType"] == "CUSTOM":
        found["security"] = [{authorizers[method["authorizerId"]]: []}]
    if method["apiKeyRequired"]:
        found["security"] = [*found.get("security", []), {"api_key": []}]
    for status, answer in method.get("methodResponses", {}).items():
        response = {"description": status}
        if "responseModels" in answer:
            response["schema"] = of(answer["responseModels"]["application/json"])
        headers = [source.split(".", 3)[3] for source in answer.get("responseParameters", {})]
        if headers:
            response["headers"] = {name: {"type": "string"} for name in headers}
        found["responses"][status] = response
    if "methodIntegration" in method:
        found["x-amazon-apigateway-integration"] = integration_of(method["methodIntegration"])
    return found


def authorizer_of(recorded):
    kept = ("identityValidationExpression", "authorizerResultTtlInSeconds", "identitySource")
    extension = {name: recorded[name] for name in kept if name in recorded}
    extension.update(type=recorded["type"].lower(), authorizerUri=FUNCTION)
    if "authorizerCredentials" in recorded:
        extension["authorizerCredentials"] = "arn:aws:iam::111111111111:role/authorizer"
    return {
        "type": "apiKey",
        "in": "header",
        "name": recorded["identitySource"].split(".")[-1],
        "x-amazon-apigateway-authtype": recorded["authType"],
        "x-amazon-apigateway-authorizer": extension,
    }


def placed(resource, verb):
    """What an operation is called in the labels."""
    return f"{resource['path'].lstrip('/') or 'root'}-{verb.lower()}"


def named(placeholder, name):
    return name if placeholder.startswith("<") else placeholder


def definition_of(walk, imported):
    """A definition (OpenAPI 2) of what the answers describe."""
    answers, models = walk.answers, {"Empty"} if "get-models" not in walk.answers else set()

    def of(model):
        models.add(named(model, "Empty"))
        return {"$ref": f"#/definitions/{named(model, 'Empty')}"}

    authorizers = {one["id"]: named(one["name"], "authorizer") for one in answers.get("get-authorizers", {}).get("items", [])}
    paths = {}
    for resource in answers["resources"]["items"]:
        for verb in resource.get("resourceMethods", {}):
            key = "x-amazon-apigateway-any-method" if verb == "ANY" else verb.lower()
            method = answers[f"method-{placed(resource, verb)}"]
            paths.setdefault(resource["path"], {})[key] = operation_of(method, of, authorizers)
    definitions = {model: {"type": "object"} for model in models}
    for model in answers.get("get-models", {}).get("items", []):
        schema = json.dumps(model["schema"]).replace(model["name"], named(model["name"], "Empty"))
        definitions[named(model["name"], "Empty")] = json.loads(re.sub(r'"[^"]*/models/(\w+)"', r'"#/definitions/\1"', schema))
    info = {"title": named(imported.get("name", "<"), "api-1"), "version": imported.get("version", "1.0")}
    if "description" in imported:
        info["description"] = imported["description"]
    return {
        "swagger": "2.0",
        "info": info,
        "paths": paths,
        "definitions": definitions,
        "securityDefinitions": {
            "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            **{named(one["name"], "authorizer"): authorizer_of(one) for one in answers.get("get-authorizers", {}).get("items", [])},
        },
        "x-amazon-apigateway-api-key-source": imported.get("apiKeySource", "HEADER"),
    }


@drives(
    "apigateway",
    IMPORTS + "test_import_and_validate_rest_api",
    IMPORTS + "test_import_swagger_api",
    IMPORTS + "test_import_with_global_api_key_authorizer",
    IMPORTS + "test_import_with_http_method_integration",
    IMPORTS + "test_import_with_integer_http_status_code",
)
def imported(walk, *_):
    own = gateway(walk)
    label = next((label for label in walk.answers if label.startswith("import")), None)
    definition = definition_of(walk, walk.answers.get(label, {}))
    made = walk.answered(own.import_rest_api, body=json.dumps(definition))
    if label:
        walk.match(label, made)
    of = {"restApiId": made["id"]}
    walk.bindings.bind({"<model-base-url>": "https://apigateway.amazonaws.com"})
    for label, read in [("get-authorizers", own.get_authorizers), ("get-models", own.get_models)]:
        if label in walk.answers:
            walk(label, read, **of)
    found = walk("resources", own.get_resources, **of)
    for resource in found["items"]:
        for verb in resource.get("resourceMethods", {}):
            one, name = {**of, "resourceId": resource["id"], "httpMethod": verb}, placed(resource, verb)
            walk(f"method-{name}", own.get_method, **one)
            walk(f"integration-{name}", own.get_integration, **one)
            for prefix, read in [("method", own.get_method_response), ("integration", own.get_integration_response)]:
                if f"{prefix}-response-{name}" in walk.answers:
                    walk(f"{prefix}-response-{name}", read, **one, statusCode="200")


@drives("apigateway", IMPORTS + "test_put_rest_api_mode_binary_media_types")
def binary_types(walk, mode):
    own = gateway(walk)
    made = walk("create-rest-api", own.create_rest_api, name="api-1", binaryMediaTypes=["image/heif"])["id"]
    walk("get-rest-api", own.get_rest_api, restApiId=made)
    definition = {
        "openapi": "3.0.1",
        "info": {"title": "api-2", "version": "1.0.0"},
        "paths": {},
        "x-amazon-apigateway-binary-media-types": ["image/png", "image/jpg"],
    }
    walk("put-api", own.put_rest_api, restApiId=made, mode=mode, body=json.dumps(definition))


@drives("apigateway", "apigateway_extended · test_export_oas30_openapi", "apigateway_extended · test_export_swagger_openapi")
def exported(walk, _):
    """What is exported with its extensions is a definition: that is imported."""
    own = gateway(walk)
    recorded = walk.answers["get-export-with-extensions"]["body"]
    kind = "oas30" if "openapi" in recorded else "swagger"
    definition = json.loads(json.dumps(recorded).replace("<region>", "us-east-1"))
    del definition["info"]["version"]  # it is when the API was deployed
    made = walk("import-api", own.import_rest_api, body=json.dumps(definition))
    own.create_deployment(restApiId=made["id"], stageName="local")
    for label, more in [("get-export", {}), ("get-export-with-extensions", {"parameters": {"extensions": "apigateway"}})]:
        answer = own.get_export(restApiId=made["id"], stageName="local", exportType=kind, accepts="application/json", **more)
        name = re.sub(r"_[-\dT:.]+Z", "_date", answer["contentDisposition"])
        walk.match(label, {**answer, "body": json.loads(answer["body"].read()), "contentDisposition": name})
