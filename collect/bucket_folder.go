package collect

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// BucketFolder keeps snapshots in a bucket: it is the [snapshot.Files] of s3://bucket/prefix. Nothing is called before
// the first use. Objects are replaced whole, as S3 does it, and a new one never replaces another (If-None-Match). The
// errors say what AWS said, or are fs.ErrNotExist and fs.ErrExist.
type BucketFolder struct {
	ctx            context.Context
	options        Options
	bucket, prefix string

	once   sync.Once
	client *s3.Client
	err    error
}

// bucketURL is s3://bucket/prefix, the prefix optional.
var bucketURL = regexp.MustCompile(`^s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?$`)

// InBucket reports whether a folder's name means a bucket.
func InBucket(folder string) bool { return strings.HasPrefix(folder, "s3://") }

// NewBucketFolder reads s3://bucket/prefix. The context is that of all calls.
func NewBucketFolder(ctx context.Context, options Options, url string) (*BucketFolder, error) {
	parts := bucketURL.FindStringSubmatch(url)
	if parts == nil {
		return nil, &OptionError{fmt.Sprintf("%q is not a folder in a bucket: give one like s3://bucket/prefix", url)}
	}
	return &BucketFolder{ctx: ctx, options: options, bucket: parts[1], prefix: strings.Trim(parts[2], "/")}, nil
}

func (f *BucketFolder) String() string { return "s3://" + path.Join(f.bucket, f.prefix) }

func (f *BucketFolder) key(name string) *string { return aws.String(path.Join(f.prefix, name)) }

// open makes a client for the bucket's own region, which S3 tells in an answer's header, whatever else it answers.
func (f *BucketFolder) open() (*s3.Client, error) {
	f.once.Do(func() {
		if f.options.Concurrency <= 0 {
			f.options.Concurrency = DefaultConcurrency
		}
		cfg, err := load(f.ctx, f.options, newTraffic(f.options.Concurrency, func() string { return "" }))
		if err != nil {
			f.err = err
			return
		}
		if cfg.Region == "" {
			cfg.Region = home("aws")
		}
		if _, err := cfg.Credentials.Retrieve(f.ctx); err != nil {
			f.err = credentialError(err, f.options)
			return
		}
		client := func(region string) *s3.Client {
			return s3.NewFromConfig(cfg, func(o *s3.Options) { o.Region, o.UsePathStyle = region, cfg.BaseEndpoint != nil })
		}
		region := cfg.Region
		out, err := client(region).HeadBucket(f.ctx, &s3.HeadBucketInput{Bucket: &f.bucket})
		var response *awshttp.ResponseError
		switch {
		case err == nil && aws.ToString(out.BucketRegion) != "":
			region = *out.BucketRegion
		case errors.As(err, &response) && response.HTTPStatusCode() == 404:
			f.err = fmt.Errorf("there is no bucket %s", f.bucket)
			return
		case errors.As(err, &response) && response.HTTPResponse().Header.Get("X-Amz-Bucket-Region") != "":
			region = response.HTTPResponse().Header.Get("X-Amz-Bucket-Region") // also where only HeadBucket is denied
		case err != nil:
			f.err = fmt.Errorf("can't reach the bucket %s: %s", f.bucket, Describe(err))
			return
		}
		f.client = client(region)
	})
	return f.client, f.err
}

// fail puts AWS's error as those of a file system, or in one line.
func (f *BucketFolder) fail(name string, err error) error {
	var missing *types.NoSuchKey
	switch code := Code(err); {
	case err == nil:
		return nil
	case errors.As(err, &missing):
		return &fs.PathError{Op: "read", Path: f.String() + "/" + name, Err: fs.ErrNotExist}
	case code == "PreconditionFailed" || code == "ConditionalRequestConflict":
		return &fs.PathError{Op: "create", Path: f.String() + "/" + name, Err: fs.ErrExist}
	}
	return fmt.Errorf("%s: %s", path.Join(f.String(), name), Describe(err))
}

// ReadFile implements [snapshot.Files].
func (f *BucketFolder) ReadFile(name string) ([]byte, error) {
	c, err := f.open()
	if err != nil {
		return nil, err
	}
	out, err := c.GetObject(f.ctx, &s3.GetObjectInput{Bucket: &f.bucket, Key: f.key(name)})
	if err != nil {
		return nil, f.fail(name, err)
	}
	defer out.Body.Close()
	data, err := io.ReadAll(out.Body)
	return data, f.fail(name, err)
}

// WriteFile implements [snapshot.Files].
func (f *BucketFolder) WriteFile(name string, data []byte) error { return f.put(name, data, nil) }

// CreateFile implements [snapshot.Files].
func (f *BucketFolder) CreateFile(name string, data []byte) error {
	return f.put(name, data, aws.String("*"))
}

func (f *BucketFolder) put(name string, data []byte, ifNoneMatch *string) error {
	c, err := f.open()
	if err != nil {
		return err
	}
	_, err = c.PutObject(f.ctx, &s3.PutObjectInput{
		Bucket: &f.bucket, Key: f.key(name), Body: bytes.NewReader(data), IfNoneMatch: ifNoneMatch,
	})
	return f.fail(name, err)
}

// Remove implements [snapshot.Files]. S3 doesn't say whether there was anything.
func (f *BucketFolder) Remove(name string) error {
	c, err := f.open()
	if err != nil {
		return err
	}
	_, err = c.DeleteObject(f.ctx, &s3.DeleteObjectInput{Bucket: &f.bucket, Key: f.key(name)})
	return f.fail(name, err)
}

// List implements [snapshot.Files].
func (f *BucketFolder) List() ([]snapshot.Info, error) {
	c, err := f.open()
	if err != nil {
		return nil, err
	}
	prefix := f.prefix
	if prefix != "" {
		prefix += "/"
	}
	scope := newRun(MaskKey{}).scope(f.ctx, &Session{Config: aws.Config{}}, &Kind{Name: "s3:object"}, snapshot.Global)
	objects, err := All(scope, func(s *Scope) iter.Seq[types.Object] {
		return Pages[types.Object](s, c.ListObjectsV2, &s3.ListObjectsV2Input{Bucket: &f.bucket, Prefix: &prefix, Delimiter: aws.String("/")})
	})
	if err != nil {
		return nil, f.fail("", err)
	}
	var list []snapshot.Info
	for _, object := range objects {
		name := strings.TrimPrefix(aws.ToString(object.Key), prefix)
		if name == "" || strings.HasPrefix(name, ".") {
			continue
		}
		list = append(list, snapshot.Info{Name: name, Size: aws.ToInt64(object.Size), ModTime: aws.ToTime(object.LastModified)})
	}
	return list, nil
}
