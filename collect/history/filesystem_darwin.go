package history

import "syscall"

// fileSystem names the network file system that a folder is on; "" is a local one.
func fileSystem(dir string) (string, error) {
	var info syscall.Statfs_t
	if err := syscall.Statfs(dir, &info); err != nil {
		return "", err
	}
	var name []byte
	for _, c := range info.Fstypename {
		if c == 0 {
			break
		}
		name = append(name, byte(c))
	}
	switch string(name) {
	case "nfs":
		return "NFS", nil
	case "smbfs":
		return "SMB", nil
	case "webdav", "afpfs":
		return string(name), nil
	}
	return "", nil
}
