package snapshot

import (
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/zstd"
)

// zstdMagic begins every frame of Zstandard (RFC 8878).
var zstdMagic = []byte{0x28, 0xB5, 0x2F, 0xFD}

// mostDecompressed bounds what a compressed file may become, in bytes: a snapshot of a million resources has about one GiB.
const mostDecompressed = 4 << 30

var errTooLarge = errors.New("it would take more than 4 GiB")

// compress writes through a compressor.
func compress(w io.Writer, write func(io.Writer) error) error {
	encoder, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	if err := write(encoder); err != nil {
		_ = encoder.Close() // the first error counts
		return err
	}
	return encoder.Close()
}

// copyDecompressed writes what a compressed file holds, piece by piece, and any other as it is.
func copyDecompressed(w io.Writer, data []byte) error {
	if !bytes.HasPrefix(data, zstdMagic) {
		_, err := w.Write(data)
		return err
	}
	decoder, err := zstd.NewReader(bytes.NewReader(data), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer decoder.Close()
	n, err := io.Copy(w, io.LimitReader(decoder, mostDecompressed))
	if err == nil && n == mostDecompressed {
		return errTooLarge
	}
	return err
}

// decompress returns what a compressed file holds, and any other as it is.
func decompress(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, zstdMagic) {
		return data, nil
	}
	var text bytes.Buffer
	err := copyDecompressed(&text, data)
	return text.Bytes(), err
}
