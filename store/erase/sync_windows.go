package erase

// SyncDir does nothing: Windows keeps names durable by its own journal and cannot
// flush a folder.
func SyncDir(string) error { return nil }
