package collect

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Tree is what a bucket has under its prefix as a file system that is read only: a folder is what lies before a "/" in the
// keys. An object is streamed. Listing a folder costs a call for each thousand of its entries, opening a file one. It is
// safe for concurrent use.
func (f *BucketFolder) Tree() fs.ReadDirFS { return bucketTree{f} }

type bucketTree struct{ bucket *BucketFolder }

// Open implements fs.FS for files; folders are listed by ReadDir.
func (t bucketTree) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) || name == "." {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	c, err := t.bucket.open()
	if err != nil {
		return nil, err
	}
	out, err := c.GetObject(t.bucket.ctx, &s3.GetObjectInput{Bucket: &t.bucket.bucket, Key: t.bucket.key(name)})
	if err != nil {
		return nil, t.bucket.fail(name, err)
	}
	return &bucketFile{out: out, info: bucketEntry{name: path.Base(name), size: aws.ToInt64(out.ContentLength), at: aws.ToTime(out.LastModified)}}, nil
}

// ReadDir implements fs.ReadDirFS. A folder without entries does not exist.
func (t bucketTree) ReadDir(name string) ([]fs.DirEntry, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrInvalid}
	}
	c, err := t.bucket.open()
	if err != nil {
		return nil, err
	}
	prefix := path.Join(t.bucket.prefix, name)
	if prefix = strings.TrimSuffix(prefix, "/") + "/"; prefix == "./" || prefix == "/" {
		prefix = ""
	}
	var entries []fs.DirEntry
	in := &s3.ListObjectsV2Input{Bucket: &t.bucket.bucket, Prefix: &prefix, Delimiter: aws.String("/")}
	for {
		out, err := c.ListObjectsV2(t.bucket.ctx, in)
		if err != nil {
			return nil, t.bucket.fail(name, err)
		}
		for _, folder := range out.CommonPrefixes {
			entries = append(entries, bucketEntry{name: path.Base(aws.ToString(folder.Prefix)), folder: true})
		}
		for _, object := range out.Contents {
			if base := strings.TrimPrefix(aws.ToString(object.Key), prefix); base != "" {
				entries = append(entries, bucketEntry{name: base, size: aws.ToInt64(object.Size), at: aws.ToTime(object.LastModified)})
			}
		}
		if !aws.ToBool(out.IsTruncated) {
			break
		}
		token := aws.ToString(out.NextContinuationToken)
		switch token {
		case "":
			return nil, &fs.PathError{Op: "readdir", Path: name, Err: errNoToken}
		case aws.ToString(in.ContinuationToken):
			return nil, &fs.PathError{Op: "readdir", Path: name, Err: errRepeatedToken}
		}
		in.ContinuationToken = &token
	}
	if len(entries) == 0 {
		return nil, &fs.PathError{Op: "readdir", Path: t.bucket.String() + "/" + name, Err: fs.ErrNotExist}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// bucketEntry is an object, or a folder of them.
type bucketEntry struct {
	name   string
	size   int64
	at     time.Time
	folder bool
}

func (e bucketEntry) Name() string               { return e.name }
func (e bucketEntry) IsDir() bool                { return e.folder }
func (e bucketEntry) Type() fs.FileMode          { return e.Mode().Type() }
func (e bucketEntry) Info() (fs.FileInfo, error) { return e, nil }
func (e bucketEntry) Size() int64                { return e.size }
func (e bucketEntry) ModTime() time.Time         { return e.at }
func (e bucketEntry) Sys() any                   { return nil }

func (e bucketEntry) Mode() fs.FileMode {
	if e.folder {
		return fs.ModeDir | 0o555
	}
	return 0o444
}

// bucketFile is an object that is being read.
type bucketFile struct {
	out  *s3.GetObjectOutput
	info bucketEntry
}

func (f *bucketFile) Read(p []byte) (int, error) { return f.out.Body.Read(p) }
func (f *bucketFile) Close() error               { return f.out.Body.Close() }
func (f *bucketFile) Stat() (fs.FileInfo, error) { return f.info, nil }
