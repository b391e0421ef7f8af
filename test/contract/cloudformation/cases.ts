import { inlineArchive } from "../../../src/services/cloudformation/mapping/inline-code.ts";
import type { ToolName } from "../../needs.ts";

/** A stack that shows types of resources: what it is made of, what of it changes, and what a service says of it then. */
export interface TypeCase {
  readonly resources: Readonly<Record<string, TypedResource>>;
  /** What this machine must have for it. */
  readonly needs?: ToolName;
  /** Properties that an update sets, by logical id. */
  readonly changed?: Readonly<Record<string, object>>;
  /** What has to be there before. */
  prepare?(call: <O>(service: string, operation: string, input: object) => Promise<O>): Promise<unknown>;
  /** ARNs of what stays: it was there before, or is AWS's own. */
  readonly leaves?: RegExp;
  /** What the services say after the update, by logical id, as far as it is given. */
  readonly shows?: Readonly<Record<string, object>>;
}

export interface TypedResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const ref = (Ref: string) => ({ Ref });
const att = (id: string, name: string) => ({ "Fn::GetAtt": [id, name] });

const TRUST = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};
const ALLOW = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
};
const DENY = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "s3:GetObject", Resource: "*" }],
};

const role: TypedResource = {
  Type: "AWS::IAM::Role",
  Properties: { AssumeRolePolicyDocument: TRUST },
};

const fn: TypedResource = {
  Type: "AWS::Lambda::Function",
  Properties: {
    Code: { ZipFile: "exports.handler = async () => 1;" },
    Handler: "index.handler",
    Runtime: "nodejs22.x",
    Role: att("Role", "Arn"),
  },
};

/** Whom a queue's or topic's policy lets send to it. */
const sending = (Action: string, account: string) => ({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: account },
      Action,
      Resource: "*",
    },
  ],
});

const documentOf = (command: string) => ({
  schemaVersion: "2.2",
  mainSteps: [{ action: "aws:runShellScript", name: "run", inputs: { runCommand: [command] } }],
});

const withFunction = { Role: role, Function: fn };

/** A subnet, and a block for it of its VPC's, which AWS chooses. */
let wide = { SubnetId: "", Ipv6CidrBlock: "" };

export const CASES: readonly TypeCase[] = [
  {
    resources: {
      Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16" } },
      One: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.0.0/24", AvailabilityZone: "us-east-1a" },
      },
      Two: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.1.0/24", AvailabilityZone: "us-east-1b" },
      },
      Balancer: {
        Type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Properties: {
          Subnets: [ref("One"), ref("Two")],
          LoadBalancerAttributes: [{ Key: "idle_timeout.timeout_seconds", Value: "30" }],
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Group: {
        Type: "AWS::ElasticLoadBalancingV2::TargetGroup",
        Properties: {
          Protocol: "HTTP",
          Port: 80,
          VpcId: ref("Vpc"),
          TargetType: "ip",
          Targets: [{ Id: "10.0.0.7", Port: 8080 }],
          TargetGroupAttributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "0" }],
        },
      },
      Listener: {
        Type: "AWS::ElasticLoadBalancingV2::Listener",
        Properties: {
          LoadBalancerArn: ref("Balancer"),
          Port: 20_443,
          Protocol: "HTTPS",
          Certificates: [{ CertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/c1" }],
          DefaultActions: [{ Type: "forward", TargetGroupArn: ref("Group") }],
        },
      },
      More: {
        Type: "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        Properties: {
          ListenerArn: ref("Listener"),
          Certificates: [{ CertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/c2" }],
        },
      },
      Rule: {
        Type: "AWS::ElasticLoadBalancingV2::ListenerRule",
        Properties: {
          ListenerArn: ref("Listener"),
          Priority: 10,
          Conditions: [{ Field: "path-pattern", Values: ["/old/*"] }],
          Actions: [
            {
              Type: "redirect",
              RedirectConfig: { Path: "/new/#{path}", StatusCode: "HTTP_302" },
            },
          ],
        },
      },
    },
    changed: {
      Group: { HealthCheckPath: "/health" },
      Rule: { Priority: 20 },
      Balancer: { Tags: [{ Key: "a", Value: "2" }] },
    },
    shows: {
      Balancer: { State: { Code: "active" } },
      Group: { HealthCheckPath: "/health" },
      Rule: { Priority: "20" },
    },
    leaves: /:ec2:/,
  },
  {
    resources: {
      Zone: {
        Type: "AWS::Route53::HostedZone",
        Properties: {
          Name: "Example.com",
          HostedZoneConfig: { Comment: "one" },
          HostedZoneTags: [{ Key: "a", Value: "1" }],
        },
      },
      Internal: {
        Type: "AWS::Route53::HostedZone",
        Properties: {
          Name: "internal.",
          VPCs: ["vpc-1", "vpc-2"].map((VPCId) => ({ VPCId, VPCRegion: "us-east-1" })),
        },
      },
      Check: {
        Type: "AWS::Route53::HealthCheck",
        Properties: {
          HealthCheckConfig: {
            Type: "HTTP",
            IPAddress: "127.0.0.1",
            Port: "8080",
            ResourcePath: "/one",
            Disabled: true,
          },
          HealthCheckTags: [{ Key: "a", Value: "1" }],
        },
      },
      Record: {
        Type: "AWS::Route53::RecordSet",
        Properties: {
          HostedZoneName: "example.com.",
          Name: "www.Example.com",
          Type: "A",
          TTL: "60",
          ResourceRecords: ["192.0.2.1"],
          SetIdentifier: "first",
          Weight: 1,
          HealthCheckId: ref("Check"),
        },
      },
      Group: {
        Type: "AWS::Route53::RecordSetGroup",
        Properties: {
          HostedZoneId: ref("Zone"),
          RecordSets: [
            { Name: "a.example.com", Type: "TXT", TTL: "60", ResourceRecords: ['"x"'] },
            { Name: "*.example.com", Type: "A", TTL: "60", ResourceRecords: ["192.0.2.3"] },
            {
              Name: "b.example.com.",
              Type: "A",
              AliasTarget: { HostedZoneId: "Z3AQBSTGFYJSTF", DNSName: "s3-website-us-east-1.amazonaws.com" },
            },
          ],
        },
      },
    },
    changed: {
      Zone: { HostedZoneConfig: { Comment: "two" }, HostedZoneTags: [{ Key: "b", Value: "2" }] },
      Internal: { VPCs: ["vpc-2", "vpc-3"].map((VPCId) => ({ VPCId, VPCRegion: "us-east-1" })) },
      Check: {
        HealthCheckConfig: { Type: "HTTP", IPAddress: "127.0.0.1", Port: "8081", Disabled: true },
      },
      Record: { ResourceRecords: ["192.0.2.2"], SetIdentifier: "second" },
      Group: {
        RecordSets: [
          { Name: "a.example.com", Type: "TXT", TTL: "30", ResourceRecords: ['"y"'] },
          { Name: "c.example.com", Type: "A", TTL: "60", ResourceRecords: ["192.0.2.4"] },
        ],
      },
    },
    shows: {
      Zone: { Config: { Comment: "two" } },
      Internal: { VPCs: ["vpc-2", "vpc-3"].map((VPCId) => ({ VPCId, VPCRegion: "us-east-1" })) },
      Check: { HealthCheckConfig: { Port: 8081 } },
      Record: { SetIdentifier: "second", ResourceRecords: [{ Value: "192.0.2.2" }] },
      Group: { Name: "a.example.com.", TTL: 30 },
    },
  },
  {
    needs: "valkey",
    resources: {
      Parameters: {
        Type: "AWS::ElastiCache::ParameterGroup",
        Properties: {
          CacheParameterGroupFamily: "redis7",
          Description: "of a stack",
          Properties: { timeout: "60", "maxmemory-policy": "noeviction" },
        },
      },
      Group: {
        Type: "AWS::ElastiCache::ReplicationGroup",
        Properties: {
          ReplicationGroupDescription: "of a stack",
          NumCacheClusters: 2,
          AutomaticFailoverEnabled: true,
          MultiAZEnabled: true,
          CacheNodeType: "cache.t4g.small",
          Engine: "redis",
          CacheParameterGroupName: ref("Parameters"),
        },
      },
      Cluster: {
        Type: "AWS::ElastiCache::CacheCluster",
        Properties: { CacheNodeType: "cache.t4g.small", Engine: "redis", NumCacheNodes: 1 },
      },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: {
          Type: "String",
          Value: {
            "Fn::Join": [
              ":",
              [att("Group", "PrimaryEndPoint.Address"), att("Cluster", "RedisEndpoint.Port")],
            ],
          },
        },
      },
    },
    changed: {
      Parameters: { Properties: { timeout: "90" } },
      Group: { NumCacheClusters: 3, ReplicationGroupDescription: "changed" },
      Cluster: { SnapshotRetentionLimit: 2 },
    },
    shows: {
      Parameters: { ParameterName: "timeout", ParameterValue: "90", Source: "user" },
      Group: { Description: "changed", MultiAZ: "enabled" },
      Cluster: { SnapshotRetentionLimit: 2 },
    },
  },
  {
    needs: "valkey",
    resources: {
      Shopper: {
        Type: "AWS::ElastiCache::User",
        Properties: {
          UserId: "Shopper",
          UserName: "default",
          Engine: "redis",
          AccessString: "on ~* +@read",
          AuthenticationMode: { Type: "password", Passwords: ["a-long-enough-password"] },
        },
      },
      Clerk: {
        Type: "AWS::ElastiCache::User",
        Properties: {
          UserId: "clerk",
          UserName: "clerk",
          Engine: "redis",
          AccessString: "on ~* +@all",
          NoPasswordRequired: true,
        },
      },
      Users: {
        Type: "AWS::ElastiCache::UserGroup",
        Properties: {
          UserGroupId: "Shop",
          Engine: "redis",
          UserIds: [ref("Shopper")],
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: {
          Type: "String",
          Value: { "Fn::Join": [" ", [att("Clerk", "Arn"), att("Users", "Status")]] },
        },
      },
    },
    changed: {
      Shopper: { AccessString: "on ~shop:* +@read" },
      Users: { UserIds: [ref("Shopper"), ref("Clerk")] },
    },
    shows: {
      Shopper: { AccessString: "on ~shop:* +@read" },
      Users: { UserIds: ["shopper", "clerk"] },
    },
  },
  {
    needs: "valkey",
    resources: {
      Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16" } },
      One: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.0.0/24", AvailabilityZone: "us-east-1a" },
      },
      Two: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.1.0/24", AvailabilityZone: "us-east-1b" },
      },
      User: {
        Type: "AWS::MemoryDB::User",
        Properties: {
          UserName: "shopper",
          AccessString: "on ~* +@read",
          AuthenticationMode: { Type: "password", Passwords: ["a-long-enough-password"] },
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Acl: { Type: "AWS::MemoryDB::ACL", Properties: { ACLName: "Shop" } },
      Subnets: {
        Type: "AWS::MemoryDB::SubnetGroup",
        Properties: { SubnetGroupName: "shop", SubnetIds: [ref("One")] },
      },
      Parameters: {
        Type: "AWS::MemoryDB::ParameterGroup",
        Properties: {
          ParameterGroupName: "shop",
          Family: "memorydb_valkey7",
          Parameters: { timeout: 60, "maxmemory-policy": "noeviction" },
        },
      },
      Cluster: {
        Type: "AWS::MemoryDB::Cluster",
        Properties: {
          ClusterName: "shop",
          NodeType: "db.t4g.small",
          ACLName: ref("Acl"),
          SubnetGroupName: ref("Subnets"),
          ParameterGroupName: ref("Parameters"),
          NumReplicasPerShard: 0,
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      World: {
        Type: "AWS::MemoryDB::MultiRegionCluster",
        Properties: { MultiRegionClusterNameSuffix: "shop", NodeType: "db.r7g.large" },
      },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: {
          Type: "String",
          Value: {
            "Fn::Join": [
              " ",
              [
                att("Cluster", "ClusterEndpoint.Address"),
                att("Cluster", "ARN"),
                att("World", "MultiRegionClusterName"),
                att("User", "Arn"),
              ],
            ],
          },
        },
      },
    },
    changed: {
      User: { AccessString: "on ~shop:* +@read" },
      Acl: { UserNames: [ref("User")] },
      Subnets: { SubnetIds: [ref("One"), ref("Two")], Description: "changed" },
      Parameters: { Parameters: { timeout: 90 } },
      Cluster: { Description: "changed", NumReplicasPerShard: 1 },
      World: { Description: "changed" },
    },
    shows: {
      User: { AccessString: "on ~shop:* +@read" },
      Acl: { UserNames: ["shopper"] },
      Subnets: { Description: "changed" },
      Parameters: { Name: "timeout", Value: "90" },
      Cluster: { Description: "changed", NumberOfShards: 1 },
      World: { Description: "changed" },
    },
    leaves: /:ec2:/,
  },
  {
    needs: "postgres",
    resources: {
      Cluster: {
        Type: "AWS::DSQL::Cluster",
        Properties: { DeletionProtectionEnabled: false, Tags: [{ Key: "a", Value: "1" }] },
      },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: {
          Type: "String",
          Value: {
            "Fn::Join": [" ", [att("Cluster", "Endpoint"), att("Cluster", "VpcEndpointServiceName")]],
          },
        },
      },
    },
    changed: { Cluster: { DeletionProtectionEnabled: "false" } },
    shows: { Cluster: { deletionProtectionEnabled: false } },
  },
  {
    resources: {
      Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16" } },
      One: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.0.0/24", AvailabilityZone: "us-east-1a" },
      },
      Two: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.1.0/24", AvailabilityZone: "us-east-1b" },
      },
      Options: {
        Type: "AWS::EC2::DHCPOptions",
        Properties: {
          DomainName: "shop.internal",
          DomainNameServers: ["AmazonProvidedDNS"],
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Chosen: {
        Type: "AWS::EC2::VPCDHCPOptionsAssociation",
        Properties: { VpcId: ref("Vpc"), DhcpOptionsId: ref("Options") },
      },
      Interface: {
        Type: "AWS::EC2::NetworkInterface",
        Properties: { SubnetId: ref("One"), Description: "one", SecondaryPrivateIpAddressCount: 2 },
      },
      List: {
        Type: "AWS::EC2::PrefixList",
        Properties: {
          PrefixListName: "shop",
          AddressFamily: "IPv4",
          MaxEntries: 2,
          Entries: [{ Cidr: "10.1.0.0/16", Description: "one" }],
        },
      },
      Gateway: {
        Type: "AWS::EC2::TransitGateway",
        Properties: { Description: "one", DefaultRouteTableAssociation: "disable", DnsSupport: "enable" },
      },
      Attachment: {
        Type: "AWS::EC2::TransitGatewayAttachment",
        Properties: { TransitGatewayId: ref("Gateway"), VpcId: ref("Vpc"), SubnetIds: [ref("One")] },
      },
      OtherVpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.1.0.0/16" } },
      OtherSubnet: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("OtherVpc"), CidrBlock: "10.1.0.0/24", AvailabilityZone: "us-east-1a" },
      },
      Other: {
        Type: "AWS::EC2::TransitGatewayVpcAttachment",
        Properties: {
          TransitGatewayId: ref("Gateway"),
          VpcId: ref("OtherVpc"),
          SubnetIds: [ref("OtherSubnet")],
          Options: { DnsSupport: "enable" },
        },
      },
      Table: {
        Type: "AWS::EC2::TransitGatewayRouteTable",
        Properties: { TransitGatewayId: ref("Gateway") },
      },
      Instance: {
        Type: "AWS::EC2::Instance",
        Properties: { ImageId: "ami-12345678", InstanceType: "t3.micro", SubnetId: ref("One") },
      },
      Volume: { Type: "AWS::EC2::Volume", Properties: { AvailabilityZone: "us-east-1a", Size: "20" } },
      More: { Type: "AWS::EC2::VPCCidrBlock", Properties: { VpcId: ref("Vpc"), CidrBlock: "10.9.0.0/16" } },
      Card: {
        Type: "AWS::EC2::NetworkInterfaceAttachment",
        Properties: { InstanceId: ref("Instance"), NetworkInterfaceId: ref("Interface"), DeviceIndex: "1" },
      },
      Address: { Type: "AWS::EC2::EIP", Properties: { Domain: "vpc" } },
      Found: {
        Type: "AWS::EC2::EIPAssociation",
        Properties: {
          AllocationId: att("Address", "AllocationId"),
          NetworkInterfaceId: ref("Interface"),
        },
      },
      Associated: {
        Type: "AWS::EC2::TransitGatewayRouteTableAssociation",
        Properties: {
          TransitGatewayAttachmentId: ref("Attachment"),
          TransitGatewayRouteTableId: ref("Table"),
        },
      },
      Propagated: {
        Type: "AWS::EC2::TransitGatewayRouteTablePropagation",
        Properties: {
          TransitGatewayAttachmentId: ref("Attachment"),
          TransitGatewayRouteTableId: ref("Table"),
        },
      },
      Wide: {
        Type: "AWS::EC2::VPCCidrBlock",
        Properties: { VpcId: ref("OtherVpc"), AmazonProvidedIpv6CidrBlock: true },
      },
      Attached: {
        Type: "AWS::EC2::VolumeAttachment",
        Properties: { InstanceId: ref("Instance"), VolumeId: ref("Volume"), Device: "/dev/sdh" },
      },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: {
          Type: "String",
          Value: {
            "Fn::Join": [
              " ",
              [
                att("Interface", "PrimaryPrivateIpAddress"),
                att("List", "Arn"),
                att("Gateway", "TransitGatewayArn"),
                att("Attachment", "Id"),
              ],
            ],
          },
        },
      },
    },
    changed: {
      Interface: { Description: "changed", SecondaryPrivateIpAddressCount: 1, SourceDestCheck: false },
      List: { MaxEntries: 3, Entries: [{ Cidr: "10.2.0.0/16" }] },
      Gateway: { Description: "changed", DnsSupport: "disable" },
      Attachment: { SubnetIds: [ref("Two")] },
      Other: { Options: { DnsSupport: "disable" } },
      Card: { DeleteOnTermination: false },
    },
    shows: {
      Interface: { Description: "changed", SourceDestCheck: false },
      List: { Entries: [{ Cidr: "10.2.0.0/16" }] },
      Gateway: { Description: "changed", Options: { DnsSupport: "disable" } },
      Other: { Options: { DnsSupport: "disable" } },
    },
    // What every account has of a VPC; and what is gone is seen for a while.
    leaves:
      /:(?:vpc|subnet|dhcp-options|internet-gateway|network-acl|route-table|security-group|security-group-rule|instance|transit-gateway-attachment)\//,
  },
  {
    resources: {
      Made: {
        Type: "AWS::EC2::KeyPair",
        Properties: { KeyName: "made", Tags: [{ Key: "a", Value: "1" }] },
      },
      Given: {
        Type: "AWS::EC2::KeyPair",
        Properties: {
          KeyName: "given",
          PublicKeyMaterial:
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6vHtzWwmtYSB6DM8dUkjCtqmKtHhKMXCd4H6Dn0rYz shop",
        },
      },
      Key: {
        Type: "AWS::SSM::Parameter",
        Properties: {
          Type: "String",
          Value: { "Fn::Join": [" ", [att("Made", "KeyPairId"), att("Given", "KeyFingerprint")]] },
        },
      },
    },
    // AWS's own key, under which the private key lies.
    leaves:
      /:kms:|:(?:vpc|subnet|dhcp-options|internet-gateway|network-acl|route-table|security-group|security-group-rule)\//,
  },
  {
    resources: {
      Document: {
        Type: "AWS::SSM::Document",
        Properties: {
          UpdateMethod: "NewVersion",
          DocumentType: "Command",
          Content: documentOf("echo one"),
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
    },
    changed: { Document: { Content: documentOf("echo two") } },
    shows: { Document: { LatestVersion: "2", DefaultVersion: "2" } },
  },
  {
    resources: {
      Bucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: "pointed-at" } },
      Policy: {
        Type: "AWS::S3::BucketPolicy",
        Properties: {
          Bucket: ref("Bucket"),
          PolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Deny",
                Principal: "*",
                Action: "s3:*",
                Resource: "arn:aws:s3:::pointed-at/secret/*",
              },
            ],
          },
        },
      },
      Point: {
        Type: "AWS::S3::AccessPoint",
        Properties: {
          Name: "shop",
          Bucket: ref("Bucket"),
          PublicAccessBlockConfiguration: { BlockPublicPolicy: true },
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: {
          Type: "String",
          Value: { "Fn::Join": [" ", [att("Point", "Arn"), att("Point", "Alias")]] },
        },
      },
    },
    changed: {
      Point: {
        Policy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: "123456789012" },
              Action: "s3:GetObject",
              Resource: { "Fn::Join": ["", [att("Point", "Arn"), "/object/*"]] },
            },
          ],
        },
      },
    },
    shows: { Point: { Name: "shop", NetworkOrigin: "Internet" } },
  },
  {
    resources: {
      Certificate: {
        Type: "AWS::IAM::ServerCertificate",
        Properties: {
          CertificateBody: "-----BEGIN CERTIFICATE-----\nYQ==\n-----END CERTIFICATE-----",
          PrivateKey: "-----BEGIN PRIVATE KEY-----\nYQ==\n-----END PRIVATE KEY-----",
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      One: { Type: "AWS::IAM::User" },
      Two: { Type: "AWS::IAM::User" },
      Device: {
        Type: "AWS::IAM::VirtualMFADevice",
        Properties: { VirtualMfaDeviceName: "phone", Users: [ref("One")], Tags: [{ Key: "a", Value: "1" }] },
      },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: { Type: "String", Value: att("Certificate", "Arn") },
      },
    },
    changed: { Certificate: { Path: "/shop/" }, Device: { Users: [ref("Two")] } },
    shows: { Certificate: { Path: "/shop/" } },
  },
  {
    resources: {
      Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16" } },
      Wide: {
        Type: "AWS::EC2::VPCCidrBlock",
        Properties: { VpcId: ref("Vpc"), AmazonProvidedIpv6CidrBlock: true },
      },
    },
    leaves: /:ec2:/,
  },
  {
    async prepare(call) {
      const { Vpc } = await call<{ Vpc: { VpcId: string } }>("ec2", "CreateVpc", {
        CidrBlock: "10.0.0.0/16",
        AmazonProvidedIpv6CidrBlock: true,
      });
      const { Vpcs } = await call<{ Vpcs: { Ipv6CidrBlockAssociationSet: { Ipv6CidrBlock: string }[] }[] }>(
        "ec2",
        "DescribeVpcs",
        { VpcIds: [Vpc.VpcId] },
      );
      const { Subnet } = await call<{ Subnet: { SubnetId: string } }>("ec2", "CreateSubnet", {
        VpcId: Vpc.VpcId,
        CidrBlock: "10.0.0.0/24",
      });
      const block = Vpcs[0]?.Ipv6CidrBlockAssociationSet[0]?.Ipv6CidrBlock ?? "";
      wide = { SubnetId: Subnet.SubnetId, Ipv6CidrBlock: block.replace("/56", "/64") };
    },
    resources: {
      Wide: {
        Type: "AWS::EC2::SubnetCidrBlock",
        get Properties() {
          return wide;
        },
      },
    },
    leaves: /:ec2:/,
  },
  {
    resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              { Effect: "Allow", Principal: { Service: "fis.amazonaws.com" }, Action: "sts:AssumeRole" },
            ],
          },
        },
      },
      Template: {
        Type: "AWS::FIS::ExperimentTemplate",
        Properties: {
          Description: "stops nothing",
          RoleArn: att("Role", "Arn"),
          StopConditions: [{ Source: "none" }],
          Targets: {},
          Actions: { Wait: { ActionId: "aws:fis:wait", Parameters: { duration: "PT1M" } } },
          ExperimentOptions: { AccountTargeting: "multi-account" },
          Tags: { a: "1" },
        },
      },
      Account: {
        Type: "AWS::FIS::TargetAccountConfiguration",
        Properties: {
          ExperimentTemplateId: ref("Template"),
          AccountId: "222222222222",
          RoleArn: "arn:aws:iam::222222222222:role/fis",
        },
      },
    },
    changed: { Template: { Description: "waits" }, Account: { Description: "the other one" } },
    shows: { Template: { description: "waits" }, Account: { description: "the other one" } },
  },
  {
    resources: {
      ...withFunction,
      Secret: {
        Type: "AWS::SecretsManager::Secret",
        Properties: { SecretString: "one", Tags: [{ Key: "a", Value: "1" }] },
      },
      Policy: {
        Type: "AWS::SecretsManager::ResourcePolicy",
        Properties: {
          SecretId: ref("Secret"),
          ResourcePolicy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Deny",
                Principal: { AWS: "*" },
                Action: "secretsmanager:DeleteSecret",
                Resource: "*",
                Condition: { StringEquals: { "aws:PrincipalTag/team": "other" } },
              },
            ],
          },
        },
      },
      Schedule: {
        Type: "AWS::SecretsManager::RotationSchedule",
        Properties: {
          SecretId: ref("Secret"),
          RotationLambdaARN: att("Function", "Arn"),
          RotationRules: { AutomaticallyAfterDays: 30 },
          RotateImmediatelyOnUpdate: false,
        },
      },
    },
    changed: {
      Secret: { Description: "changed" },
      Schedule: { RotationRules: { AutomaticallyAfterDays: 7 } },
    },
    shows: {
      Secret: { Description: "changed" },
      Schedule: { RotationEnabled: true, RotationRules: { AutomaticallyAfterDays: 7 } },
    },
    leaves: /:(?:kms|logs):/,
  },
  {
    resources: {
      Topic: { Type: "AWS::SNS::Topic", Properties: { DisplayName: "one" } },
      Other: { Type: "AWS::SNS::Topic", Properties: { DisplayName: "two" } },
      Queue: { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: "5" } },
      Another: { Type: "AWS::SQS::Queue", Properties: { DelaySeconds: 6 } },
      TopicPolicy: {
        Type: "AWS::SNS::TopicPolicy",
        Properties: { Topics: [ref("Topic")], PolicyDocument: sending("sns:Publish", "*") },
      },
      InlinePolicy: {
        Type: "AWS::SNS::TopicInlinePolicy",
        Properties: { TopicArn: ref("Other"), PolicyDocument: sending("sns:Publish", "*") },
      },
      QueuePolicy: {
        Type: "AWS::SQS::QueuePolicy",
        Properties: { Queues: [ref("Queue")], PolicyDocument: sending("sqs:SendMessage", "*") },
      },
      QueueInline: {
        Type: "AWS::SQS::QueueInlinePolicy",
        Properties: { Queue: ref("Another"), PolicyDocument: sending("sqs:SendMessage", "*") },
      },
      Subscription: {
        Type: "AWS::SNS::Subscription",
        Properties: {
          TopicArn: ref("Topic"),
          Protocol: "sqs",
          Endpoint: att("Queue", "Arn"),
          FilterPolicy: { kind: ["a"] },
        },
      },
    },
    changed: {
      Topic: { DisplayName: "changed" },
      Queue: { DelaySeconds: 7 },
      Subscription: { FilterPolicy: { kind: ["b"] }, RawMessageDelivery: true },
      TopicPolicy: { PolicyDocument: sending("sns:Publish", "123456789012") },
      InlinePolicy: { PolicyDocument: sending("sns:Publish", "123456789012") },
      QueuePolicy: { PolicyDocument: sending("sqs:SendMessage", "123456789012") },
      QueueInline: { PolicyDocument: sending("sqs:SendMessage", "123456789012") },
    },
    shows: {
      Topic: { Attributes: { DisplayName: "changed" } },
      Queue: { Attributes: { DelaySeconds: "7" } },
      Subscription: { Attributes: { RawMessageDelivery: "true" } },
    },
  },
  {
    resources: {
      Key: {
        Type: "AWS::KMS::Key",
        Properties: { Description: "one", EnableKeyRotation: true, Tags: [{ Key: "a", Value: "1" }] },
      },
      Alias: {
        Type: "AWS::KMS::Alias",
        Properties: { AliasName: "alias/shop", TargetKeyId: ref("Key") },
      },
    },
    changed: { Key: { Description: "changed", EnableKeyRotation: false } },
    shows: { Key: { Description: "changed" } },
    // It is to be deleted.
    leaves: /:key\//,
  },
  {
    needs: "postgres",
    resources: {
      Parameters: {
        Type: "AWS::RDS::DBParameterGroup",
        Properties: {
          Family: "postgres17",
          Description: "of a stack",
          Parameters: { work_mem: "8192", max_connections: 50 },
        },
      },
      Database: {
        Type: "AWS::RDS::DBInstance",
        Properties: {
          DBInstanceClass: "db.t4g.micro",
          Engine: "postgres",
          EngineVersion: "17.6",
          AllocatedStorage: "20",
          MasterUsername: "shop",
          MasterUserPassword: "correct-horse",
          DBName: "orders",
          DBParameterGroupName: ref("Parameters"),
          VPCSecurityGroups: ["sg-1"],
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Replica: {
        Type: "AWS::RDS::DBInstance",
        Properties: { DBInstanceClass: "db.t4g.micro", SourceDBInstanceIdentifier: ref("Database") },
      },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: { Type: "String", Value: att("Database", "Endpoint.Port") },
      },
      Secret: {
        Type: "AWS::SecretsManager::Secret",
        Properties: {
          Description: "of a database",
          GenerateSecretString: {
            SecretStringTemplate: '{"username":"shop"}',
            GenerateStringKey: "password",
            PasswordLength: 20,
          },
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Attachment: {
        Type: "AWS::SecretsManager::SecretTargetAttachment",
        Properties: {
          SecretId: ref("Secret"),
          TargetId: ref("Database"),
          TargetType: "AWS::RDS::DBInstance",
        },
      },
    },
    changed: {
      Parameters: { Parameters: { work_mem: "16384" } },
      Database: { BackupRetentionPeriod: 3, VPCSecurityGroups: ["sg-2"] },
    },
    shows: {
      Parameters: { ParameterName: "work_mem", ParameterValue: "16384" },
      Database: { BackupRetentionPeriod: 3, VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-2" }] },
      Replica: { StatusInfos: [{ Status: "replicating" }] },
      Attachment: { username: "shop", engine: "postgres", dbname: "orders" },
    },
    // AWS's own key, under which the secret lies, and the subnet group of databases that name none.
    leaves: /:kms:|:ec2:|:subgrp:default$/,
  },
  {
    needs: "postgres",
    resources: {
      Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16" } },
      One: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.0.0/24", AvailabilityZone: "us-east-1a" },
      },
      Two: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.1.0/24", AvailabilityZone: "us-east-1b" },
      },
      Parameters: {
        Type: "AWS::RDS::DBClusterParameterGroup",
        Properties: {
          Family: "aurora-postgresql16",
          Description: "of a stack",
          Parameters: { work_mem: "8192", "rds.force_ssl": 0 },
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Subnets: {
        Type: "AWS::RDS::DBSubnetGroup",
        Properties: {
          DBSubnetGroupDescription: "of a stack",
          SubnetIds: [ref("One"), ref("Two")],
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      World: {
        Type: "AWS::RDS::GlobalCluster",
        Properties: { Engine: "aurora-postgresql", Tags: [{ Key: "a", Value: "1" }] },
      },
      Cluster: {
        Type: "AWS::RDS::DBCluster",
        Properties: {
          Engine: "aurora-postgresql",
          MasterUsername: "shop",
          ManageMasterUserPassword: true,
          GlobalClusterIdentifier: ref("World"),
          DBSubnetGroupName: ref("Subnets"),
          DBClusterParameterGroupName: ref("Parameters"),
        },
      },
      Member: {
        Type: "AWS::RDS::DBInstance",
        Properties: {
          DBInstanceClass: "db.t4g.medium",
          Engine: "aurora-postgresql",
          DBClusterIdentifier: ref("Cluster"),
          DBSubnetGroupName: ref("Subnets"),
        },
      },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: {
          Type: "String",
          Value: {
            "Fn::Join": [
              ":",
              [
                att("Cluster", "Endpoint.Address"),
                att("Cluster", "ReadEndpoint.Address"),
                att("Cluster", "MasterUserSecret.SecretArn"),
              ],
            ],
          },
        },
      },
    },
    changed: {
      Subnets: { DBSubnetGroupDescription: "changed" },
      Parameters: { Parameters: { work_mem: "16384" } },
      Cluster: { BackupRetentionPeriod: 7, EnableHttpEndpoint: "true" },
      World: { DeletionProtection: "false" },
    },
    shows: {
      Subnets: { DBSubnetGroupDescription: "changed" },
      Parameters: { ParameterName: "work_mem", ParameterValue: "16384" },
      Cluster: { BackupRetentionPeriod: 7, HttpEndpointEnabled: true },
      World: { DeletionProtection: false },
    },
    // AWS's own key, under which the cluster's secret lies, and what AWS has made in every account.
    leaves: /:kms:|:ec2:/,
  },
  {
    resources: {
      Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16" } },
      Subnet: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.0.0/24", AvailabilityZone: "us-east-1a" },
      },
      Template: {
        Type: "AWS::EC2::LaunchTemplate",
        Properties: { LaunchTemplateData: { ImageId: "ami-12345678", InstanceType: "t3.micro" } },
      },
      Targets: {
        Type: "AWS::ElasticLoadBalancingV2::TargetGroup",
        Properties: { Protocol: "HTTP", Port: 80, VpcId: ref("Vpc") },
      },
      Group: {
        Type: "AWS::AutoScaling::AutoScalingGroup",
        Properties: {
          MinSize: "1",
          MaxSize: "3",
          Cooldown: "60",
          VPCZoneIdentifier: [ref("Subnet")],
          LaunchTemplate: {
            LaunchTemplateId: ref("Template"),
            Version: att("Template", "LatestVersionNumber"),
          },
          Tags: [
            { Key: "kept", Value: "1", PropagateAtLaunch: true },
            { Key: "own", Value: "1", PropagateAtLaunch: false },
          ],
        },
      },
      Policy: {
        Type: "AWS::AutoScaling::ScalingPolicy",
        Properties: {
          AutoScalingGroupName: ref("Group"),
          PolicyType: "TargetTrackingScaling",
          TargetTrackingConfiguration: {
            TargetValue: "50",
            PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
          },
        },
      },
      Morning: {
        Type: "AWS::AutoScaling::ScheduledAction",
        Properties: { AutoScalingGroupName: ref("Group"), Recurrence: "0 8 * * MON", MinSize: "1" },
      },
      Where: {
        Type: "AWS::SSM::Parameter",
        Properties: { Type: "String", Value: att("Group", "AutoScalingGroupARN") },
      },
    },
    changed: {
      Morning: { MinSize: 2 },
      Policy: {
        TargetTrackingConfiguration: {
          TargetValue: "60",
          PredefinedMetricSpecification: { PredefinedMetricType: "ASGAverageCPUUtilization" },
        },
      },
      Group: {
        DesiredCapacity: "2",
        TargetGroupARNs: [ref("Targets")],
        Tags: [{ Key: "own", Value: "1", PropagateAtLaunch: "true" }],
      },
    },
    shows: {
      Group: { DesiredCapacity: 2, Tags: [{ Key: "own", PropagateAtLaunch: true }] },
      Morning: { MinSize: 2, Recurrence: "0 8 * * MON" },
      Policy: { TargetTrackingConfiguration: { TargetValue: 60 } },
    },
    leaves: /:ec2:/,
  },
  {
    resources: {
      Table: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          ProvisionedThroughput: { ReadCapacityUnits: "5", WriteCapacityUnits: "5" },
        },
      },
      Target: {
        Type: "AWS::ApplicationAutoScaling::ScalableTarget",
        Properties: {
          ServiceNamespace: "dynamodb",
          ResourceId: { "Fn::Join": ["/", ["table", ref("Table")]] },
          ScalableDimension: "dynamodb:table:ReadCapacityUnits",
          MinCapacity: "1",
          MaxCapacity: "10",
          ScheduledActions: [
            {
              ScheduledActionName: "morning",
              Schedule: "cron(0 8 * * ? *)",
              ScalableTargetAction: { MinCapacity: "5" },
            },
          ],
        },
      },
      Policy: {
        Type: "AWS::ApplicationAutoScaling::ScalingPolicy",
        Properties: {
          PolicyName: "track",
          PolicyType: "TargetTrackingScaling",
          ScalingTargetId: ref("Target"),
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: "70",
            PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBReadCapacityUtilization" },
          },
        },
      },
    },
    changed: {
      Target: { MaxCapacity: 20, ScheduledActions: [] },
      Policy: {
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 50,
          PredefinedMetricSpecification: { PredefinedMetricType: "DynamoDBReadCapacityUtilization" },
        },
      },
    },
    shows: {
      Target: { MaxCapacity: 20 },
      Policy: { TargetTrackingScalingPolicyConfiguration: { TargetValue: 50 } },
    },
  },
  {
    resources: {
      Vpc: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.0.0.0/16" } },
      Subnet: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.0.0/24", AvailabilityZone: "us-east-1a" },
      },
      Group: {
        Type: "AWS::ElastiCache::SubnetGroup",
        Properties: { Description: "of a stack", SubnetIds: [ref("Subnet")] },
      },
    },
    changed: { Group: { Description: "changed" } },
    shows: { Group: { CacheSubnetGroupDescription: "changed" } },
    leaves: /:ec2:/,
  },
  {
    resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: TRUST,
          Description: "one",
          ManagedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
          Policies: [{ PolicyName: "inline", PolicyDocument: ALLOW }],
          Tags: [{ Key: "a", Value: "1" }],
          MaxSessionDuration: "3600",
        },
      },
      Managed: {
        Type: "AWS::IAM::ManagedPolicy",
        Properties: { PolicyDocument: ALLOW, Roles: [ref("Role")] },
      },
      Inline: {
        Type: "AWS::IAM::Policy",
        Properties: { PolicyName: "inline-too", PolicyDocument: ALLOW, Roles: [ref("Role")] },
      },
      RolePolicy: {
        Type: "AWS::IAM::RolePolicy",
        Properties: { PolicyName: "one-more", PolicyDocument: ALLOW, RoleName: ref("Role") },
      },
      Profile: { Type: "AWS::IAM::InstanceProfile", Properties: { Roles: [ref("Role")] } },
    },
    changed: {
      Role: {
        Description: "two",
        ManagedPolicyArns: [],
        Policies: [{ PolicyName: "other", PolicyDocument: DENY }],
        Tags: [{ Key: "b", Value: "2" }],
      },
      Managed: { PolicyDocument: DENY },
      Inline: { PolicyDocument: DENY },
      RolePolicy: { PolicyDocument: DENY },
    },
    shows: {
      Role: { Description: "two", Tags: [{ Key: "b", Value: "2" }], MaxSessionDuration: 3600 },
      Managed: { DefaultVersionId: "v2", AttachmentCount: 1 },
      Inline: { PolicyName: "inline-too" },
    },
  },
  {
    resources: {
      Group: {
        Type: "AWS::IAM::Group",
        Properties: { Policies: [{ PolicyName: "g", PolicyDocument: ALLOW }] },
      },
      GroupPolicy: {
        Type: "AWS::IAM::GroupPolicy",
        Properties: { PolicyName: "gp", PolicyDocument: ALLOW, GroupName: ref("Group") },
      },
      User: {
        Type: "AWS::IAM::User",
        Properties: { Path: "/one/", LoginProfile: { Password: "Secret-123!" }, Groups: [ref("Group")] },
      },
      UserPolicy: {
        Type: "AWS::IAM::UserPolicy",
        Properties: { PolicyName: "up", PolicyDocument: ALLOW, UserName: ref("User") },
      },
      Key: { Type: "AWS::IAM::AccessKey", Properties: { UserName: ref("User") } },
      Other: { Type: "AWS::IAM::User" },
      Addition: {
        Type: "AWS::IAM::UserToGroupAddition",
        Properties: { GroupName: ref("Group"), Users: [ref("Other")] },
      },
    },
    changed: {
      Group: { Path: "/two/" },
      User: { Path: "/two/", Groups: [] },
      Key: { Status: "Inactive" },
      UserPolicy: { PolicyDocument: DENY },
      GroupPolicy: { PolicyDocument: DENY },
    },
    shows: { User: { Path: "/two/" }, Group: { Path: "/two/" }, Key: { Status: "Inactive" } },
  },
  {
    resources: {
      Linked: {
        Type: "AWS::IAM::ServiceLinkedRole",
        Properties: { AWSServiceName: "autoscaling.amazonaws.com", CustomSuffix: "one" },
      },
      Oidc: {
        Type: "AWS::IAM::OIDCProvider",
        Properties: {
          Url: "https://oidc.example.com",
          ClientIdList: ["one"],
          ThumbprintList: ["a".repeat(40)],
        },
      },
    },
    changed: { Linked: { Description: "linked" }, Oidc: { ClientIdList: ["two"] } },
    shows: { Linked: { Description: "linked" }, Oidc: { ClientIDList: ["two"] } },
  },
  {
    resources: {
      ...withFunction,
      Version: {
        Type: "AWS::Lambda::Version",
        Properties: { FunctionName: ref("Function"), Description: "one" },
      },
      Alias: {
        Type: "AWS::Lambda::Alias",
        Properties: {
          FunctionName: ref("Function"),
          FunctionVersion: att("Version", "Version"),
          Name: "live",
        },
      },
      Permission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          FunctionName: ref("Alias"),
          Action: "lambda:InvokeFunction",
          Principal: "events.amazonaws.com",
        },
      },
      Url: {
        Type: "AWS::Lambda::Url",
        Properties: { TargetFunctionArn: att("Function", "Arn"), AuthType: "NONE" },
      },
      Invoke: {
        Type: "AWS::Lambda::EventInvokeConfig",
        Properties: { FunctionName: ref("Function"), Qualifier: "$LATEST", MaximumRetryAttempts: "1" },
      },
    },
    changed: {
      Function: {
        Code: { ZipFile: "exports.handler = async () => 2;" },
        Environment: { Variables: { NUMBER: 5 } },
        Timeout: "20",
        ReservedConcurrentExecutions: 5,
        Tags: [{ Key: "a", Value: "1" }],
      },
      Alias: { Description: "changed" },
      Url: { AuthType: "AWS_IAM" },
      Invoke: { MaximumRetryAttempts: 0 },
    },
    shows: {
      Function: {
        Configuration: { Timeout: 20, Environment: { Variables: { NUMBER: "5" } } },
        Concurrency: { ReservedConcurrentExecutions: 5 },
        Tags: { a: "1" },
      },
      Alias: { Description: "changed", FunctionVersion: "1" },
      Url: { AuthType: "AWS_IAM" },
      Invoke: { MaximumRetryAttempts: 0 },
      Permission: { Action: "lambda:InvokeFunction" },
    },
  },
  {
    resources: {
      ...withFunction,
      Stream: { Type: "AWS::Kinesis::Stream", Properties: { ShardCount: 1 } },
      Mapping: {
        Type: "AWS::Lambda::EventSourceMapping",
        Properties: {
          FunctionName: ref("Function"),
          EventSourceArn: att("Stream", "Arn"),
          StartingPosition: "LATEST",
          BatchSize: 10,
        },
      },
      Consumer: {
        Type: "AWS::Kinesis::StreamConsumer",
        Properties: { ConsumerName: "consumer", StreamARN: att("Stream", "Arn") },
      },
      StreamPolicy: {
        Type: "AWS::Kinesis::ResourcePolicy",
        Properties: {
          ResourceArn: att("Stream", "Arn"),
          ResourcePolicy: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { AWS: "123456789012" },
                Action: "kinesis:GetRecords",
                Resource: att("Stream", "Arn"),
              },
            ],
          },
        },
      },
    },
    changed: {
      Stream: { ShardCount: 2, RetentionPeriodHours: 48, DesiredShardLevelMetrics: ["IncomingBytes"] },
      Mapping: { BatchSize: "20" },
    },
    shows: { Stream: { OpenShardCount: 2, RetentionPeriodHours: 48 }, Mapping: { BatchSize: 20 } },
  },
  {
    resources: {
      Signing: {
        Type: "AWS::Lambda::CodeSigningConfig",
        Properties: {
          AllowedPublishers: {
            SigningProfileVersionArns: [
              "arn:aws:signer:us-east-1:123456789012:/signing-profiles/one/abcdefghij",
            ],
          },
        },
      },
    },
    changed: { Signing: { Description: "signed" } },
    shows: { Signing: { CodeSigningConfig: { Description: "signed" } } },
  },
  {
    resources: {
      Table: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          AttributeDefinitions: [
            { AttributeName: "id", AttributeType: "S" },
            { AttributeName: "by", AttributeType: "S" },
          ],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST",
          StreamSpecification: { StreamViewType: "NEW_IMAGE" },
          GlobalSecondaryIndexes: [
            {
              IndexName: "by-by",
              KeySchema: [{ AttributeName: "by", KeyType: "HASH" }],
              Projection: { ProjectionType: "ALL" },
            },
          ],
          TimeToLiveSpecification: { AttributeName: "expires", Enabled: true },
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
    },
    changed: {
      Table: {
        BillingMode: "PROVISIONED",
        ProvisionedThroughput: { ReadCapacityUnits: "5", WriteCapacityUnits: "5" },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: "true" },
        GlobalSecondaryIndexes: [],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        DeletionProtectionEnabled: false,
      },
    },
    shows: {
      Table: {
        ProvisionedThroughput: { ReadCapacityUnits: 5 },
        AttributeDefinitions: [{ AttributeName: "id" }],
      },
    },
  },
  {
    resources: {
      Group: {
        Type: "AWS::Logs::LogGroup",
        Properties: { RetentionInDays: 7, Tags: [{ Key: "a", Value: "1" }] },
      },
      Stream: { Type: "AWS::Logs::LogStream", Properties: { LogGroupName: ref("Group") } },
      Metric: {
        Type: "AWS::Logs::MetricFilter",
        Properties: {
          LogGroupName: ref("Group"),
          FilterPattern: "ERROR",
          MetricTransformations: [{ MetricName: "errors", MetricNamespace: "app", MetricValue: "1" }],
        },
      },
      Kinesis: {
        Type: "AWS::Kinesis::Stream",
        Properties: { StreamModeDetails: { StreamMode: "ON_DEMAND" } },
      },
      Role: role,
      Subscription: {
        Type: "AWS::Logs::SubscriptionFilter",
        Properties: {
          LogGroupName: ref("Group"),
          FilterPattern: "",
          DestinationArn: att("Kinesis", "Arn"),
          RoleArn: att("Role", "Arn"),
        },
      },
      Destination: {
        Type: "AWS::Logs::Destination",
        Properties: {
          DestinationName: "destination",
          TargetArn: att("Kinesis", "Arn"),
          RoleArn: att("Role", "Arn"),
        },
      },
      Policy: {
        Type: "AWS::Logs::ResourcePolicy",
        Properties: {
          PolicyName: "policy",
          PolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "es.amazonaws.com" },
                Action: "logs:PutLogEvents",
                Resource: "*",
              },
            ],
          }),
        },
      },
      Detector: {
        Type: "AWS::Logs::LogAnomalyDetector",
        Properties: {
          // Its Arn ends with ":*", which CreateLogAnomalyDetector does not take.
          LogGroupArnList: [{ "Fn::Join": ["", { "Fn::Split": [":*", att("Group", "Arn")] }] }],
          EvaluationFrequency: "FIVE_MIN",
        },
      },
      Query: {
        Type: "AWS::Logs::QueryDefinition",
        Properties: { Name: "query", QueryString: "fields @message" },
      },
    },
    changed: {
      Group: { RetentionInDays: "14" },
      Metric: { FilterPattern: "WARN" },
      Subscription: { FilterPattern: "WARN" },
      Query: { QueryString: "fields @timestamp" },
      Detector: { EvaluationFrequency: "ONE_HOUR" },
    },
    shows: {
      Group: { retentionInDays: 14 },
      Metric: { filterPattern: "WARN" },
      Subscription: { filterPattern: "WARN" },
      Query: { queryString: "fields @timestamp" },
      Detector: { evaluationFrequency: "ONE_HOUR" },
    },
  },
  {
    resources: {
      Api: {
        Type: "AWS::ApiGateway::RestApi",
        Properties: { Name: "api", Description: "one", BinaryMediaTypes: ["image/png"] },
      },
      Validator: {
        Type: "AWS::ApiGateway::RequestValidator",
        Properties: { RestApiId: ref("Api"), Name: "validator", ValidateRequestBody: "true" },
      },
      Model: {
        Type: "AWS::ApiGateway::Model",
        Properties: { RestApiId: ref("Api"), ContentType: "application/json", Schema: { type: "object" } },
      },
      Resource: {
        Type: "AWS::ApiGateway::Resource",
        Properties: { RestApiId: ref("Api"), ParentId: att("Api", "RootResourceId"), PathPart: "items" },
      },
      Authorizer: {
        Type: "AWS::ApiGateway::Authorizer",
        Properties: {
          RestApiId: ref("Api"),
          Name: "authorizer",
          Type: "COGNITO_USER_POOLS",
          ProviderARNs: ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_one"],
          IdentitySource: "method.request.header.Authorization",
        },
      },
      Method: {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          RestApiId: ref("Api"),
          ResourceId: ref("Resource"),
          HttpMethod: "POST",
          AuthorizationType: "COGNITO_USER_POOLS",
          AuthorizerId: ref("Authorizer"),
          RequestValidatorId: ref("Validator"),
          RequestModels: { "application/json": ref("Model") },
          Integration: {
            Type: "MOCK",
            RequestTemplates: { "application/json": '{"statusCode": 200}' },
            IntegrationResponses: [{ StatusCode: "200" }],
          },
          MethodResponses: [{ StatusCode: 200 }],
        },
      },
      Response: {
        Type: "AWS::ApiGateway::GatewayResponse",
        Properties: { RestApiId: ref("Api"), ResponseType: "DEFAULT_4XX", StatusCode: "418" },
      },
      Documentation: {
        Type: "AWS::ApiGateway::DocumentationPart",
        Properties: { RestApiId: ref("Api"), Location: { Type: "API" }, Properties: '{"a":1}' },
      },
      DocumentationVersion: {
        Type: "AWS::ApiGateway::DocumentationVersion",
        Properties: { RestApiId: ref("Api"), DocumentationVersion: "1" },
      },
      Deployment: {
        Type: "AWS::ApiGateway::Deployment",
        Properties: { RestApiId: ref("Api"), StageName: "with", StageDescription: { TracingEnabled: true } },
      },
      Stage: {
        Type: "AWS::ApiGateway::Stage",
        Properties: {
          RestApiId: ref("Api"),
          DeploymentId: ref("Deployment"),
          StageName: "v1",
          Variables: { a: "1" },
          MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", MetricsEnabled: true }],
        },
      },
      Key: {
        Type: "AWS::ApiGateway::ApiKey",
        Properties: { Enabled: true, StageKeys: [{ RestApiId: ref("Api"), StageName: ref("Stage") }] },
      },
      Plan: {
        Type: "AWS::ApiGateway::UsagePlan",
        Properties: {
          ApiStages: [{ ApiId: ref("Api"), Stage: ref("Stage") }],
          Throttle: { RateLimit: 10, BurstLimit: 5 },
        },
      },
      PlanKey: {
        Type: "AWS::ApiGateway::UsagePlanKey",
        Properties: { KeyId: ref("Key"), KeyType: "API_KEY", UsagePlanId: ref("Plan") },
      },
    },
    changed: {
      Api: { Description: "two" },
      Validator: { ValidateRequestBody: false },
      Model: { Schema: { type: "array" } },
      Authorizer: { Name: "other" },
      Method: { ApiKeyRequired: true, MethodResponses: [] },
      Response: { StatusCode: "400" },
      Documentation: { Properties: '{"a":2}' },
      DocumentationVersion: { Description: "described" },
      Deployment: { Description: "described" },
      Stage: {
        Variables: { b: "2" },
        TracingEnabled: true,
        MethodSettings: [{ ResourcePath: "/items", HttpMethod: "POST", ThrottlingRateLimit: 5 }],
      },
      Key: { Enabled: false },
      Plan: { Throttle: { RateLimit: 20, BurstLimit: 5 }, Quota: { Limit: 10, Period: "DAY" } },
    },
    shows: {
      Api: { description: "two", binaryMediaTypes: ["image/png"] },
      Validator: { validateRequestBody: false },
      Model: { schema: '{"type":"array"}' },
      Authorizer: { name: "other" },
      Method: { apiKeyRequired: true, methodIntegration: { type: "MOCK" } },
      Response: { statusCode: "400" },
      Documentation: { properties: '{"a":2}' },
      DocumentationVersion: { description: "described" },
      Stage: {
        variables: { b: "2" },
        tracingEnabled: true,
        methodSettings: { "items/POST": { throttlingRateLimit: 5 } },
      },
      Key: { enabled: false },
      Plan: { throttle: { rateLimit: 20 }, quota: { limit: 10, period: "DAY" } },
    },
  },
  {
    resources: {
      Api: {
        Type: "AWS::ApiGateway::RestApi",
        Properties: {
          Body: {
            swagger: "2.0",
            info: { title: "imported", version: "1" },
            paths: { "/": { get: { "x-amazon-apigateway-integration": { type: "mock" } } } },
          },
        },
      },
      Account: { Type: "AWS::ApiGateway::Account", Properties: {} },
      Certificate: { Type: "AWS::ApiGateway::ClientCertificate", Properties: { Description: "one" } },
      Domain: {
        Type: "AWS::ApiGateway::DomainName",
        Properties: {
          DomainName: "api.example.com",
          RegionalCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/one",
          EndpointConfiguration: { Types: ["REGIONAL"] },
        },
      },
      Deployment: { Type: "AWS::ApiGateway::Deployment", Properties: { RestApiId: ref("Api") } },
      Stage: {
        Type: "AWS::ApiGateway::Stage",
        Properties: { RestApiId: ref("Api"), DeploymentId: ref("Deployment"), StageName: "Prod" },
      },
      Mapping: {
        Type: "AWS::ApiGateway::BasePathMapping",
        Properties: { DomainName: ref("Domain"), RestApiId: ref("Api"), Stage: ref("Stage") },
      },
    },
    changed: {
      Api: { Body: { swagger: "2.0", info: { title: "again", version: "1" }, paths: {} } },
      Certificate: { Description: "two" },
    },
    shows: { Api: { name: "again" }, Certificate: { description: "two" }, Mapping: { stage: "Prod" } },
  },
  {
    resources: {
      Api: {
        Type: "AWS::ApiGatewayV2::Api",
        Properties: { Name: "api", ProtocolType: "HTTP", Tags: { a: "1" } },
      },
      Integration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId: ref("Api"),
          IntegrationType: "HTTP_PROXY",
          IntegrationUri: "https://example.com",
          IntegrationMethod: "GET",
          PayloadFormatVersion: "1.0",
        },
      },
      Route: {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: {
          ApiId: ref("Api"),
          RouteKey: "GET /",
          Target: { "Fn::Join": ["/", ["integrations", ref("Integration")]] },
        },
      },
      Authorizer: {
        Type: "AWS::ApiGatewayV2::Authorizer",
        Properties: {
          ApiId: ref("Api"),
          Name: "jwt",
          AuthorizerType: "JWT",
          IdentitySource: ["$request.header.Authorization"],
          JwtConfiguration: { Audience: ["a"], Issuer: "https://issuer.example.com" },
        },
      },
      Deployment: { Type: "AWS::ApiGatewayV2::Deployment", Properties: { ApiId: ref("Api") } },
      Stage: {
        Type: "AWS::ApiGatewayV2::Stage",
        Properties: { ApiId: ref("Api"), StageName: "v1", AutoDeploy: true },
      },
      Domain: {
        Type: "AWS::ApiGatewayV2::DomainName",
        Properties: {
          DomainName: "v2.example.com",
          DomainNameConfigurations: [
            {
              CertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/one",
              EndpointType: "REGIONAL",
            },
          ],
        },
      },
      Mapping: {
        Type: "AWS::ApiGatewayV2::ApiMapping",
        Properties: { ApiId: ref("Api"), DomainName: ref("Domain"), Stage: ref("Stage") },
      },
    },
    changed: {
      Api: { Name: "other", CorsConfiguration: { AllowOrigins: ["*"] } },
      Integration: { TimeoutInMillis: "5000" },
      Route: { OperationName: "get" },
      Authorizer: { Name: "other" },
      Stage: { StageVariables: { a: "1" } },
      Mapping: { ApiMappingKey: "one" },
    },
    shows: {
      Api: { Name: "other", Tags: { a: "1" } },
      Integration: { TimeoutInMillis: 5000 },
      Route: { OperationName: "get" },
      Authorizer: { Name: "other" },
      Stage: { StageVariables: { a: "1" } },
      Mapping: { ApiMappingKey: "one" },
    },
  },
  {
    resources: {
      Api: {
        Type: "AWS::ApiGatewayV2::Api",
        Properties: {
          Name: "chat",
          ProtocolType: "WEBSOCKET",
          RouteSelectionExpression: "$request.body.action",
        },
      },
      Integration: {
        Type: "AWS::ApiGatewayV2::Integration",
        Properties: {
          ApiId: ref("Api"),
          IntegrationType: "MOCK",
          RequestTemplates: { "200": '{"statusCode":200}' },
        },
      },
      IntegrationResponse: {
        Type: "AWS::ApiGatewayV2::IntegrationResponse",
        Properties: { ApiId: ref("Api"), IntegrationId: ref("Integration"), IntegrationResponseKey: "/200/" },
      },
      Route: {
        Type: "AWS::ApiGatewayV2::Route",
        Properties: { ApiId: ref("Api"), RouteKey: "$connect", RouteResponseSelectionExpression: "$default" },
      },
      RouteResponse: {
        Type: "AWS::ApiGatewayV2::RouteResponse",
        Properties: { ApiId: ref("Api"), RouteId: ref("Route"), RouteResponseKey: "$default" },
      },
      Model: {
        Type: "AWS::ApiGatewayV2::Model",
        Properties: {
          ApiId: ref("Api"),
          Name: "model",
          ContentType: "application/json",
          Schema: { type: "object" },
        },
      },
    },
    changed: { Model: { Description: "described" } },
    shows: { Model: { Description: "described" } },
  },
  {
    resources: {
      Api: {
        Type: "AWS::ApiGatewayV2::Api",
        Properties: {
          Body: { openapi: "3.0.1", info: { title: "imported", version: "1" }, paths: {} },
        },
      },
    },
    changed: {
      Api: { Body: { openapi: "3.0.1", info: { title: "again", version: "1" }, paths: {} } },
    },
    shows: { Api: { Name: "again" } },
  },
  {
    resources: {
      Bucket: { Type: "AWS::Kinesis::Stream", Properties: { ShardCount: 1 } },
      Role: role,
      Account: {
        Type: "AWS::Logs::AccountPolicy",
        Properties: {
          PolicyName: "policy",
          PolicyType: "SUBSCRIPTION_FILTER_POLICY",
          PolicyDocument: {
            "Fn::Join": [
              "",
              [
                '{"DestinationArn":"',
                att("Bucket", "Arn"),
                '","FilterPattern":"","RoleArn":"',
                att("Role", "Arn"),
                '"}',
              ],
            ],
          },
        },
      },
    },
  },
  {
    prepare: async (call) => {
      await call("s3", "CreateBucket", { Bucket: "layers" });
      await call("s3", "PutObject", {
        Bucket: "layers",
        Key: "layer.zip",
        Body: await inlineArchive("x", "nodejs"),
      });
    },
    leaves: /^arn:aws:s3:::layers$/,
    resources: {
      Layer: {
        Type: "AWS::Lambda::LayerVersion",
        Properties: { Content: { S3Bucket: "layers", S3Key: "layer.zip" }, Description: "one" },
      },
      Permission: {
        Type: "AWS::Lambda::LayerVersionPermission",
        Properties: { LayerVersionArn: ref("Layer"), Action: "lambda:GetLayerVersion", Principal: "*" },
      },
    },
    shows: { Layer: { Description: "one" }, Permission: { Action: "lambda:GetLayerVersion" } },
  },
  {
    resources: {
      Saml: {
        Type: "AWS::IAM::SAMLProvider",
        Properties: {
          SamlMetadataDocument: `<EntityDescriptor entityID="one">${"<!-- -->".repeat(150)}</EntityDescriptor>`,
        },
      },
      Link: {
        Type: "AWS::ApiGateway::VpcLink",
        Properties: {
          Name: "link",
          TargetArns: [
            "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/one/50dc6c495c0c9188",
          ],
        },
      },
      LinkV2: {
        Type: "AWS::ApiGatewayV2::VpcLink",
        Properties: { Name: "link", SubnetIds: ["subnet-12345678"] },
      },
    },
    changed: { Link: { Description: "described" }, LinkV2: { Name: "other" } },
    shows: { Link: { description: "described" }, LinkV2: { Name: "other" } },
  },
  {
    resources: {
      Group: { Type: "AWS::Logs::LogGroup" },
      Source: {
        Type: "AWS::Logs::DeliverySource",
        Properties: {
          Name: "source",
          LogType: "EVENT_LOGS",
          ResourceArn: "arn:aws:codewhisperer:us-east-1:123456789012:customization/one",
        },
      },
      Destination: {
        Type: "AWS::Logs::DeliveryDestination",
        Properties: { Name: "destination", DestinationResourceArn: att("Group", "Arn") },
      },
      Delivery: {
        Type: "AWS::Logs::Delivery",
        Properties: { DeliverySourceName: ref("Source"), DeliveryDestinationArn: att("Destination", "Arn") },
      },
      Transformer: {
        Type: "AWS::Logs::Transformer",
        Properties: { LogGroupIdentifier: ref("Group"), TransformerConfig: [{ ParseJSON: {} }] },
      },
    },
    changed: {
      Transformer: {
        TransformerConfig: [{ ParseJSON: {} }, { DeleteKeys: { WithKeys: ["secret"] } }],
      },
    },
    shows: { Transformer: { transformerConfig: [{}, { deleteKeys: { withKeys: ["secret"] } }] } },
  },
  {
    resources: {
      Global: {
        Type: "AWS::DynamoDB::GlobalTable",
        Properties: {
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST",
          Replicas: [{ Region: "us-east-1" }, { Region: "eu-west-1" }],
        },
      },
    },
    changed: { Global: { Replicas: [{ Region: "us-east-1" }, { Region: "us-west-2" }] } },
    shows: { Global: { Replicas: [{ RegionName: "us-west-2" }] } },
  },
  {
    resources: {
      Global: {
        Type: "AWS::DynamoDB::GlobalTable",
        Properties: {
          AttributeDefinitions: ["id", "by"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          BillingMode: "PROVISIONED",
          WriteProvisionedThroughputSettings: {
            WriteCapacityAutoScalingSettings: {
              MinCapacity: 2,
              MaxCapacity: 10,
              TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
            },
          },
          GlobalSecondaryIndexes: [
            {
              IndexName: "by-whom",
              KeySchema: [{ AttributeName: "by", KeyType: "HASH" }],
              Projection: { ProjectionType: "ALL" },
              WriteProvisionedThroughputSettings: {
                WriteCapacityAutoScalingSettings: {
                  MinCapacity: 3,
                  MaxCapacity: 10,
                  TargetTrackingScalingPolicyConfiguration: { TargetValue: 70 },
                },
              },
            },
          ],
          Replicas: [
            {
              Region: "us-east-1",
              ReadProvisionedThroughputSettings: { ReadCapacityUnits: 5 },
              GlobalSecondaryIndexes: [
                { IndexName: "by-whom", ReadProvisionedThroughputSettings: { ReadCapacityUnits: 4 } },
              ],
            },
          ],
        },
      },
    },
    changed: {
      Global: {
        Replicas: [
          {
            Region: "us-east-1",
            ReadProvisionedThroughputSettings: { ReadCapacityUnits: 6 },
            GlobalSecondaryIndexes: [
              { IndexName: "by-whom", ReadProvisionedThroughputSettings: { ReadCapacityUnits: 4 } },
            ],
          },
        ],
      },
    },
    shows: { Global: { ProvisionedThroughput: { ReadCapacityUnits: 6, WriteCapacityUnits: 2 } } },
  },
  {
    // The key with which Secrets Manager keeps what connections say.
    leaves: /:kms:/,
    resources: {
      Role: role,
      Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "bus", Description: "one" } },
      BusPolicy: {
        Type: "AWS::Events::EventBusPolicy",
        Properties: {
          EventBusName: ref("Bus"),
          StatementId: "one",
          Statement: {
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::123456789012:root" },
            Action: "events:PutEvents",
            Resource: att("Bus", "Arn"),
          },
        },
      },
      Stream: { Type: "AWS::Kinesis::Stream", Properties: { ShardCount: 1 } },
      Rule: {
        Type: "AWS::Events::Rule",
        Properties: {
          EventPattern: { source: ["orders"] },
          Tags: [{ Key: "a", Value: "1" }],
          Targets: [
            { Id: "one", Arn: att("Stream", "Arn"), RoleArn: att("Role", "Arn") },
            { Id: "two", Arn: att("Stream", "Arn"), RoleArn: att("Role", "Arn") },
          ],
        },
      },
      OnBus: {
        Type: "AWS::Events::Rule",
        Properties: { EventBusName: ref("Bus"), EventPattern: { source: ["orders"] } },
      },
      Scheduled: { Type: "AWS::Events::Rule", Properties: { ScheduleExpression: "rate(5 minutes)" } },
      Archive: {
        Type: "AWS::Events::Archive",
        Properties: { SourceArn: att("Bus", "Arn"), RetentionDays: "7" },
      },
      Connection: {
        Type: "AWS::Events::Connection",
        Properties: {
          AuthorizationType: "API_KEY",
          AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: "x-key", ApiKeyValue: "secret" } },
        },
      },
      Destination: {
        Type: "AWS::Events::ApiDestination",
        Properties: {
          ConnectionArn: att("Connection", "Arn"),
          HttpMethod: "POST",
          InvocationEndpoint: "https://example.com/events",
        },
      },
    },
    changed: {
      Bus: { Description: "two" },
      Rule: {
        Description: "changed",
        State: "DISABLED",
        Targets: [{ Id: "two", Arn: att("Stream", "Arn"), RoleArn: att("Role", "Arn"), Input: "{}" }],
        Tags: [],
      },
      Scheduled: { ScheduleExpression: "rate(10 minutes)" },
      Archive: { RetentionDays: 14 },
      Connection: { Description: "described" },
      Destination: { InvocationRateLimitPerSecond: "5" },
    },
    shows: {
      Bus: { Description: "two" },
      BusPolicy: { Statement: [{ Sid: "one", Action: "events:PutEvents" }] },
      Rule: { Targets: [{ Id: "two", Input: "{}" }] },
      OnBus: { EventBusName: "bus" },
      Scheduled: { ScheduleExpression: "rate(10 minutes)" },
      Archive: { RetentionDays: 14 },
      Connection: { Description: "described" },
      Destination: { InvocationRateLimitPerSecond: 5 },
    },
  },
  {
    resources: {
      Template: {
        Type: "AWS::EC2::LaunchTemplate",
        Properties: {
          LaunchTemplateName: "web",
          LaunchTemplateData: { ImageId: "ami-1", InstanceType: "t3.micro" },
        },
      },
      Instance: {
        Type: "AWS::EC2::Instance",
        Properties: {
          LaunchTemplate: { LaunchTemplateId: ref("Template"), Version: "1" },
          AvailabilityZone: "us-east-1b",
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
    },
    changed: {
      Template: { LaunchTemplateData: { ImageId: "ami-1", InstanceType: "t3.small" } },
      Instance: { InstanceType: "t3.medium" },
    },
    shows: { Template: { LaunchTemplateName: "web" }, Instance: { InstanceType: "t3.medium" } },
    // The default network, and what has been terminated: that is shown for an hour.
    leaves:
      /:(?:dhcp-options|internet-gateway|network-acl|route-table|security-group|security-group-rule|subnet|vpc|instance)\//,
  },
  {
    resources: {
      Vpc: {
        Type: "AWS::EC2::VPC",
        Properties: { CidrBlock: "10.0.0.0/16", Tags: [{ Key: "a", Value: "1" }] },
      },
      Other: { Type: "AWS::EC2::VPC", Properties: { CidrBlock: "10.1.0.0/16" } },
      Subnet: {
        Type: "AWS::EC2::Subnet",
        Properties: { VpcId: ref("Vpc"), CidrBlock: "10.0.1.0/24", MapPublicIpOnLaunch: true },
      },
      Gateway: { Type: "AWS::EC2::InternetGateway", Properties: {} },
      Attachment: {
        Type: "AWS::EC2::VPCGatewayAttachment",
        Properties: { VpcId: ref("Vpc"), InternetGatewayId: ref("Gateway") },
      },
      Outwards: { Type: "AWS::EC2::EgressOnlyInternetGateway", Properties: { VpcId: ref("Vpc") } },
      Table: { Type: "AWS::EC2::RouteTable", Properties: { VpcId: ref("Vpc") } },
      Route: {
        Type: "AWS::EC2::Route",
        Properties: {
          RouteTableId: ref("Table"),
          DestinationCidrBlock: "0.0.0.0/0",
          GatewayId: ref("Gateway"),
        },
      },
      Association: {
        Type: "AWS::EC2::SubnetRouteTableAssociation",
        Properties: { RouteTableId: ref("Table"), SubnetId: ref("Subnet") },
      },
      Address: { Type: "AWS::EC2::EIP", Properties: { Domain: "vpc" } },
      Nat: {
        Type: "AWS::EC2::NatGateway",
        Properties: { SubnetId: ref("Subnet"), AllocationId: att("Address", "AllocationId") },
      },
      Group: {
        Type: "AWS::EC2::SecurityGroup",
        Properties: {
          GroupDescription: "one",
          VpcId: ref("Vpc"),
          SecurityGroupIngress: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 80, CidrIp: "0.0.0.0/0" }],
        },
      },
      In: {
        Type: "AWS::EC2::SecurityGroupIngress",
        Properties: {
          GroupId: ref("Group"),
          IpProtocol: "tcp",
          FromPort: 22,
          ToPort: 22,
          CidrIp: "10.0.0.0/8",
        },
      },
      Out: {
        Type: "AWS::EC2::SecurityGroupEgress",
        Properties: {
          GroupId: ref("Group"),
          IpProtocol: "udp",
          FromPort: 53,
          ToPort: 53,
          CidrIp: "10.0.0.2/32",
        },
      },
      Endpoint: {
        Type: "AWS::EC2::VPCEndpoint",
        Properties: {
          VpcId: ref("Vpc"),
          ServiceName: "com.amazonaws.us-east-1.s3",
          RouteTableIds: [ref("Table")],
        },
      },
      Acl: { Type: "AWS::EC2::NetworkAcl", Properties: { VpcId: ref("Vpc") } },
      Entry: {
        Type: "AWS::EC2::NetworkAclEntry",
        Properties: {
          NetworkAclId: ref("Acl"),
          RuleNumber: 100,
          Protocol: -1,
          RuleAction: "allow",
          CidrBlock: "0.0.0.0/0",
        },
      },
      AclAssociation: {
        Type: "AWS::EC2::SubnetNetworkAclAssociation",
        Properties: { NetworkAclId: ref("Acl"), SubnetId: ref("Subnet") },
      },
      Peering: {
        Type: "AWS::EC2::VPCPeeringConnection",
        Properties: { VpcId: ref("Vpc"), PeerVpcId: ref("Other") },
      },
    },
    changed: {
      Vpc: { EnableDnsHostnames: true, Tags: [{ Key: "b", Value: "2" }] },
      Subnet: { MapPublicIpOnLaunch: false },
      Group: {
        SecurityGroupIngress: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443, CidrIp: "0.0.0.0/0" }],
      },
      In: { Description: "ssh" },
      Entry: { RuleAction: "deny" },
    },
    shows: {
      Group: { IpPermissions: [{ IpProtocol: "tcp", FromPort: 443, ToPort: 443 }] },
      Subnet: { MapPublicIpOnLaunch: false },
      Entry: { RuleNumber: 100, RuleAction: "deny" },
    },
    // The default VPC, and what each VPC has by itself.
    leaves: /:ec2:/,
  },
  {
    resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              { Effect: "Allow", Principal: { Service: "pipes.amazonaws.com" }, Action: "sts:AssumeRole" },
            ],
          },
        },
      },
      From: { Type: "AWS::Kinesis::Stream", Properties: { ShardCount: 1 } },
      To: { Type: "AWS::Kinesis::Stream", Properties: { ShardCount: 1 } },
      Pipe: {
        Type: "AWS::Pipes::Pipe",
        Properties: {
          Name: "pipe",
          Description: "one",
          RoleArn: att("Role", "Arn"),
          Source: att("From", "Arn"),
          SourceParameters: { KinesisStreamParameters: { StartingPosition: "LATEST" } },
          Target: att("To", "Arn"),
          TargetParameters: { KinesisStreamParameters: { PartitionKey: "p" } },
          Tags: { a: "1" },
        },
      },
    },
    changed: { Pipe: { Description: "two", DesiredState: "STOPPED" } },
    shows: { Pipe: { Description: "two", DesiredState: "STOPPED" } },
  },
  {
    resources: {
      Group: {
        Type: "AWS::XRay::Group",
        Properties: {
          GroupName: "broken",
          FilterExpression: "fault",
          InsightsConfiguration: { InsightsEnabled: true, NotificationsEnabled: false },
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Rule: {
        Type: "AWS::XRay::SamplingRule",
        Properties: {
          SamplingRule: {
            RuleName: "all",
            ResourceARN: "*",
            Priority: 1,
            FixedRate: 0.5,
            ReservoirSize: 10,
            ServiceName: "*",
            ServiceType: "*",
            Host: "*",
            HTTPMethod: "*",
            URLPath: "*",
            Version: 1,
          },
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
    },
    changed: { Group: { FilterExpression: "error" } },
    shows: { Group: { FilterExpression: "error" }, Rule: { SamplingRule: { FixedRate: 0.5 } } },
  },
  {
    resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "scheduler.amazonaws.com" },
                Action: "sts:AssumeRole",
              },
            ],
          },
        },
      },
      Stream: { Type: "AWS::Kinesis::Stream", Properties: { ShardCount: 1 } },
      Group: {
        Type: "AWS::Scheduler::ScheduleGroup",
        Properties: { Name: "nightly", Tags: [{ Key: "a", Value: "1" }] },
      },
      Schedule: {
        Type: "AWS::Scheduler::Schedule",
        Properties: {
          Description: "one",
          FlexibleTimeWindow: { Mode: "OFF" },
          ScheduleExpression: "rate(5 minutes)",
          Target: {
            Arn: att("Stream", "Arn"),
            RoleArn: att("Role", "Arn"),
            KinesisParameters: { PartitionKey: "p" },
          },
        },
      },
      Grouped: {
        Type: "AWS::Scheduler::Schedule",
        Properties: {
          Name: "grouped",
          GroupName: ref("Group"),
          FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 5 },
          ScheduleExpression: "cron(0 3 * * ? *)",
          ScheduleExpressionTimezone: "Europe/Berlin",
          Target: {
            Arn: att("Stream", "Arn"),
            RoleArn: att("Role", "Arn"),
            KinesisParameters: { PartitionKey: "p" },
          },
        },
      },
    },
    changed: {
      Group: { Tags: [{ Key: "b", Value: "2" }] },
      Schedule: { Description: "two", ScheduleExpression: "rate(10 minutes)", State: "DISABLED" },
      Grouped: { ScheduleExpression: "cron(0 4 * * ? *)" },
    },
    shows: {
      Schedule: { Description: "two", ScheduleExpression: "rate(10 minutes)", State: "DISABLED" },
      Grouped: { GroupName: "nightly", ScheduleExpression: "cron(0 4 * * ? *)" },
    },
  },
  {
    resources: {
      Role: {
        Type: "AWS::IAM::Role",
        Properties: {
          AssumeRolePolicyDocument: {
            Version: "2012-10-17",
            Statement: [
              { Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" },
            ],
          },
        },
      },
      Machine: {
        Type: "AWS::StepFunctions::StateMachine",
        Properties: {
          RoleArn: att("Role", "Arn"),
          DefinitionString: '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"${result}","End":true}}}',
          DefinitionSubstitutions: { result: 'with "quotes"' },
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Version: {
        Type: "AWS::StepFunctions::StateMachineVersion",
        Properties: {
          StateMachineArn: ref("Machine"),
          StateMachineRevisionId: att("Machine", "StateMachineRevisionId"),
        },
      },
      Alias: {
        Type: "AWS::StepFunctions::StateMachineAlias",
        Properties: {
          Name: "live",
          RoutingConfiguration: [{ StateMachineVersionArn: ref("Version"), Weight: "100" }],
        },
      },
      Activity: { Type: "AWS::StepFunctions::Activity", Properties: { Tags: [{ Key: "a", Value: "1" }] } },
    },
    changed: {
      Machine: { DefinitionSubstitutions: { result: "other" }, Tags: [] },
      Alias: { Description: "described" },
      Activity: { Tags: [{ Key: "b", Value: "2" }] },
    },
    shows: {
      Machine: { definition: '{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"other","End":true}}}' },
      Alias: { description: "described", routingConfiguration: [{ weight: 100 }] },
    },
  },
  {
    resources: {
      Cluster: {
        Type: "AWS::ECS::Cluster",
        Properties: {
          ClusterSettings: [{ Name: "containerInsights", Value: "enabled" }],
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
      Capacity: {
        Type: "AWS::ECS::ClusterCapacityProviderAssociations",
        Properties: {
          Cluster: ref("Cluster"),
          CapacityProviders: ["FARGATE", "FARGATE_SPOT"],
          DefaultCapacityProviderStrategy: [{ CapacityProvider: "FARGATE", Weight: 1 }],
        },
      },
      Definition: {
        Type: "AWS::ECS::TaskDefinition",
        Properties: {
          Family: "web",
          ContainerDefinitions: [
            {
              Name: "app",
              Image: "web",
              Memory: 64,
              Command: ["node", "-e", "1"],
              Environment: [{ Name: "COLOR", Value: "green" }],
              LogConfiguration: { LogDriver: "awslogs", Options: { "awslogs-group": "/web" } },
            },
          ],
        },
      },
      Service: {
        Type: "AWS::ECS::Service",
        Properties: {
          Cluster: ref("Cluster"),
          TaskDefinition: ref("Definition"),
          DesiredCount: 0,
          Tags: [{ Key: "a", Value: "1" }],
        },
      },
    },
    changed: {
      Cluster: { Tags: [{ Key: "b", Value: "2" }] },
      Service: { DeploymentConfiguration: { MaximumPercent: 150 }, Tags: [{ Key: "b", Value: "2" }] },
    },
    shows: { Service: { deploymentConfiguration: { maximumPercent: 150 } } },
  },
];
