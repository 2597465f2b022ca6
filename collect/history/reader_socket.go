package history

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Bounds of an answer. A capture of 100,000 resources takes some 300 MB.
const (
	largestAnswer = 4 << 30
	listTimeout   = 30 * time.Second
)

// Captures is the document that lists the captures.
type Captures struct {
	Document string        `json:"document"` // "captures"
	Captures []CaptureLine `json:"captures"`
}

// CaptureLine is a capture in a list.
type CaptureLine struct {
	Accounts  string    `json:"accounts"`
	At        time.Time `json:"at"`
	Resources int       `json:"resources"`
}

// EventList is the document that lists events.
type EventList struct {
	Document string   `json:"document"` // "events"
	Events   []Events `json:"events"`
}

// remote asks the process that has a history open.
type remote struct {
	dir    string
	client *http.Client
}

// dial looks whether somebody answers on the socket. locked is why the folder itself can't be read.
func dial(ctx context.Context, dir string, locked error) (Reader, error) {
	if runtime.GOOS == "windows" {
		return nil, fmt.Errorf("%w; a running exporter can't be asked on Windows: stop it first", locked)
	}
	path := filepath.Join(dir, SocketFile)
	r := remote{dir: dir, client: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
		DisableCompression: true, ResponseHeaderTimeout: 5 * time.Minute,
	}}}
	connection, err := new(net.Dialer).DialContext(ctx, "unix", path)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		var system *net.OpError
		if errors.As(err, &system) {
			err = system.Err
		}
		return nil, fmt.Errorf("%w, and it does not answer on %s: %v", locked, path, err)
	}
	return r, connection.Close()
}

func (r remote) List(ctx context.Context) ([]Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	var list Captures
	_, err := r.get(ctx, "/v1/captures", func(data []byte) error {
		if err := json.Unmarshal(data, &list); err != nil {
			return err
		}
		if list.Document != "captures" {
			return errors.New("the document is no list of captures")
		}
		return nil
	})
	entries := make([]Entry, 0, len(list.Captures))
	for _, c := range list.Captures {
		entries = append(entries, Entry(c))
	}
	return entries, err
}

func (r remote) At(ctx context.Context, accounts string, at time.Time) (s *snapshot.Snapshot, captured time.Time, err error) {
	query := url.Values{"accounts": {accounts}, "at": {at.UTC().Format(time.RFC3339Nano)}}
	header, err := r.get(ctx, "/v1/capture?"+query.Encode(), func(data []byte) (err error) {
		s, err = snapshot.Read(data)
		return err
	})
	if err != nil {
		return nil, captured, err
	}
	captured, err = time.Parse(time.RFC3339Nano, header.Get(CapturedHeader))
	if err != nil {
		return nil, captured, r.wrong(fmt.Errorf("it does not say when the capture ended"))
	}
	return s, captured, nil
}

func (r remote) Events(ctx context.Context, accountID, region string) ([]Events, error) {
	ctx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	var list EventList
	query := url.Values{"account": {accountID}, "region": {region}}
	_, err := r.get(ctx, "/v1/events?"+query.Encode(), func(data []byte) error {
		if err := json.Unmarshal(data, &list); err != nil {
			return err
		}
		if list.Document != "events" {
			return errors.New("the document is no list of events")
		}
		return nil
	})
	return list.Events, err
}

func (r remote) Close() error {
	r.client.CloseIdleConnections()
	return nil
}

// get asks for a page and reads its body as a whole.
func (r remote) get(ctx context.Context, page string, read func([]byte) error) (http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://exporter"+page, http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := r.client.Do(request)
	if err != nil {
		return nil, r.wrong(errors.Unwrap(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<12)) // the status says enough
		if said := firstLine(string(text)); answer.StatusCode == http.StatusNotFound && strings.HasPrefix(said, ErrNoCapture.Error()) {
			return nil, fmt.Errorf("%w%s", ErrNoCapture, strings.TrimPrefix(said, ErrNoCapture.Error()))
		} else if said != "" {
			return nil, r.wrong(errors.New(said))
		}
		return nil, r.wrong(errors.New(answer.Status))
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, largestAnswer))
	if err == nil && len(data) == largestAnswer {
		err = fmt.Errorf("the answer is larger than %d GiB", largestAnswer>>30)
	}
	if err == nil {
		err = read(data)
	}
	if err != nil {
		return nil, r.wrong(err)
	}
	return answer.Header, nil
}

func (r remote) wrong(err error) error {
	return fmt.Errorf("the exporter that has the history in %s open could not be asked: %w", r.dir, err)
}
