"""S3 Control: access points, and tags of resources."""

from walker import drives

POINTS = "s3control · TestS3ControlAccessPoint · "


def control(walk):
    """Calls of S3 Control that say whose account it is."""
    own = walk.client("s3control")

    def here(request, **_):
        """The account stands before a host that has no names below it."""
        request.url = request.url.replace(f"//{walk.account}.", "//", 1)

    own.meta.events.register("before-send", here)
    return lambda operation: lambda **more: getattr(own, operation)(AccountId=walk.account, **more)


def bucket(walk, name):
    walk.client("s3").create_bucket(Bucket=name)
    return name


@drives("s3control", POINTS + "test_access_point_bucket_not_exists")
def point_of_no_bucket(walk):
    walk("access-point-bucket-not-exists", control(walk)("create_access_point"), Name="point-1", Bucket="no-such-bucket-of-points")


@drives("s3control", POINTS + "test_access_point_lifecycle")
def point(walk):
    of, own = walk.account, control(walk)
    # There is another one already.
    own("create_access_point")(Name=f"another-{of}", Bucket=bucket(walk, f"first-{of}"))
    walk("list-access-points-start", own("list_access_points"))
    name = f"a-point-{of}"
    walk("create-access-point", own("create_access_point"), Name=name, Bucket=bucket(walk, f"second-{of}"))
    walk("get-access-point", own("get_access_point"), Name=name)
    walk("list-access-points-after-create", own("list_access_points"))
    walk("delete-access-point", own("delete_access_point"), Name=name)
    walk("list-access-points-after-delete", own("list_access_points"))
    walk("get-delete-access-point", own("get_access_point"), Name=name)
    walk("delete-already-deleted-access-point", own("delete_access_point"), Name=name)


@drives("s3control", POINTS + "test_access_point_name_validation")
def point_names(walk):
    create, name = control(walk)("create_access_point"), bucket(walk, f"names-{walk.account}")
    for label, answer in walk.answers.items():
        # The error says the path that it is about.
        walk(label, create, Name=answer["Error"]["URI"].split("/")[-1], Bucket=name)


@drives("s3control", POINTS + "test_access_point_pagination")
def point_pages(walk):
    of, own = walk.account, control(walk)
    buckets = [bucket(walk, f"pages-{at}-{of}") for at in range(3)]
    create, pages = own("create_access_point"), own("list_access_points")
    create(Name=f"d-{of}", Bucket=buckets[2])
    for at, (name, to) in enumerate([("b", buckets[0]), ("a", buckets[0]), ("c", buckets[1])]):
        walk(f"create-access-point-{at}", create, Name=f"{name}-{of}", Bucket=to)
    walk("list-all", pages)
    walk("list-by-bucket", pages, Bucket=buckets[0])
    page = walk("list-one-max", pages, MaxResults=1)
    page = walk("list-one-next", pages, MaxResults=1, NextToken=page["NextToken"])
    walk("list-one-next-2", pages, MaxResults=1, NextToken=page["NextToken"])


@drives("s3control", "s3control · TestS3ControlTagging · test_tag_resource_validation")
def tags_wrongly(walk):
    tag, arn = control(walk)("tag_resource"), f"arn:aws:s3:::{bucket(walk, f'tags-{walk.account}')}"
    put = lambda label, *tags: walk(label, tag, ResourceArn=arn, Tags=[dict(zip(("Key", "Value"), one)) for one in tags])
    put("tags-key-aws-prefix", ("aws:prefix", "value"))
    put("tags-key-aws-duplicated-key", ("key1", "value1"), ("key1", "value1"))
    put("tags-key-aws-bad-key", ("bad,char", "value1"))
    put("tags-key-aws-bad-value", ("key", "bad,char"))
    walk("tags-key-none", tag, ResourceArn=arn, Tags=[{"Value": "value"}])
    walk("tags-value-none", tag, ResourceArn=arn, Tags=[{"Key": "key"}])
