"""Cloud Control: resources by their types, and requests for them."""

import json

from walker import drives, lasting

API, BUCKET = "cloudcontrol_api · TestCloudControlResourceApi · ", "AWS::S3::Bucket"


def controlled(walk):
    return walk.client("cloudcontrol")


def bucket(name):
    return {"TypeName": BUCKET, "DesiredState": json.dumps({"BucketName": name})}


def done(walk, token):
    return walk.until(
        lambda: controlled(walk).get_resource_request_status(RequestToken=token),
        lambda told: told["ProgressEvent"]["OperationStatus"] in ("SUCCESS", "FAILED"),
    )


@drives("cloudcontrol", API + "test_api_exceptions")
def nothing(walk):
    own, none = controlled(walk), {"TypeName": "AWS::LocalStack::DoesNotExist"}
    walk("create_nonexistingtype", own.create_resource, **none, DesiredState="{}")
    walk("get_nonexistingtype", own.get_resource, **none, Identifier="one")
    walk("list_nonexistingtype", own.list_resources, **none)
    walk("delete_nonexistingtype", own.delete_resource, **none, Identifier="one")
    walk("update_nonexistingtype", own.update_resource, **none, Identifier="one", PatchDocument="[]")
    walk("update_invalidpatchdocument", own.update_resource, **none, Identifier="one", PatchDocument="{}")
    walk("delete_nonexistingresource", own.delete_resource, TypeName=BUCKET, Identifier=f"none-{walk.account}")


@drives("cloudcontrol", API + "test_create_invalid_desiredstate")
def states_wrongly(walk):
    create = lambda label, state: walk(label, controlled(walk).create_resource, TypeName=BUCKET, DesiredState=json.dumps(state))
    create("create_invalid_state_exc_invalid_field", {"DOESNOTEXIST": "invalidvalue"})
    create("create_invalid_state_exc_invalid_type", {"BucketName": True})


@drives("cloudcontrol", API + "test_double_create_with_client_token")
def created_twice(walk):
    create = controlled(walk).create_resource
    token = f"token-{walk.account}"
    walk("create_response", create, **bucket(f"twice-{walk.account}"), ClientToken=token)
    answer = walk.answered(create, **bucket(f"other-{walk.account}"), ClientToken=token)
    # The recording has this in the place of the token.
    walk.match("create_response_duplicate_exc", json.loads(json.dumps(answer).replace(token, "<client-token")))


@drives("cloudcontrol", API + "test_lifecycle")
def lifecycle(walk):
    own, name = controlled(walk), f"cycle-{walk.account}"
    one = {"TypeName": BUCKET, "Identifier": name}
    made = walk("create_response", own.create_resource, **bucket(name))
    walk.match("get_status_response", done(walk, made["ProgressEvent"]["RequestToken"]))
    walk("get_response", own.get_resource, **one)
    gone = walk("delete_response", own.delete_resource, **one)
    walk.match("get_request_status_response_postdelete", done(walk, gone["ProgressEvent"]["RequestToken"]))
    walk.answers = json.loads(json.dumps(walk.answers).replace("RequestToken: uuid", "RequestToken: <uuid:1>"))
    walk("res_not_found_exc", own.get_resource, **one)


@drives("cloudcontrol", API + "test_list_resources")
def listed(walk):
    own, names = controlled(walk), [f"list-{at}-{walk.account}" for at in (1, 2)]
    walk("list_typenotfound_exc", own.list_resources, TypeName="AWS::DoesNot::Exist")
    for name in names:
        done(walk, own.create_resource(**bucket(name))["ProgressEvent"]["RequestToken"])
    walk("list_paginated_all_filtered", own.list_resources, TypeName=BUCKET)


@lasting
@drives("cloudcontrol", "cloudcontrol_api · TestCloudControlResourceRequestApi · test_list_request_status")
def requests(walk):
    own, name = controlled(walk), f"requests-{walk.account}"
    walk("create_bucket_resource", own.create_resource, **bucket(name))
    filtered = lambda **more: own.list_resource_requests(ResourceRequestStatusFilter=more)
    walk.match("list_requests_response_filtered", filtered(Operations=["CREATE"], OperationStatuses=["IN_PROGRESS"]))
    walk.match("list_requests_response_filtered_update", filtered(Operations=["UPDATE"], OperationStatuses=["IN_PROGRESS"]))
