"""IAM: roles that AWS's services use, policies and their encoding, credentials of services."""

import json

from walker import drives

ROLES = "iam · TestIAMServiceRoles · test_service_role_lifecycle"
CREDENTIALS = "iam · TestIAMServiceSpecificCredentials · test_"
INTEGRATIONS = "iam · TestIAMIntegrations · test_"


def iam(walk):
    return walk.client("iam")


def named(walk, name):
    return f"{name}-{walk.account}"


def trusted(service):
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@drives("iam", ROLES, ROLES + "_custom_suffix")
def service_role(walk, service):
    suffix = {"CustomSuffix": f"suffix{walk.account}"} if "custom_suffix" in walk.name else {}
    name = iam(walk).create_service_linked_role(AWSServiceName=service, **suffix)["Role"]["RoleName"]
    walk("describe-response", iam(walk).get_role, RoleName=name)
    walk("inline-role-policies", iam(walk).list_role_policies, RoleName=name)
    walk("attached-role-policies", iam(walk).list_attached_role_policies, RoleName=name)


@drives("iam", ROLES + "_custom_suffix_not_allowed")
def no_suffix(walk, service):
    walk("custom-suffix-not-allowed", iam(walk).create_service_linked_role, AWSServiceName=service, CustomSuffix="suffix")


@drives("iam", "iam · TestIAMExtensions · test_create_role_with_malformed_assume_role_policy_document")
def malformed(walk):
    walk("invalid-json", iam(walk).create_role, RoleName="role", AssumeRolePolicyDocument='{"a" "b"}')


@drives("iam", "iam · TestIAMExtensions · test_role_with_path_lifecycle")
def role_with_path(walk):
    name, path = named(walk, "role"), f"/path{walk.account}/"
    walk("create-role-response", iam(walk).create_role, RoleName=name, Path=path, AssumeRolePolicyDocument=trusted("lambda.amazonaws.com"))
    walk("get-role-response", iam(walk).get_role, RoleName=name)
    walk("delete-role-response", iam(walk).delete_role, RoleName=name)


@drives("iam", INTEGRATIONS + "delete_non_existent_policy_returns_no_such_entity")
def no_policy(walk):
    arn = f"arn:aws:iam::{walk.account}:policy/non-existent-policy"
    walk("delete-non-existent-policy-exc", iam(walk).delete_policy, PolicyArn=arn)


@drives("iam", INTEGRATIONS + "list_roles_with_permission_boundary")
def boundary(walk):
    path = f"/path{walk.account}/"
    told = {"RoleName": named(walk, "role"), "Path": path, "AssumeRolePolicyDocument": trusted("ec2.amazonaws.com")}
    walk("created_role", iam(walk).create_role, **told)
    iam(walk).put_role_permissions_boundary(RoleName=told["RoleName"], PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
    walk("list_roles_result", iam(walk).list_roles, PathPrefix=path)


@drives("iam", INTEGRATIONS + "role_attach_policy")
def attached(walk):
    role, policy = named(walk, "role"), named(walk, "policy")
    iam(walk).create_role(RoleName=role, AssumeRolePolicyDocument=trusted("lambda.amazonaws.com"))
    document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "lambda:ListFunctions", "Resource": "*"}]})
    arn = walk("create_policy_response", iam(walk).create_policy, PolicyName=policy, PolicyDocument=document)["Policy"]["Arn"]
    asked = {"existing_policy_name_provided": f"policy-of-this-name-{policy}", "non_existent_malformed_policy_arn": "longpolicynamebutnoarn", "valid_arn_not_existent": f"{arn}123", "valid_policy_arn": arn}
    for label, one in asked.items():
        walk(label, iam(walk).attach_role_policy, RoleName=role, PolicyArn=one)


ENCODED = "arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2Faaeeieije"


def encoded(walk):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["apigatway:PUT"], "Resource": [f"arn:aws:apigateway:us-east-1::/tags/{ENCODED}"]}]})


@drives("iam", "iam · TestIAMPolicyEncoding · test_put_group_policy_encoding")
def group_policy(walk):
    group, policy = named(walk, "group"), named(walk, "policy")
    iam(walk).create_group(GroupName=group)
    iam(walk).put_group_policy(GroupName=group, PolicyName=policy, PolicyDocument=encoded(walk))
    walk("get-policy-response", iam(walk).get_group_policy, GroupName=group, PolicyName=policy)


@drives("iam", "iam · TestIAMPolicyEncoding · test_put_role_policy_encoding")
def role_policy(walk):
    role, policy, path = named(walk, "role"), named(walk, "policy"), f"/path{walk.account}/"
    recorded = json.dumps(walk.answers["create-role-response"]["Role"]["AssumeRolePolicyDocument"])
    walk("create-role-response", iam(walk).create_role, RoleName=role, Path=path, AssumeRolePolicyDocument=recorded.replace("<region>", "us-east-1").replace("<partition>", "aws"))
    iam(walk).put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=encoded(walk))
    walk("get-policy-response", iam(walk).get_role_policy, RoleName=role, PolicyName=policy)
    walk("get-role-response", iam(walk).get_role, RoleName=role)
    walk("list-roles-response", iam(walk).list_roles, PathPrefix=path)


SERVICE = "codecommit.amazonaws.com"


@drives("iam", CREDENTIALS + "create_service_specific_credential_invalid_user")
def no_user(walk):
    for label, service in [("invalid-user-name-exception", SERVICE), ("invalid-user-and-service-exception", "nonexistentservice.amazonaws.com")]:
        walk(label, iam(walk).create_service_specific_credential, UserName="non-existent-user", ServiceName=service)


def credential(walk):
    user = named(walk, "user")
    walk("create-user-response", iam(walk).create_user, UserName=user)
    made = walk("create-service-specific-credential-response", iam(walk).create_service_specific_credential, UserName=user, ServiceName=SERVICE)
    return user, made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]


def credential_calls(walk, end, user, one):
    told = {"UserName": user, "ServiceSpecificCredentialId": one}
    walk(f"update-{end}", iam(walk).update_service_specific_credential, Status="Inactive", **told)
    walk(f"reset-{end}", iam(walk).reset_service_specific_credential, **told)
    walk(f"delete-{end}", iam(walk).delete_service_specific_credential, **told)


@drives("iam", CREDENTIALS + "id_match_user_mismatch")
def wrong_user(walk):
    credential_calls(walk, "wrong-user-name", "wrong-user-name", credential(walk)[1])


@drives("iam", CREDENTIALS + "user_match_id_mismatch")
def wrong_id(walk, one):
    credential_calls(walk, "wrong-id", credential(walk)[0], one)


@drives("iam", CREDENTIALS + "list_service_specific_credential_different_service")
def other_service(walk):
    user, _ = credential(walk)
    for label, service in [("list-service-specific-credentials-response-wrong-service", "cassandra.amazonaws.com"), ("list-service-specific-credentials-invalid-service", "nonexistentservice.amazonaws.com")]:
        walk(label, iam(walk).list_service_specific_credentials, UserName=user, ServiceName=service)


def stack(walk, resources, **outputs):
    """Makes a stack; answers its outputs."""
    cloudformation = walk.client("cloudformation")
    template = {"Resources": resources, **({"Outputs": {name: {"Value": value} for name, value in outputs.items()}} if outputs else {})}
    cloudformation.create_stack(StackName="stack", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"])
    described = walk.until(lambda: cloudformation.describe_stacks(StackName="stack")["Stacks"][0], lambda one: not one["StackStatus"].endswith("IN_PROGRESS"))
    if described["StackStatus"] != "CREATE_COMPLETE":
        raise ValueError(described)
    return {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}


REF, ARN = {"Ref": "MyResource"}, {"Fn::GetAtt": ["MyResource", "Arn"]}


def described_user(walk, label, name):
    walk(label, iam(walk).get_user, UserName=name)


@drives("iam", "basic_user · TestBasicCRD · test_autogenerated_values", "basic_user · TestBasicCRD · test_black_box", "basic_user · TestBasicCRD · test_getatt")
def stack_user(walk):
    own = {} if "autogenerated" in walk.name else {"Properties": {"UserName": named(walk, "user")}}
    label = "stack_outputs" if "stack_outputs" in walk.answers else "stack-outputs"
    known = {"MyRef": REF} if "MyRef" in walk.answers[label] else {"Ref": REF, "GetAttArn": ARN}
    outputs = stack(walk, {"MyResource": {"Type": "AWS::IAM::User", **own}}, **known)
    walk.match(label, outputs)
    name = outputs.get("MyRef", outputs.get("Ref"))
    described_user(walk, next(one for one in walk.answers if one in ("autogenerated-get-user", "describe-resource")), name)
    if "stack_resource" in walk.answers:
        answer = walk.client("cloudformation").describe_stack_resource(StackName="stack", LogicalResourceId="MyResource")
        for name in ("StackId", "StackName"):  # recorded as they were
            answer["StackResourceDetail"][name] = walk.answers["stack_resource"]["StackResourceDetail"][name]
        walk.match("stack_resource", answer)


@drives("iam", "parity · TestParity · test_create_with_full_properties")
def full_user(walk):
    groups = {f"Group{at}": {"Type": "AWS::IAM::Group", "Properties": {"GroupName": f"{walk.account}-group-{at}"}} for at in (1, 2)}
    user = {"UserName": named(walk, "user"), "Groups": [{"Ref": name} for name in groups]}
    outputs = stack(walk, {**groups, "MyResource": {"Type": "AWS::IAM::User", "Properties": user}}, MyRef=REF)
    walk.match("stack-outputs", outputs)
    described_user(walk, "describe-user-resource", outputs["MyRef"])
    walk("describe-user-group-association", iam(walk).list_groups_for_user, UserName=outputs["MyRef"])


SUBSTITUTED = {
    "policy_with_arrays": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": [{"Fn::Sub": "arn:${AWS::Partition}:s3:::test-bucket/*"}, {"Fn::Sub": "arn:${AWS::Partition}:s3:::test-bucket-${AWS::Region}/*"}]}]},
    "policy_document": {"Fn::Sub": '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:${AWS::Partition}:s3:::bucket-my-cluster-${AWS::Region}/*"}]}'},
    "policy_document_multiline": {"Fn::Sub": '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {\n      "Effect": "Allow",\n      "Action": "eks:DescribeCluster",\n      "Resource": "arn:${AWS::Partition}:eks:${AWS::Region}:${AWS::AccountId}:cluster/my-cluster"\n    }\n  ]\n}\n'},
}


@drives("iam", "iam · test_managedpolicy_with_fn_sub_and_arrays", "iam · test_managedpolicy_with_fn_sub_json_string", "iam · test_managedpolicy_with_fn_sub_multiline_yaml")
def substituted(walk):
    label = next(iter(walk.answers))
    policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"ManagedPolicyName": named(walk, "policy"), "PolicyDocument": SUBSTITUTED[label]}}
    arn = stack(walk, {"MyResource": policy}, MyRef=REF)["MyRef"]
    walk.match(label, iam(walk).get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"])
