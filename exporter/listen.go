package exporter

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
)

// CheckAddress refuses what can't be an address to listen on: HOST:PORT, [HOST]:PORT or :PORT. Whether the address is
// free is seen when it is listened on.
func CheckAddress(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err == nil && port == "" {
		err = fmt.Errorf("address %s: the port is missing", address)
	}
	if err == nil {
		_, err = net.DefaultResolver.LookupPort(context.Background(), "tcp", port) // asks no network
	}
	if err != nil {
		return fmt.Errorf("%q is no address to listen on: give HOST:PORT or :PORT, with a port up to 65535", address)
	}
	return nil
}

// listen takes the addresses before anything else is opened. Systemd's sockets are taken by the toolkit; here is only
// looked whether there are any.
func listen(options Options) ([]net.Listener, error) {
	if options.SystemdSocket {
		if n, err := strconv.Atoi(os.Getenv("LISTEN_FDS")); err != nil || n < 1 || os.Getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
			return nil, fmt.Errorf("systemd handed over no socket: start the exporter by a .socket unit, or give an address")
		}
		return nil, nil
	}
	var listeners []net.Listener
	for _, address := range options.ListenAddresses {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			closeAll(listeners)
			return nil, fmt.Errorf("can't serve: %w", err)
		}
		listeners = append(listeners, listener)
	}
	return listeners, nil
}

func closeAll(listeners []net.Listener) {
	for _, listener := range listeners {
		listener.Close()
	}
}
