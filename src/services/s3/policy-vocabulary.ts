/** What a bucket's policy may speak of, in lower case: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));
const actions = (text: string): readonly string[] => [...words(text)].map((name) => `s3:${name}`);

export const BUCKET_ACTIONS = actions(`
  allowvendedlogdeliveryforresource createbucket createbucketmetadatatableconfiguration deletebucket
  deletebucketmetadatatableconfiguration deletebucketpolicy deletebucketwebsite getaccelerateconfiguration
  getanalyticsconfiguration getbucketabac getbucketacl getbucketcors getbucketlocation getbucketlogging
  getbucketmetadatatableconfiguration getbucketnotification getbucketobjectlockconfiguration
  getbucketownershipcontrols getbucketpolicy getbucketpolicystatus getbucketpublicaccessblock
  getbucketrequestpayment getbuckettagging getbucketversioning getbucketwebsite getencryptionconfiguration
  getintelligenttieringconfiguration getinventoryconfiguration getlifecycleconfiguration
  getmetricsconfiguration getreplicationconfiguration listbucket listbucketmultipartuploads
  listbucketversions listtagsforresource pausereplication putaccelerateconfiguration
  putanalyticsconfiguration putbucketabac putbucketacl putbucketcors putbucketlogging putbucketnotification
  putbucketobjectlockconfiguration putbucketownershipcontrols putbucketpolicy putbucketpublicaccessblock
  putbucketrequestpayment putbuckettagging putbucketversioning putbucketwebsite putencryptionconfiguration
  putintelligenttieringconfiguration putinventoryconfiguration putlifecycleconfiguration
  putmetricsconfiguration putreplicationconfiguration tagresource untagresource
  updatebucketmetadataannotationtableconfiguration updatebucketmetadatainventorytableconfiguration
  updatebucketmetadatajournaltableconfiguration`);

export const OBJECT_ACTIONS = actions(`
  abortmultipartupload bypassgovernanceretention deleteobject deleteobjectannotation deleteobjecttagging
  deleteobjectversion deleteobjectversionannotation deleteobjectversiontagging getobject getobjectacl
  getobjectannotation getobjectattributes getobjectlegalhold getobjectretention getobjecttagging
  getobjecttorrent getobjectversion getobjectversionacl getobjectversionannotation
  getobjectversionannotationforreplication getobjectversionattributes getobjectversionforreplication
  getobjectversiontagging getobjectversiontorrent initiatereplication listmultipartuploadparts
  listobjectannotations listobjectversionannotations objectowneroverridetobucketowner putobject
  putobjectacl putobjectannotation putobjectlegalhold putobjectretention putobjecttagging
  putobjectversionacl putobjectversionannotation putobjectversiontagging replicatedelete replicateobject
  replicateobjectannotation replicatetags restoreobject updateobjectencryption`);

const KEYS = words(`
  s3:accessgrantsinstancearn s3:accesspointnetworkorigin s3:authtype s3:dataaccesspointaccount
  s3:dataaccesspointarn s3:delimiter s3:destinationregion s3:existingjoboperation s3:existingjobpriority
  s3:if-match s3:if-none-match s3:inventoryaccessibleoptionalfields s3:isreplicationpauserequest
  s3:jobsuspendedcause s3:locationconstraint s3:max-keys s3:object-lock-legal-hold s3:object-lock-mode
  s3:object-lock-remaining-retention-days s3:object-lock-retain-until-date s3:objectcreationoperation
  s3:prefix s3:requestjoboperation s3:requestjobpriority s3:requestobjecttagkeys s3:resourceaccount
  s3:signatureage s3:signatureversion s3:tlsversion s3:versionid s3:x-amz-acl s3:x-amz-content-sha256
  s3:x-amz-copy-source s3:x-amz-grant-full-control s3:x-amz-grant-read s3:x-amz-grant-read-acp
  s3:x-amz-grant-write s3:x-amz-grant-write-acp s3:x-amz-metadata-directive s3:x-amz-object-ownership
  s3:x-amz-server-side-encryption s3:x-amz-server-side-encryption-aws-kms-key-id
  s3:x-amz-server-side-encryption-customer-algorithm s3:x-amz-storage-class
  s3:x-amz-website-redirect-location`);

/** Is it the name of a condition key, in whatever case? AWS asks of its own (`aws:`) no more than that. */
export function isConditionKey(name: string): boolean {
  const key = name.toLowerCase();
  const isTag = /^s3:(?:existingobjecttag|requestobjecttag|buckettag|accesspointtag)\/./.test(key);
  return key.startsWith("aws:") || isTag || KEYS.has(key);
}

const LISTS = actions("listbucket listbucketversions listbucketmultipartuploads");

/** The only actions whose requests ever have a condition key, of keys that not all have. */
export const ACTIONS_WITH_KEY: Readonly<Record<string, readonly string[]>> = {
  "s3:prefix": LISTS,
  "s3:delimiter": LISTS,
  "s3:max-keys": LISTS,
};
