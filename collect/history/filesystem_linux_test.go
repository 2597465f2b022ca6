package history

import "testing"

func TestNetworkName(t *testing.T) {
	for magic, want := range map[uint32]string{0x6969: "NFS", 0xff534d42: "CIFS", 0xef53: "", 0x01021994: "", 0x58465342: ""} {
		if got := networkName(magic); got != want {
			t.Errorf("%#x is %q, want %q", magic, got, want)
		}
	}
	if name, err := fileSystem(t.TempDir()); err != nil || name != "" {
		t.Errorf("the tests' own folder is on %q, %v", name, err)
	}
}
