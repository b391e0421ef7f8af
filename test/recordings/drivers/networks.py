"""EC2: networks, zones and flow logs."""

from walker import drives

NETWORKS, LOGS = "ec2 · TestEc2Integrations · ", "ec2 · TestEc2FlowLogs · "


def ec2(walk, **more):
    return walk.client("ec2", **more)


def vpc(walk, block="10.0.0.0/16", **more):
    return ec2(walk, **more).create_vpc(CidrBlock=block)["Vpc"]["VpcId"]


@drives("ec2", NETWORKS + "test_create_route_table_association")
def route_table(walk):
    own, id = ec2(walk), vpc(walk)
    walk.match("vpc_id", id)
    subnet = own.create_subnet(VpcId=id, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    walk.match("subnet_id", subnet)
    table = own.create_route_table(VpcId=id)["RouteTable"]["RouteTableId"]
    walk.match("route_table_id", table)
    walk.match("association_id", own.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"])
    walk.match("route_tables", own.describe_route_tables(RouteTableIds=[table])["RouteTables"])


@drives("ec2", NETWORKS + "test_get_security_groups_for_vpc")
def security_groups(walk):
    own = ec2(walk)
    tags = [{"ResourceType": "vpc", "Tags": [{"Key": "test-key", "Value": "test-value"}]}]
    id = walk("create_vpc_response", own.create_vpc, CidrBlock="10.0.0.0/16", TagSpecifications=tags)["Vpc"]["VpcId"]
    walk("get_security_groups_for_vpc", own.get_security_groups_for_vpc, VpcId=id)
    walk("create_security_group", own.create_security_group, GroupName="group-2", Description="Description for group-2", VpcId=id)
    walk("get_security_groups_for_vpc_after_addition", own.get_security_groups_for_vpc, VpcId=id)


@drives("ec2", NETWORKS + "test_vcp_peering_difference_regions")
def peering(walk):
    near, far = ec2(walk), ec2(walk, region="us-west-2")
    ids = [vpc(walk, "192.168.1.0/24"), vpc(walk, "192.168.2.0/24", region="us-west-2")]
    for at, (region, id) in enumerate(zip(("us-east-1", "us-west-2"), ids)):
        walk.match(f"vpc{at + 1}", {"vpc-id": id, "region": region})
    made = near.create_vpc_peering_connection(VpcId=ids[0], PeerVpcId=ids[1], PeerRegion="us-west-2")
    peering = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    walk.match("peering-connection-id", peering)
    told = lambda client: client.describe_vpc_peering_connections(VpcPeeringConnectionIds=[peering])
    status = lambda code: lambda answer: answer["VpcPeeringConnections"][0]["Status"]["Code"] == code
    walk.match("pending-acceptance", walk.until(lambda: told(near), status("pending-acceptance")))
    far.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    walk.match("requester-peer", walk.until(lambda: told(near), status("active")))
    walk.match("accepter-peer", walk.until(lambda: told(far), status("active")))


@drives("ec2", "ec2 · test_describe_availability_zones_filter_with_zone_ids")
def zones_by_id(walk):
    walk("availability_zones", ec2(walk).describe_availability_zones, ZoneIds=["use1-az1"])


@drives("ec2", "ec2 · test_describe_availability_zones_filter_with_zone_names")
def zones_by_name(walk):
    walk("availability_zones", ec2(walk).describe_availability_zones, ZoneNames=["us-east-1a"])


def logged(walk, label, **more):
    return walk(label, ec2(walk).create_flow_logs, ResourceType="VPC", TrafficType="ALL", **more)


@drives("ec2", LOGS + "test_ec2_flow_logs_s3")
def flow_logs(walk):
    id, name = vpc(walk), f"flows-{walk.account}"
    walk.client("s3").create_bucket(Bucket=name)
    to = {"ResourceIds": [id], "LogDestinationType": "s3", "LogDestination": f"arn:aws:s3:::{name}"}
    made = logged(walk, "create-flow-logs-s3", **to)["FlowLogIds"]
    walk("describe-flow-logs", ec2(walk).describe_flow_logs, FlowLogIds=made)
    logged(walk, "create-flow-logs-s3-subfolder", **{**to, "LogDestination": f"arn:aws:s3:::{name}/subfolder/"})


@drives("ec2", LOGS + "test_ec2_flow_logs_s3_validation")
def flow_logs_wrongly(walk):
    of = {"ResourceIds": [vpc(walk)], "LogDestinationType": "s3"}
    logged(walk, "non-existent-bucket", **of, LogDestination=f"arn:aws:s3:::none-{walk.account}")
    logged(walk, "with-log-group-name", **of, LogDestination=f"arn:aws:s3:::none-{walk.account}", LogGroupName="group")
    logged(walk, "no-log-destination", **of)
    logged(walk, "log-group-name-s3-destination", **of, LogGroupName="group")
