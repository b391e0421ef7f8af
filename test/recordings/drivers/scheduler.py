"""EventBridge Scheduler: expressions, and the tags of groups."""

from walker import drives


def scheduled(walk, label, expression):
    role = f"arn:aws:iam::{walk.account}:role/scheduler"
    walk(
        label,
        walk.client("scheduler").create_schedule,
        Name="schedule-1",
        ScheduleExpression=expression,
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": f"arn:aws:lambda:us-east-1:{walk.account}:function:f", "RoleArn": role},
    )


@drives("scheduler", "scheduler · test_create_schedule_with_valid_cron_expressions")
def cron(walk, expression):
    scheduled(walk, "create-schedule", expression)


@drives("scheduler", "scheduler · tests_create_schedule_with_invalid_schedule_expression")
def odd(walk, expression):
    scheduled(walk, "invalid-schedule-expression", expression)


@drives("scheduler", "scheduler · tests_create_schedule_with_valid_schedule_expression")
def once(walk):
    scheduled(walk, "valid-schedule-expression", "at(2099-12-31T23:59:59)")


def tagged(walk):
    client, tag = walk.client("scheduler"), {"Key": "TagKey", "Value": "TagValue"}
    arn = client.create_schedule_group(Name="group-1")["ScheduleGroupArn"]
    client.tag_resource(ResourceArn=arn, Tags=[tag])
    return client, arn


@drives("scheduler", "scheduler · test_tag_resource")
def tags(walk):
    client, arn = tagged(walk)
    walk("list-tagged-schedule", client.list_tags_for_resource, ResourceArn=arn)


@drives("scheduler", "scheduler · test_untag_resource")
def untagged(walk):
    client, arn = tagged(walk)
    client.untag_resource(ResourceArn=arn, TagKeys=["TagKey"])
    walk("list-untagged-schedule", client.list_tags_for_resource, ResourceArn=arn)
