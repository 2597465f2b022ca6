package history

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Reader reads the captures of a history: from the folder itself, or from the process that has it open. Safe for
// concurrent use. Errors are one line each that names the folder.
type Reader interface {
	// List lists the captures, by accounts and then time.
	List(ctx context.Context) ([]Entry, error)
	// At reads the newest capture of an account set that had ended at a time, without statuses, and says when it ended. The
	// error wraps [ErrNoCapture] where there is none that old.
	At(ctx context.Context, accounts string, at time.Time) (*snapshot.Snapshot, time.Time, error)
	// Events reads the events of a region of an account, the latest end first.
	Events(ctx context.Context, accountID, region string) ([]Events, error)
	Close() error
}

// SocketFile is the unix socket in a history's folder on which the process that has the history open answers. It speaks
// HTTP, and only reads:
//
//	GET /v1/captures                        {"document":"captures","captures":[{"accounts","at","resources"}]}
//	GET /v1/capture?accounts=SET&at=TIME    the newest snapshot that had ended at the time, as snapshot files have it
//	GET /v1/events?account=ID&region=NAME   {"document":"events","events":[{"about","from","until","count","data"}]}
//
// Times are RFC 3339. The header [CapturedHeader] of a snapshot says when the capture ended. Status 404 is that there is
// none; the body of an error is one line.
const SocketFile = "exporter.sock"

// CapturedHeader is the header that says when a capture ended.
const CapturedHeader = "Aws-Baseline-Captured-At"

// ErrNoHistory says that a folder has no history.
var ErrNoHistory = errors.New("no history")

// OpenReader opens a history for reading. It makes none: the error wraps [ErrNoHistory] where there is none. Where
// another process has the history open, that process is asked over its socket.
func OpenReader(ctx context.Context, dir string) (Reader, error) {
	if _, err := os.Stat(filepath.Join(dir, badger.ManifestFilename)); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(dir, ledgerFile)); errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("there is %w in %s: it is made by aws-baseline exporter --history DIR", ErrNoHistory, dir)
		}
	} else if err != nil {
		return nil, fmt.Errorf("can't open the history: %w", err)
	}
	// Nothing is pruned here, so the retention does not matter.
	store, err := Open(dir, Options{Retention: time.Hour})
	if errors.Is(err, ErrInUse) {
		return dial(ctx, dir, err)
	}
	if err != nil {
		return nil, err
	}
	return local{store}, nil
}

// local reads a folder that nobody else has open.
type local struct{ store *Store }

func (l local) List(context.Context) ([]Entry, error) { return l.store.List("") }

func (l local) At(ctx context.Context, accounts string, at time.Time) (*snapshot.Snapshot, time.Time, error) {
	if err := ctx.Err(); err != nil {
		return nil, time.Time{}, err
	}
	return l.store.At(accounts, at)
}

func (l local) Events(ctx context.Context, accountID, region string) ([]Events, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return l.store.Events(accountID, region)
}

func (l local) Close() error { return l.store.Close() }
