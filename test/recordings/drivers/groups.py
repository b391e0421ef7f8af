"""Resource groups, and the tags that they go by."""

import json

from walker import drives

GROUPS = "resource_groups · TestResourceGroups · "
STAGE = {"Key": "Stage", "Values": ["test-resource-group"]}


def query(*tags, types=("AWS::AllSupported",)):
    return {"Type": "TAG_FILTERS_1_0", "Query": json.dumps({"ResourceTypeFilters": list(types), "TagFilters": list(tags)})}


@drives("resource_groups", GROUPS + "test_create_group")
def group(walk):
    own = walk.client("resource-groups")
    walk(
        "create-group",
        own.create_group,
        Name="group-1",
        Description="description",
        ResourceQuery=query({"Key": "resources_tag_key", "Values": ["resources_tag_value"]}),
        Tags={"resource_group_tag_key": "resource_group_tag_value"},
    )
    walk("get-group", own.get_group, GroupName="group-1")
    walk("list-groups", own.list_groups)
    walk("delete-group", own.delete_group, GroupName="group-1")
    walk("list-groups-after-delete", own.list_groups)


def tagged_queue(walk):
    own = walk.client("sqs")
    url = own.create_queue(QueueName="queue", tags={"Stage": "test-resource-group"})["QueueUrl"]
    return own, url


@drives("resource_groups", GROUPS + "test_resource_groups_tag_query")
def group_of_tags(walk):
    own, s3 = walk.client("resource-groups"), walk.client("s3")
    name = f"grouped-{walk.account}"
    walk(
        "create-group", own.create_group, Name="group-1", Description="test-tag-query", ResourceQuery=query(STAGE), Tags={"GroupTag": "GroupTag1"}
    )
    walk("list-group-resources-empty", own.list_group_resources, Group="group-1")
    sqs, url = tagged_queue(walk)
    walk("get-queue-tags", sqs.list_queue_tags, QueueUrl=url)
    s3.create_bucket(Bucket=name)
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": "Stage", "Value": "test-resource-group"}]})
    # Labelled the other way round: with the queue it is when it is still there.
    walk("list-group-resources-after-queue-removal", own.list_group_resources, Group="group-1")
    sqs.delete_queue(QueueUrl=url)
    walk("list-group-resources", own.list_group_resources, Group="group-1")


@drives("resource_groups", GROUPS + "test_search_resources")
def searched(walk):
    own = walk.client("resource-groups")
    sqs, url = tagged_queue(walk)
    walk("queue-tags", sqs.list_queue_tags, QueueUrl=url)
    walk("list-group-resources-sqs", own.search_resources, ResourceQuery=query(STAGE, types=["AWS::SQS::Queue"]))
    walk("list-group-resources-s3", own.search_resources, ResourceQuery=query(STAGE, types=["AWS::S3::Bucket"]))


@drives("resourcegroupstaggingapi", "rgsa · TestRGSAIntegrations · test_get_resources")
def tagged(walk):
    walk.client("sqs").create_queue(QueueName="queue", tags={"test": "test"})
    walk("get_resources", walk.client("resourcegroupstaggingapi").get_resources, TagFilters=[{"Key": "test", "Values": ["test"]}])
