package exporter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// capturesAtOnce bounds the memory that questions for captures take; more wait.
const capturesAtOnce = 2

// socketTimeout is how long an answer on the socket may take to be read.
const socketTimeout = 10 * time.Minute

// errNoSocket says that there are none on this system.
var errNoSocket = errors.New("other processes can't ask for captures on Windows")

// listenSocket makes the socket in the history's folder, mode 0600. The history's lock is held, so that a socket that is
// there was left by a process that was killed. What is no socket is left alone.
func listenSocket(dir string) (net.Listener, error) {
	if runtime.GOOS == "windows" {
		return nil, errNoSocket
	}
	path := filepath.Join(dir, history.SocketFile)
	// It gets its name once its mode is right: between the two anybody could connect.
	early := path + ".new"
	for _, name := range []string{path, early} {
		info, err := os.Lstat(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil && info.Mode().Type() != os.ModeSocket {
			err = fmt.Errorf("%s is in the way: it is no socket", name)
		}
		if err == nil {
			err = os.Remove(name)
		}
		if err != nil {
			return nil, err
		}
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: early, Net: "unix"})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false) // it would remove the early name
	err = os.Chmod(early, 0o600)
	if err == nil {
		err = os.Rename(early, path)
	}
	if err != nil {
		return nil, errors.Join(err, listener.Close(), os.Remove(early))
	}
	return listener, nil
}

// answerOthers answers other processes on the socket until the context ends, and removes the socket. Without one the
// exporter runs all the same.
func (e *exporter) answerOthers(ctx context.Context) {
	listener, err := listenSocket(e.options.History)
	if err != nil {
		e.options.Logger.Warn("other processes can't read the history while this one runs", "error", err)
		return
	}
	server := &http.Server{
		Handler: e.socketHandler(), ReadHeaderTimeout: 10 * time.Second, WriteTimeout: socketTimeout, IdleTimeout: time.Minute, MaxHeaderBytes: 1 << 14,
		ErrorLog:    slog.NewLogLogger(e.options.Logger.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	select {
	case err = <-stopped:
		e.options.Logger.Error("other processes can't read the history any more", "error", err)
	case <-ctx.Done():
		if err := os.Remove(filepath.Join(e.options.History, history.SocketFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
			e.options.Logger.Warn("the socket could not be removed", "error", err)
		}
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if server.Shutdown(limited) != nil {
			server.Close()
		}
		<-stopped
	}
}

// socketHandler is what other processes can ask, see [history.SocketFile]. It only reads.
func (e *exporter) socketHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/captures", func(w http.ResponseWriter, _ *http.Request) {
		entries, err := e.store.List("")
		if err != nil {
			socketError(w, err)
			return
		}
		list := history.Captures{Document: "captures", Captures: []history.CaptureLine{}}
		for _, entry := range entries {
			list.Captures = append(list.Captures, history.CaptureLine(entry))
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(list) // whoever asked went away
	})
	mux.HandleFunc("GET /v1/events", func(w http.ResponseWriter, r *http.Request) {
		events, err := e.store.Events(r.FormValue("account"), r.FormValue("region"))
		if err != nil {
			socketError(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(history.EventList{Document: "events", Events: append([]history.Events{}, events...)}) // whoever asked went away
	})
	places := make(chan struct{}, capturesAtOnce)
	mux.HandleFunc("GET /v1/capture", func(w http.ResponseWriter, r *http.Request) {
		at, err := time.Parse(time.RFC3339Nano, r.FormValue("at"))
		if err != nil {
			http.Error(w, "at is no time", http.StatusBadRequest)
			return
		}
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
		case <-r.Context().Done():
			return
		}
		s, captured, err := e.store.At(r.FormValue("accounts"), at)
		if err != nil {
			socketError(w, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set(history.CapturedHeader, captured.Format(time.RFC3339Nano))
		_ = snapshot.Write(w, s, snapshot.JSON) // whoever asked went away
	})
	return mux
}

func socketError(w http.ResponseWriter, err error) {
	code := http.StatusInternalServerError
	if errors.Is(err, history.ErrNoCapture) {
		code = http.StatusNotFound
	}
	http.Error(w, err.Error(), code)
}
