package sdktest

import (
	"net"
	"net/url"
	"testing"
	"time"
)

// endsWithin waits until nobody listens at an address any more.
func endsWithin(t *testing.T, address string, longest time.Duration) {
	t.Helper()
	parsed, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(longest); time.Now().Before(deadline); {
		connection, err := net.Dial("tcp", parsed.Host)
		if err != nil {
			return
		}
		// It is closed when the process ends.
		_ = connection.SetReadDeadline(time.Now().Add(time.Second))
		_, _ = connection.Read(make([]byte, 1))
		connection.Close()
	}
	t.Errorf("the squall at %s outlives who has started it", address)
}
