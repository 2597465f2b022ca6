package main

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What can't be meant is refused on one line, before AWS is asked and before a history is begun.
func TestExporterRefusesFlags(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	isolate(t, folder)
	t.Setenv("AWS_ENDPOINT_URL", "")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "LISTEN_FDS", "LISTEN_PID"} {
		t.Setenv(name, "")
	}
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		t.Setenv(name, os.DevNull)
	}
	for _, c := range []struct {
		args string
		code int
		want string // a regular expression of the whole line after "error: "
	}{
		{"--regions TYPO", 80, `"TYPO" is no name of a region: give one like eu-west-1`},
		{"--regions eu-west-1,eu-west", 80, `"eu-west" is no name .*`},
		{"--regions global", 80, `"global" is no name .*`},
		{"--types ec2:instanc", 80, `unknown resource type "ec2:instanc" .*`},
		{"--interval 0", 80, `--interval is 0s: give 1m to 365d`},
		{"--interval 0d", 80, `--interval is 0s: give .*`},
		{"--interval 59s", 80, `--interval is 59s: give .*`},
		{"--interval 366d", 80, `--interval is 8784h0m0s: give .*`},
		{"--interval 65535d", 80, `--interval is .*: give .*`},
		{"--interval=-6h", 80, `--interval: "-6h" is not a duration: .*`},
		{"--interval=-6d", 80, `--interval: "-6d" is not a duration: .*`},
		{"--interval 6", 80, `--interval: "6" is not a duration: .*`},
		{"--cost-interval=-1h", 80, `--cost-interval: "-1h" is not a duration: .*`},
		{"--cost-interval 1s", 80, `--cost-interval is 1s: give 1h to 365d, or 0 for none; each query costs money`},
		{"--cost-interval 400d", 80, `--cost-interval is .*`},
		{"--retention 0", 80, `--retention is 0s: give 1h or more`},
		{"--retention 1ns", 80, `--retention is 1ns: give 1h or more`},
		{"--retention=-1d", 80, `--retention: "-1d" is not a duration: .*`},
		{"--max-series 0", 80, `--max-series is 0: give 1 or more`},
		{"--max-series=-1", 80, `--max-series is -1: give 1 or more`},
		{"--max-series many", 80, `--max-series: expected a valid .*`},
		{"--concurrency 0", 80, `--concurrency is 0: give 1 or more`},
		{"--log-format xml", 80, `--log-format must be one of .*`},
		{"--web.listen-address foo", 80, `--web.listen-address: "foo" is no address to listen on: give HOST:PORT or :PORT, with a port up to 65535`},
		{"--web.listen-address :99999", 80, `--web.listen-address: ":99999" is no address .*`},
		{"--web.listen-address 127.0.0.1:0 --web.listen-address localhost:", 80, `--web.listen-address: "localhost:" is no address .*`},
		{"--web.listen-address=", 80, `--web.listen-address has an empty value.*`},
		{"--endpoint-url nonsense", 80, `"nonsense" is not an endpoint URL: .*`},
		{"--history=", 80, `--history has an empty value.*`},
		{"--web.listen-address " + taken.Addr().String(), 2, `can't serve: listen tcp .*: address already in use`},
		{"--web.systemd-socket", 2, `systemd handed over no socket: .*`},
		{"--web.config.file nowhere.yml", 2, `can't use the web configuration nowhere.yml: open nowhere.yml: no such file or directory`},
		{"--web.config.file " + folder, 2, `can't use the web configuration .*: is a directory`},
		{"--web.config.file " + write("bad.yml", "tls: {}\nusers: 1\n"), 2, `can't use the web configuration .*bad.yml: yaml: .*`},
		{"--web.config.file " + write("tls.yml", "tls_server_config:\n  cert_file: none.crt\n  key_file: none.key\n"), 2, `can't use the web configuration .*none.crt.*`},
		{"", 3, `unable to locate credentials; .*; and the history in history has no capture to serve`},
		{"--profile nobody", 3, `unable to locate credentials: the profile "nobody" does not exist; .*; and the history in history has no capture to serve`},
	} {
		t.Run(c.args, func(t *testing.T) {
			args := append([]string{"exporter", "--history", "history"}, strings.Fields(c.args)...)
			if strings.HasPrefix(c.args, "--history") {
				args = append([]string{"exporter"}, strings.Fields(c.args)...)
			}
			if !strings.Contains(c.args, "listen-address") {
				args = append(args, "--web.listen-address", "127.0.0.1:0")
			}
			got := runProgram(t, args...)
			line := regexp.MustCompile(`^aws-baseline: error: ` + c.want + `(?:; see: aws-baseline exporter --help)?\n$`)
			if got.code != c.code || got.stdout != "" || !line.MatchString(got.stderr) {
				t.Errorf("exit code %d, want %d; %q", got.code, c.code, got.stderr)
			}
			if exists("history") {
				t.Error("a history was begun")
			}
		})
	}
}
