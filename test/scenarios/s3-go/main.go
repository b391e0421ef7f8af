// Uses S3 with the AWS SDK for Go v2: both of its transfer managers, checksums, pages, copies, signed URLs, errors.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/manager"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	tm "github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

const size = 18 << 20

var (
	all    = context.Background()
	bucket = aws.String("transfers")
	whole  = bytes.Repeat([]byte("0123456789abcdef"), size/16)
	sum    = sha256.Sum256(whole)
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func ensure(holds bool, what ...any) {
	if !holds {
		panic(fmt.Sprint(what...))
	}
}

// The code of an AWS error; the text of another.
func code(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode()
	}
	return fmt.Sprint(err)
}

// A stream that breaks off after so many bytes.
type broken struct{ left int }

func (b *broken) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errors.New("the disk is gone")
	}
	n := min(len(p), b.left)
	b.left -= n
	return n, nil
}

func main() {
	client := s3.NewFromConfig(must(config.LoadDefaultConfig(all)), func(o *s3.Options) { o.UsePathStyle = true })
	must(client.CreateBucket(all, &s3.CreateBucketInput{Bucket: bucket}))
	ensure(must(manager.GetBucketRegion(all, client, *bucket)) == "us-east-1")
	before(client)
	checksums(client)
	today(client)
	rest(client)
	fmt.Println("fine")
}

// The manager of before.
func before(client *s3.Client) {
	key := aws.String("d/big ü+")
	uploader := manager.NewUploader(client)
	up := must(uploader.Upload(all, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: bytes.NewReader(whole)}))
	ensure(strings.HasSuffix(*up.ETag, `-4"`) && len(up.CompletedParts) == 4, *up.ETag)
	back := manager.NewWriteAtBuffer(nil)
	must(manager.NewDownloader(client).Download(all, back, &s3.GetObjectInput{Bucket: bucket, Key: key}))
	ensure(sha256.Sum256(back.Bytes()) == sum)

	// A stream whose length nobody knows, and one that breaks off: its parts are given up.
	must(uploader.Upload(all, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("stream"), Body: io.MultiReader(bytes.NewReader(whole))}))
	_, err := uploader.Upload(all, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("broken"), Body: &broken{left: 12 << 20}})
	ensure(err != nil && strings.Contains(err.Error(), "the disk is gone"), err)
	ensure(len(must(client.ListMultipartUploads(all, &s3.ListMultipartUploadsInput{Bucket: bucket})).Uploads) == 0)
	_, err = client.HeadObject(all, &s3.HeadObjectInput{Bucket: bucket, Key: aws.String("broken")})
	ensure(code(err) == "NotFound", err)
}

// Every checksum that the SDK takes, of parts and of a whole.
func checksums(client *s3.Client) {
	for algorithm, isWhole := range map[types.ChecksumAlgorithm]bool{
		types.ChecksumAlgorithmCrc32: false, types.ChecksumAlgorithmCrc32c: false, types.ChecksumAlgorithmSha1: false,
		types.ChecksumAlgorithmSha256: false, types.ChecksumAlgorithmSha512: false, types.ChecksumAlgorithmCrc64nvme: true,
	} {
		key := aws.String("sums/" + string(algorithm))
		must(manager.NewUploader(client).Upload(all, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: bytes.NewReader(whole[:6<<20]), ChecksumAlgorithm: algorithm}))
		head := must(client.HeadObject(all, &s3.HeadObjectInput{Bucket: bucket, Key: key, ChecksumMode: types.ChecksumModeEnabled}))
		ensure((head.ChecksumType == types.ChecksumTypeFullObject) == isWhole, algorithm, head.ChecksumType)
		must(client.PutObject(all, &s3.PutObjectInput{Bucket: bucket, Key: key, Body: bytes.NewReader(whole[:1000]), ChecksumAlgorithm: algorithm}))
		got := must(client.GetObject(all, &s3.GetObjectInput{Bucket: bucket, Key: key, ChecksumMode: types.ChecksumModeEnabled}))
		ensure(len(must(io.ReadAll(got.Body))) == 1000 && got.ChecksumType == types.ChecksumTypeFullObject, algorithm)
	}
	wrong := aws.String("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	_, err := client.PutObject(all, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("wrong"), Body: strings.NewReader("x"), ChecksumSHA256: wrong})
	ensure(code(err) == "BadDigest", err)
}

// The manager of today: ranges, parts and folders.
func today(client *s3.Client) {
	key := aws.String("today")
	transfers := transfermanager.New(client)
	up := must(transfers.UploadObject(all, &transfermanager.UploadObjectInput{Bucket: bucket, Key: key, Body: bytes.NewReader(whole)}))
	ensure(strings.HasSuffix(*up.ETag, `-3"`), *up.ETag)
	into := tm.NewWriteAtBuffer(nil)
	must(transfers.DownloadObject(all, &transfermanager.DownloadObjectInput{Bucket: bucket, Key: key, WriterAt: into}))
	ensure(sha256.Sum256(into.Bytes()) == sum)
	hash := sha256.New()
	must(io.Copy(hash, must(transfers.GetObject(all, &transfermanager.GetObjectInput{Bucket: bucket, Key: key})).Body))
	ensure([32]byte(hash.Sum(nil)) == sum)

	folder := must(os.MkdirTemp("", "squall-s3-go-"))
	defer os.RemoveAll(folder)
	from, to, prefix := filepath.Join(folder, "from"), filepath.Join(folder, "to"), aws.String("folder")
	ensure(os.MkdirAll(filepath.Join(from, "sub"), 0o755) == nil)
	ensure(os.WriteFile(filepath.Join(from, "sub", "c"), whole[:100], 0o644) == nil)
	ensure(os.WriteFile(filepath.Join(from, "d"), whole[:9<<20], 0o644) == nil)
	sent := must(transfers.UploadDirectory(all, &transfermanager.UploadDirectoryInput{Bucket: bucket, Source: &from, KeyPrefix: prefix, Recursive: aws.Bool(true)}))
	ensure(sent.ObjectsUploaded == 2, sent)
	must(transfers.DownloadDirectory(all, &transfermanager.DownloadDirectoryInput{Bucket: bucket, Destination: &to, KeyPrefix: prefix}))
	ensure(bytes.Equal(must(os.ReadFile(filepath.Join(to, "sub", "c"))), whole[:100]))
	ensure(len(must(os.ReadFile(filepath.Join(to, "d")))) == 9<<20)
}

// Pages, copies, conditions, errors, signed URLs, and all goes.
func rest(client *s3.Client) {
	keys := []string{}
	for pages := s3.NewListObjectsV2Paginator(client, &s3.ListObjectsV2Input{Bucket: bucket, MaxKeys: aws.Int32(3)}); pages.HasMorePages(); {
		for _, object := range must(pages.NextPage(all)).Contents {
			keys = append(keys, *object.Key)
		}
	}
	ensure(slices.IsSorted(keys) && len(keys) == 11, keys)
	grouped := must(client.ListObjectsV2(all, &s3.ListObjectsV2Input{Bucket: bucket, Delimiter: aws.String("/")}))
	ensure(len(grouped.CommonPrefixes) == 3 && len(grouped.Contents) == 2, grouped)

	key, copied := aws.String("d/big ü+"), aws.String("copied")
	must(client.CopyObject(all, &s3.CopyObjectInput{Bucket: bucket, Key: copied, CopySource: aws.String(*bucket + "/d/big%20%C3%BC%2B")}))
	_, err := client.PutObject(all, &s3.PutObjectInput{Bucket: bucket, Key: copied, Body: strings.NewReader("x"), IfNoneMatch: aws.String("*")})
	ensure(code(err) == "PreconditionFailed", err)
	var noSuchKey *types.NoSuchKey
	_, err = client.GetObject(all, &s3.GetObjectInput{Bucket: bucket, Key: aws.String("none")})
	ensure(errors.As(err, &noSuchKey), err)
	_, err = client.GetObject(all, &s3.GetObjectInput{Bucket: aws.String("none"), Key: key})
	ensure(code(err) == "NoSuchBucket", err)

	signer := s3.NewPresignClient(client)
	url := must(signer.PresignGetObject(all, &s3.GetObjectInput{Bucket: bucket, Key: key, Range: aws.String("bytes=0-9")}))
	ensure(ask("GET", url.URL, url.SignedHeader, "") == "206 0123456789", url)
	put := must(signer.PresignPutObject(all, &s3.PutObjectInput{Bucket: bucket, Key: aws.String("signed")}))
	ensure(ask("PUT", put.URL, put.SignedHeader, "hello") == "200 ", put)

	for _, key := range append(keys, *copied, "signed") {
		must(client.DeleteObject(all, &s3.DeleteObjectInput{Bucket: bucket, Key: &key}))
	}
	must(client.DeleteBucket(all, &s3.DeleteBucketInput{Bucket: bucket}))
}

// The status and the body of an answer.
func ask(method, url string, headers http.Header, body string) string {
	request := must(http.NewRequest(method, url, strings.NewReader(body)))
	request.Header = headers
	answer := must(http.DefaultClient.Do(request))
	defer answer.Body.Close()
	return fmt.Sprintf("%d %s", answer.StatusCode, must(io.ReadAll(answer.Body)))
}
