package testbed

import "fmt"

// simulatedS3Queries are the operations by the query that tells them apart.
var simulatedS3Queries = map[string]string{
	"policy": "GetBucketPolicy", "encryption": "GetBucketEncryption", "publicAccessBlock": "GetPublicAccessBlock", "versioning": "GetBucketVersioning",
	"logging": "GetBucketLogging", "lifecycle": "GetBucketLifecycleConfiguration", "ownershipControls": "GetBucketOwnershipControls",
	"object-lock": "GetObjectLockConfiguration", "notification": "GetBucketNotificationConfiguration", "replication": "GetBucketReplication",
	"cors": "GetBucketCors", "website": "GetBucketWebsite", "acl": "GetBucketAcl", "tagging": "GetBucketTagging",
}

// simulatedS3Bodies are what buckets have; an error code stands for what they have not.
var simulatedS3Bodies = map[string]string{
	"GetBucketPolicy": `{"Version":"2012-10-17","Statement":[{"Sid":"tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["{arn}","{arn}/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`,
	"GetBucketEncryption": `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>` +
		`<BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>`,
	"GetPublicAccessBlock": `<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy>` +
		`<RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`,
	"GetBucketVersioning": `<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>`,
	"GetBucketLogging":    `<BucketLoggingStatus/>`,
	"GetBucketLifecycleConfiguration": `<LifecycleConfiguration><Rule><ID>expire</ID><Status>Enabled</Status><Filter><Prefix>logs/</Prefix></Filter>` +
		`<Expiration><Days>90</Days></Expiration></Rule></LifecycleConfiguration>`,
	"GetBucketOwnershipControls":         `<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>`,
	"GetObjectLockConfiguration":         "ObjectLockConfigurationNotFoundError",
	"GetBucketNotificationConfiguration": `<NotificationConfiguration/>`,
	"GetBucketReplication":               "ReplicationConfigurationNotFoundError",
	"GetBucketCors":                      "NoSuchCORSConfiguration",
	"GetBucketWebsite":                   "NoSuchWebsiteConfiguration",
	"GetBucketAcl": `<AccessControlPolicy><Owner><ID>{hex16}</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">` +
		`<ID>{hex16}</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant></AccessControlList></AccessControlPolicy>`,
	"GetBucketTagging": `<Tagging>{tags.s3}</Tagging>`,
}

// addBucketCalls adds S3. Buckets are an account's; each is in a region.
func addBucketCalls(calls map[string]simulatedCall, k *simulatedKind) {
	calls["s3:ListBuckets"] = func(s *Simulator, c *Call) *Answer {
		count := s.count(k, c)
		from, to := page(c, "max-buckets", "continuation-token", 10000, count)
		out := []byte(`<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Buckets>`)
		for i := from; i < to; i++ {
			r := k.resource(c.Account, c.Region, i)
			out = fmt.Appendf(out, `<Bucket><Name>%s</Name><CreationDate>2020-01-01T00:00:00.000Z</CreationDate><BucketRegion>%s</BucketRegion></Bucket>`, r.id, s.bucketRegion(i))
		}
		out = append(out, `</Buckets>`...)
		if to < count {
			out = fmt.Appendf(out, `<ContinuationToken>%d</ContinuationToken>`, to)
		}
		return text(c, append(out, `</ListAllMyBucketsResult>`...))
	}
	for operation, body := range simulatedS3Bodies {
		if body[0] != '<' && body[0] != '{' {
			calls["s3:"+operation] = func(_ *Simulator, c *Call) *Answer { return errorAnswer(c, 404, body, "there is none") }
			continue
		}
		shape := newShape(body)
		calls["s3:"+operation] = func(s *Simulator, c *Call) *Answer {
			r, ok := k.named(c.Account, c.Region, bucketOf(c))
			if !ok || r.number >= s.count(k, c) {
				return errorAnswer(c, 404, "NoSuchBucket", "The specified bucket does not exist")
			}
			if operation == "GetBucketTagging" && !tagged(r.number) {
				return errorAnswer(c, 404, "NoSuchTagSet", "The TagSet does not exist")
			}
			return text(c, shape.append(nil, &r))
		}
	}
}

func (s *Simulator) bucketRegion(number int) string {
	return s.estate.Regions[number%len(s.estate.Regions)]
}
