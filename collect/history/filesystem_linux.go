package history

import "syscall"

// fileSystem names the network file system that a folder is on; "" is a local one.
func fileSystem(dir string) (string, error) {
	var info syscall.Statfs_t
	if err := syscall.Statfs(dir, &info); err != nil {
		return "", err
	}
	return networkName(uint32(info.Type)), nil //nolint:gosec // the numbers have 32 bits on every architecture
}

// networkName knows the numbers of statfs(2). EFS is NFS.
func networkName(magic uint32) string {
	switch magic {
	case 0x6969:
		return "NFS"
	case 0x517b:
		return "SMB"
	case 0xff534d42, 0xfe534d42:
		return "CIFS"
	}
	return ""
}
