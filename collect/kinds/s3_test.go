package kinds

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// makeBucket makes a bucket whose name nobody else has, and returns the name.
func makeBucket(e *estate, name string) string {
	name += "-" + e.Account
	c := s3.NewFromConfig(e.Config)
	must(c.CreateBucket(e, &s3.CreateBucketInput{Bucket: &name}))(e)
	must(c.PutBucketTagging(e, &s3.PutBucketTaggingInput{Bucket: &name, Tagging: &types.Tagging{
		TagSet: tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
	}}))(e)
	return name
}

// bucketLives have a bucket with versions, a delete marker and an upload that nobody completed.
func bucketLives() []life {
	return []life{{
		kind: "s3:bucket",
		create: func(e *estate) made {
			name := makeBucket(e, "bucket-life")
			c := s3.NewFromConfig(e.Config)
			must(c.PutBucketVersioning(e, &s3.PutBucketVersioningInput{
				Bucket: &name, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
			}))(e)
			must(c.PutBucketCors(e, &s3.PutBucketCorsInput{Bucket: &name, CORSConfiguration: &types.CORSConfiguration{
				CORSRules: []types.CORSRule{{AllowedMethods: []string{"GET"}, AllowedOrigins: []string{"*"}}},
			}}))(e)
			for _, text := range []string{"one", "two"} {
				must(c.PutObject(e, &s3.PutObjectInput{Bucket: &name, Key: aws.String("a/b c"), Body: strings.NewReader(text)}))(e)
			}
			must(c.DeleteObject(e, &s3.DeleteObjectInput{Bucket: &name, Key: aws.String("a/b c")}))(e)
			must(c.CreateMultipartUpload(e, &s3.CreateMultipartUploadInput{Bucket: &name, Key: aws.String("half")}))(e)
			return made{ID: name, ARN: "arn:aws:s3:::" + name, Region: testRegion}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Versioning.Status", "Enabled")
			wantConfiguration(t, r, "Cors[].AllowedOrigins[]", "*")
		},
		changes: bucketChanges(),
	}}
}

func TestRegionOf(t *testing.T) {
	for constraint, want := range map[string]string{"": "us-east-1", "EU": "eu-west-1", "eu-central-1": "eu-central-1"} {
		if got := regionOf(constraint); got != want {
			t.Errorf("%q: got %q, want %q", constraint, got, want)
		}
	}
}

func TestObjectError(t *testing.T) {
	err := objectError(types.Error{Code: aws.String("AccessDenied"), Message: aws.String("locked"), Key: aws.String("a")}, 3)
	if collect.Classify(err) != collect.ClassDenied || collect.Message(err) != `locked (object "a", and 2 more)` {
		t.Errorf("got %v", err)
	}
}

// TestDeleteVersionsByPages: a list of several pages is emptied, and a list that could not be read to its
// end is an error.
func TestDeleteVersionsByPages(t *testing.T) {
	e := newEstate(t)
	name := makeBucket(e, "pages")
	c := s3.NewFromConfig(e.Config)
	for i := range 7 {
		must(c.PutObject(e, &s3.PutObjectInput{Bucket: &name, Key: aws.String(fmt.Sprintf("key %d", i)), Body: strings.NewReader("x")}))(e)
	}
	scope := e.session.Scope(e, &bucket, testRegion)
	client := s3Client(scope, testRegion)
	rounds := 0 // moto loses a list's place when what its marker names is deleted; S3 doesn't
	for some := true; some && rounds < 8; rounds++ {
		var err error
		if some, err = deleteVersions(scope, client, &name, 2); err != nil {
			t.Fatal(err)
		}
	}
	if out := must(c.ListObjectVersions(e, &s3.ListObjectVersionsInput{Bucket: &name}))(e); len(out.Versions) > 0 {
		t.Errorf("%d versions are left after %d rounds", len(out.Versions), rounds)
	}
	if n := e.Proxy.Count("s3", "DeleteObjects"); n < 4 {
		t.Errorf("deleted 7 objects in %d calls, want one a page", n)
	}
	e.Proxy.Deny("s3", "ListObjectVersions")
	if _, err := deleteVersions(scope, client, &name, 2); collect.Classify(err) != collect.ClassDenied {
		t.Errorf("a denied list: got %v", err)
	}
}
