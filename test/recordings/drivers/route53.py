"""Route 53: a zone, and what is listed of its records."""

from walker import drives


def zone(walk, name):
    return walk.client("route53").create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]


def records(walk, zone_id, *sets):
    changes = [{"Action": "CREATE", "ResourceRecordSet": {"Name": "www.example.com", "Type": "A", **one}} for one in sets]
    client = walk.client("route53")
    client.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": changes})
    walk("record-sets", client.list_resource_record_sets, HostedZoneId=zone_id)


@drives("route53", "route53 · TestRoute53 · test_create_hosted_zone")
def hosted_zone(walk):
    client = walk.client("route53")
    made = walk("create_hosted_zone_response", client.create_hosted_zone, Name="zone-1.com", CallerReference="reference-1")
    walk("get_hosted_zone", client.get_hosted_zone, Id=made["HostedZone"]["Id"])


@drives("route53", "aws_route53_recordset · test_create_record_set_via_name")
def by_name(walk):
    records(walk, zone(walk, "www.example.com"), {"TTL": 900, "ResourceRecords": [{"Value": "192.0.2.1"}]})


@drives("route53", "aws_route53_recordset · test_create_multiple_weighted_alias_target_record_sets")
def weighted_aliases(walk):
    records(
        walk,
        zone(walk, "www.example.com"),
        *(
            {
                "SetIdentifier": identifier,
                "Weight": weight,
                "AliasTarget": {
                    "HostedZoneId": hosted,
                    "DNSName": f"s3-website-{region}.amazonaws.com",
                    "EvaluateTargetHealth": False,
                },
            }
            for identifier, weight, region, hosted in (
                ("region-1", 255, "us-east-1", "Z3AQBSTGFYJSTF"),
                ("region-2", 0, "us-west-1", "Z2F56UZL2M1ACD"),
            )
        ),
    )
